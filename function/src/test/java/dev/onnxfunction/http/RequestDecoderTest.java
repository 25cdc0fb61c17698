package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Random;

/** What a request means, and that it means the same however its bytes are divided. */
class RequestDecoderTest {

    private static final String HOST = "Host: a\r\n";
    private static final String POST = "POST /predict HTTP/1.1\r\n" + HOST;
    private static final String GET = "GET / HTTP/1.1\r\n" + HOST + "\r\n";
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
    private static final String BAD = "refused 400";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "get /x?y HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nhOST:a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost:\t a \t\r\nX:\r\nY: \r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: \u00e9\u00ff\t~\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n!#$%&'*+-.^_`|~09azAZ: x\r\n\r\n",
                "GET / HTTP/1.0\r\n\r\n",
                "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            })
    void aRequestWithoutABodyIsTaken(String request) {
        assertThat(decoded(request + GET)).hasSize(2).noneMatch(BAD::equals);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // The request line.
                "GET / HTTP/1.1\nHost: a\r\n\r\n",
                "GET /\r\nHost: a\r\n\r\n",
                "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
                " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / http/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.10\r\nHost: a\r\n\r\n",
                "GET / HTTP/11\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.x\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n",
                "GET /\u0001 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\u007f HTTP/1.1\r\nHost: a\r\n\r\n",
                "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
                "\u0016\u0003\u0001\r\n",
                "\n",
                "\r\r\n",
                // The fields.
                "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\n",
                "GET / HTTP/1.1\r\nHost: a\r\n X: b\r\n\r\n",
                "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\tc\r\n\r\n",
                "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX(: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: b\u000bc\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX\u00e9: b\r\n\r\n",
                // The length of the body.
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1 1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999999999999\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\ncontent-length: 1\r\nContent-Length: 2\r\n\r\n",
                POST + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \u000bchunked\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n",
            })
    void whatAnotherServerMayReadDifferentlyIsRefusedAndNothingAfterItIsRead(String request) {
        assertThat(decoded(request + GET)).containsExactly(BAD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3\r\nabc\r\n0\r\n\r\n",
                "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n",
                "0003\r\nabc\r\n000\r\n\r\n",
                "3;x\r\nabc\r\n0;y=\"z\"\r\n\r\n",
                "3 ; x=y\r\nabc\r\n0\r\n\r\n",
                "3\r\nabc\r\n0\r\nX: y\r\nZ:\r\n\r\n",
            })
    void aChunkedBodyIsTaken(String body) {
        assertThat(decoded(CHUNKED + body + GET)).containsExactly("POST /predict abc", "GET / ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3\nabc\r\n0\r\n\r\n",
                "3\r\nabc\n0\r\n\r\n",
                "3\r\nabcd\r\n0\r\n\r\n",
                "3\r\nab\r\n0\r\n\r\n",
                "3\r\nabc\r0\r\n\r\n",
                "3 \r\nabc\r\n0\r\n\r\n",
                " 3\r\nabc\r\n0\r\n\r\n",
                "0x3\r\nabc\r\n0\r\n\r\n",
                "+3\r\nabc\r\n0\r\n\r\n",
                "-3\r\nabc\r\n0\r\n\r\n",
                "g\r\nabc\r\n0\r\n\r\n",
                "\r\nabc\r\n0\r\n\r\n",
                ";x\r\nabc\r\n0\r\n\r\n",
                "3;\0\r\nabc\r\n0\r\n\r\n",
                "3;a\rb\r\nabc\r\n0\r\n\r\n",
                "80000000\r\nabc\r\n0\r\n\r\n",
                "100000003\r\nabc\r\n0\r\n\r\n",
                "10000000000000003\r\nabc\r\n0\r\n\r\n",
                "3\r\nabc\r\n0\r\n\n",
                "3\r\nabc\r\n0\r\nX\r\n\r\n",
                "3\r\nabc\r\n0\r\n X: y\r\n\r\n",
                "3\r\nabc\r\n0\r\nContent-Length: 3\r\n\r\n",
                "3\r\nabc\r\n0\r\ntransfer-encoding: chunked\r\n\r\n",
            })
    void aBrokenChunkIsRefusedAndNothingAfterItIsRead(String body) {
        assertThat(decoded(CHUNKED + body + GET)).containsExactly(BAD);
    }

    @Test
    void aLengthIsCounted() {
        assertThat(decoded(POST + "Content-Length: 3\r\n\r\nabc" + GET))
                .containsExactly("POST /predict abc", "GET / ");
        assertThat(decoded(POST + "Content-Length: 003\r\n\r\nabc" + GET))
                .containsExactly("POST /predict abc", "GET / ");
        assertThat(decoded(POST + "Content-Length: 0\r\n\r\n" + GET))
                .containsExactly("POST /predict ", "GET / ");
    }

    @Test
    void limitsHoldExactly() {
        String longest =
                "GET /" + "a".repeat(RequestHeadParser.MAX_REQUEST_LINE - 14) + " HTTP/1.1\r\n";
        assertThat(decoded(longest + HOST + "\r\n")).noneMatch(line -> line.startsWith("refused"));
        assertThat(decoded(longest.replace("/a", "/aa") + HOST + "\r\n"))
                .containsExactly("refused 414");

        String most = "X: " + "b".repeat(RequestHeadParser.MAX_HEADERS - 10) + "\r\n";
        assertThat(decoded("GET / HTTP/1.1\r\n" + HOST + most + "\r\n")).containsExactly("GET / ");
        assertThat(decoded("GET / HTTP/1.1\r\n" + HOST + most.replace("X", "XX") + "\r\n"))
                .containsExactly("refused 431");

        String fields = "a:b\r\n".repeat(RequestHeadParser.MAX_FIELDS - 1);
        assertThat(decoded("GET / HTTP/1.1\r\n" + HOST + fields + "\r\n"))
                .containsExactly("GET / ");
        assertThat(decoded("GET / HTTP/1.1\r\n" + HOST + fields + "a:b\r\n"))
                .containsExactly("refused 431");

        assertThat(decoded(CHUNKED + "1;" + "x".repeat(5000) + "\r\na\r\n0\r\n\r\n"))
                .containsExactly(BAD);
        assertThat(decoded(CHUNKED + "0\r\n" + "a:b\r\n".repeat(101)))
                .containsExactly("refused 431");
    }

    @Test
    void whatIsUnfinishedIsHeldAndCounted() {
        Decoded decoded = new Decoded();
        String begun = "GET / HTTP/1.1\r\nX: " + "a".repeat(8000);

        for (int i = 0; i < begun.length(); i++) {
            decoded.receive(begun.substring(i, i + 1));
        }

        assertThat(decoded.requests()).isEmpty();
        assertThat(decoded.decoder().isAwaiting()).isTrue();
        assertThat(decoded.decoder().heldBytes()).isBetween(begun.length(), 2 * begun.length());
        decoded.receive("\r\n" + HOST + "\r\n");
        assertThat(decoded.requests()).containsExactly("GET / ");
        assertThat(decoded.decoder().isAwaiting()).isFalse();
        assertThat(decoded.decoder().heldBytes()).isZero();
    }

    @Test
    void whilePausedItHoldsBytesBack() {
        Decoded decoded = new Decoded();
        decoded.pauseAfterEach();

        decoded.receive(GET.repeat(1000));

        assertThat(decoded.requests()).hasSize(1);
        assertThat(decoded.decoder().isFull()).isTrue();
        assertThat(decoded.decoder().isAwaiting()).isFalse();
        for (int i = 2; i <= 1000; i++) {
            decoded.decoder().resume();
            assertThat(decoded.requests()).hasSize(i);
        }
        assertThat(decoded.decoder().isFull()).isFalse();
        assertThat(decoded.decoder().heldBytes()).isZero();
    }

    /** Random requests, whole and damaged, in random pieces. */
    @Test
    void howBytesAreDividedChangesNothing() {
        Random random = new Random(7);
        for (int i = 0; i < 3000; i++) {
            String requests = randomRequests(random);
            Decoded pieces = new Decoded(1 + random.nextInt(60), random.nextBoolean());
            if (random.nextBoolean()) {
                pieces.pauseAfterEach();
            }
            for (int at = 0; at < requests.length(); ) {
                int next = Math.min(requests.length(), at + 1 + random.nextInt(40));
                pieces.receive(requests.substring(at, next));
                pieces.decoder().resume();
                at = next;
            }
            while (pieces.decoder().isPaused()) {
                pieces.decoder().resume();
            }
            assertThat(pieces.requests()).as(requests).isEqualTo(Decoded.of(requests));
        }
    }

    private static String randomRequests(Random random) {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i <= random.nextInt(4); i++) {
            String[] some = {
                GET,
                POST + "Content-Length: 26\r\n\r\nabcdefghijklmnopqrstuvwxyz",
                CHUNKED + "3\r\nabc\r\n1a;x=y\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nX: y\r\n\r\n",
                "\r\n" + GET
            };
            requests.append(some[random.nextInt(some.length)]);
        }
        for (int damage = random.nextInt(3); damage > 0; damage--) {
            char[] odd = {'\r', '\n', ' ', ':', 'x', '0', '\t', '\0', ';', '\u00e9'};
            int at = random.nextInt(requests.length());
            char character = odd[random.nextInt(odd.length)];
            switch (random.nextInt(3)) {
                case 0 -> requests.setCharAt(at, character);
                case 1 -> requests.insert(at, character);
                default -> requests.deleteCharAt(at);
            }
        }
        return requests.toString();
    }

    @Test
    void theRestOfALargeBodyIsCopiedOnlyToWhereItStays() {
        String body = "abc".repeat(100);
        String head = POST + "Content-Length: 300\r\n\r\n";
        Decoded decoded = new Decoded(head.length() + 10, true);

        decoded.receive(head + body.substring(0, 200));
        assertThat(decoded.kept()).isEqualTo(200);
        decoded.receive(body.substring(200) + GET);
        decoded.receive(head + body);

        assertThat(decoded.requests())
                .containsExactly("POST /predict " + body, "GET / ", "POST /predict " + body);
        assertThat(decoded.kept()).as("not what another request follows").isEqualTo(500);
    }

    /** Whole, byte by byte, in any two parts, and in pieces smaller than the request. */
    private static List<String> decoded(String request) {
        List<String> expected = Decoded.of(request);
        for (int space : new int[] {1, 7, 100}) {
            Decoded pieces = new Decoded(space, true);
            pieces.receive(request);
            assertThat(pieces.requests()).as("%d bytes at a time", space).isEqualTo(expected);
        }
        Decoded bytes = new Decoded();
        for (int i = 0; i < request.length(); i++) {
            bytes.receive(request.substring(i, i + 1));
        }
        assertThat(bytes.requests()).isEqualTo(expected);
        int step = Math.max(1, request.length() / 500);
        for (int i = 1; i < request.length(); i += step) {
            Decoded parts = new Decoded();
            parts.receive(request.substring(0, i));
            parts.receive(request.substring(i));
            assertThat(parts.requests()).as("divided at %d", i).isEqualTo(expected);
        }
        return expected;
    }
}
