package dev.onnxfunction.hash;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;

/** The hash equals the JDK's, for contents that end anywhere in a block. */
class Sha256Test {

    @Test
    void itIsTheHashOfTheJdk() throws Exception {
        MessageDigest reference = MessageDigest.getInstance("SHA-256");
        Random random = new Random(1);
        for (int length = 0; length < 300; length++) {
            byte[] content = new byte[length == 299 ? 1_000_003 : length];
            random.nextBytes(content);
            assertThat(Sha256.hex(content))
                    .as("%d bytes", content.length)
                    .isEqualTo(HexFormat.of().formatHex(reference.digest(content)));
        }
    }
}
