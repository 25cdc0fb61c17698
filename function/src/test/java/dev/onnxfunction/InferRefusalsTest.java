package dev.onnxfunction;

import static dev.onnxfunction.InferRequests.assertRefused;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.stream.Stream;

/** What the Open Inference Protocol V2 refuses, each with its own error. */
class InferRefusalsTest {

    private static final String MODEL = "/v2/models/boston-house-prices";

    private static final String INFER = MODEL + "/infer";

    private static RunningFunction boston;

    @BeforeAll
    static void start() {
        boston = RunningFunction.shared("limits.max-rows=506", "limits.max-cells=1000");
    }

    static Stream<Arguments> refused() {
        String crim = "{\"name\":\"CRIM\",\"shape\":[1],\"datatype\":\"FP64\",\"data\":[1]}";
        String wide =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":%s,\"datatype\":\"%s\",\"data\":%s}]}";
        String numbers = "[1,2,3,4,5,6,7,8,9,10,11,12,13]";
        return Stream.of(
                arguments("", "The body is empty."),
                arguments("[]", "\"the body\" is a list, must be an object."),
                arguments("{\"inputs\":[", "Malformed JSON: The body ends too early"),
                arguments("{\"inputs\":[]} x", "goes on after the end of the value"),
                arguments("{}", "The request has no \"inputs\"."),
                arguments("{\"inputs\":[]}", "\"inputs\" is empty."),
                arguments("{\"inputs\":{}}", "\"inputs\" is an object, must be a list."),
                arguments("{\"inputs\":[7]}", "\"inputs\" has a number, must be an object with"),
                arguments("{\"id\":7,\"inputs\":[]}", "\"id\" is a number, must be a string."),
                arguments("{\"inputs\":[],\"inputs\":[]}", "\"inputs\" is given twice."),
                arguments("{\"inputs\":[{}]}", "An input has no \"name\"."),
                arguments("{\"inputs\":[{\"name\":\"x\"}]}", "The input x has no \"datatype\"."),
                arguments(
                        "{\"inputs\":[" + crim + "," + crim + "]}",
                        "The input CRIM is given twice."),
                arguments(
                        wide.formatted("[1,13]", "FP128", numbers),
                        "The input x has the datatype \"FP128\", must have BOOL,"),
                arguments(
                        wide.formatted("[1,13,1]", "FP64", numbers),
                        "The input x has 3 dimensions, must have shape [N], [N, 1] or [N, k]."),
                arguments(
                        wide.formatted("[-1,13]", "FP64", numbers),
                        "\"shape\" has another element, must be whole numbers from 0 on."),
                arguments(
                        wide.formatted("[1,12]", "FP64", numbers),
                        "The only input, x, has shape [1, 12], must have [N, 13]"),
                arguments(
                        wide.formatted("[13]", "FP64", numbers),
                        "The only input, x, has shape [13], must have [N, 13]"),
                arguments(
                        wide.formatted("[2,13]", "FP64", numbers),
                        "The input x has 13 elements in its data, must have 26 for its shape"),
                arguments(
                        wide.formatted("[0,13]", "FP64", numbers),
                        "The input x has more elements in its data, must have 0"),
                arguments(
                        wide.formatted("[1,13]", "FP64", "[[1,2]]"),
                        "The input x has a list of 2 elements in its data"),
                arguments(
                        wide.formatted("[1,13]", "FP64", "[[[1]]]"),
                        "The input x has a list as an element, must have FP64."),
                arguments(
                        wide.formatted("[1,13]", "FP64", "[1,]"),
                        "Malformed JSON: The body has ']', must have a value"),
                arguments(
                        wide.replace(
                                        "\"data\":%s",
                                        "\"data\":[],\"parameters\":{\"binary_data_size\":8}")
                                .formatted("[1,13]", "FP64"),
                        "has both \"data\" and \"binary_data_size\"."),
                arguments(
                        wide.replace(",\"data\":%s", "").formatted("[1,13]", "FP64"),
                        "has neither \"data\" nor \"binary_data_size\"."),
                arguments(
                        wide.replace("\"data\":%s", "\"parameters\":{\"binary_data_size\":104}")
                                .formatted("[1,13]", "FP64"),
                        "has a \"binary_data_size\" of 104, but only 0 bytes are left in the"
                                + " body."),
                arguments(
                        wide.replace(
                                        "\"data\":%s",
                                        "\"parameters\":{\"shared_memory_region\":\"a\"}")
                                .formatted("[1,13]", "FP64"),
                        "A tensor is in shared memory"),
                arguments(
                        "{\"inputs\":[" + crim + "],\"outputs\":[{\"name\":\"z\"}]}",
                        "asks for the output \"z\". Ask for one or more of [predict, lower,"
                                + " upper]."),
                arguments(
                        "{\"inputs\":["
                                + crim
                                + "],\"outputs\":[{\"name\":\"predict\",\"parameters\":"
                                + "{\"classification\":2}}]}",
                        "An output asks for a classification"),
                arguments(
                        "{\"inputs\":[" + crim + "]}",
                        "Invalid features: 12 faults in the rows, nothing was predicted."),
                arguments(
                        "{\"inputs\":["
                                + crim.replace("CRIM", "crim")
                                + ","
                                + crim.replace("CRIM", "ZN")
                                + "]}",
                        "row 0, CRIM: missing, but there is \"crim\";"),
                arguments(
                        "{\"inputs\":["
                                + crim
                                + ","
                                + crim.replace("CRIM", "ZN").replace("[1]", "[2]")
                                + "]}",
                        "The input CRIM has 1 rows, and ZN has 2."),
                arguments(
                        "{\"inputs\":["
                                + crim
                                + ","
                                + crim.replace("CRIM", "ZN").replace("[1],\"d", "[1,2],\"d")
                                + "]}",
                        "The input ZN has shape [1, 2], must have [N] or [N, 1]."),
                arguments(
                        wide.formatted(
                                "[1,13]",
                                "FP64",
                                numbers.replace("6", "null").replace("7", "\"7\"")),
                        "row 0, RM: is null, must be a number; row 0, AGE: is a string, must be a"
                                + " number"),
                arguments(
                        wide.formatted(
                                "[1,13]", "INT8", numbers.replace("6", "6.5").replace("7", "128")),
                        "row 0, RM: is a number with a fraction, must be INT8; row 0, AGE: is"
                                + " beyond the"),
                arguments(
                        wide.formatted("[1,13]", "FP32", numbers.replace("6", "1e39")),
                        "row 0, RM: is beyond the range of FP32."),
                arguments(
                        wide.formatted("[1,13]", "BOOL", "[" + "true,".repeat(12) + "1]"),
                        "row 0, LSTAT: is a number, must be true or false, as the datatype is"
                                + " BOOL"));
    }

    @ParameterizedTest
    @MethodSource
    void refused(String request, String problem) {
        assertRefused(boston.post(INFER, request), 400, problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "x", "999999", "1e2"})
    void aWrongLengthOfTheJsonIsRefused(String length) {
        assertRefused(
                boston.send(
                        boston.request(INFER)
                                .header("Inference-Header-Content-Length", length)
                                .POST(BodyPublishers.ofString("{\"inputs\":[]}"))),
                400,
                "Inference-Header-Content-Length is not a number from 0 to");
    }

    @Test
    void whatHttpAndLimitsRefuseIsAnErrorOfTheProtocolToo() {
        assertRefused(boston.get(INFER), 405, "Method not allowed: This path takes POST only.");
        assertRefused(
                boston.get("/v2/models/other"), 404, "Not found: There is nothing at this path.");
        assertRefused(
                boston.send(
                        boston.request(INFER)
                                .header("Content-Type", "text/csv")
                                .POST(BodyPublishers.ofString("a"))),
                415,
                "must be one of these, text in UTF-8: application/json, application/octet-stream.");
        assertRefused(
                boston.send(
                        boston.request(INFER)
                                .header("Accept", "text/csv")
                                .POST(BodyPublishers.ofString("a"))),
                406,
                "The answer is application/json or application/octet-stream.");
        String rows =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[%d,13],\"datatype\":\"FP64\",\"data\":[]}]}";
        assertRefused(boston.post(INFER, rows.formatted(507)), 413, "more than 506 rows.");
        assertRefused(boston.post(INFER, rows.formatted(Integer.MAX_VALUE)), 413, "506 rows.");
        assertRefused(boston.post(INFER, rows.formatted(77)), 413, "more than 76 rows of 13 feat");
        assertRefused(
                boston.post(INFER, " ".repeat((2 << 20) + 1)), 413, "more than 2097152 bytes.");
    }
}
