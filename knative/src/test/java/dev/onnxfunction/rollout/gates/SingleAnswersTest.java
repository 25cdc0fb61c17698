package dev.onnxfunction.rollout.gates;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;
import java.net.http.HttpClient;
import java.util.Map;
import java.util.stream.IntStream;

class SingleAnswersTest {

    @AutoClose private final HttpClient http = HttpClient.newHttpClient();

    private final RevisionConnection connection =
            new RevisionConnection(
                    http,
                    new RevisionAccess(null, Map.of()),
                    "candidate",
                    URI.create("http://candidate.example.com"));

    /** Float16 has steps of 0.016 at 23. */
    @ParameterizedTest
    @CsvSource({
        "1, 1, 0.016, true",
        "1, 1, 1, false",
        "2, 1, 1, true",
        "2, 2, 1, false",
        "24, 1, 1, true",
        "24, 2, 1, false",
        "50, 2, 1, true",
        "50, 3, 1, false",
        "50, 50, 0.001, true"
    })
    void fewRowsMayHaveOtherAnswersAndAllMayBeRounded(
            int rows, int different, double by, boolean passes) throws Exception {
        SingleAnswers answers = new SingleAnswers();
        answers.expect(IntStream.range(0, rows).mapToObj(Integer::toString).toList());
        for (int row = 0; row < rows; row++) {
            answers.add(row, answer(23 + row));
        }

        for (int row = 0; row < different; row++) {
            answers.add(row, answer(23 + row + by));
        }

        assertThat(answers.results().isEmpty()).isEqualTo(passes);
    }

    /** On another processor, all predictions of float16 may be a few steps apart. */
    @ParameterizedTest
    @CsvSource({"300, 0.5, true", "300, 2, false", "300.1, 0.5, false"})
    void roundingOfFloat16IsNoDifference(double prediction, double by, boolean passes)
            throws Exception {
        ReferenceAnswers answers = new ReferenceAnswers(answers(prediction, 0));

        answers.compare(answers(prediction, by), 0, answers.size());

        assertThat(answers.result("rows").passed()).isEqualTo(passes);
    }

    private RowPredictions answers(double first, double more) throws GateException {
        RowPredictions all = new RowPredictions(connection, 20);
        for (int row = 0; row < 20; row++) {
            all.addAll(answer(first + row + more));
        }
        return all;
    }

    private RowPredictions answer(double prediction) throws GateException {
        RowPredictions answer = new RowPredictions(connection, 1);
        answer.add(JsonNodeFactory.instance.objectNode().put("predict", prediction));
        return answer;
    }
}
