package dev.onnxfunction.card;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import dev.onnxfunction.testing.Project;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The model card is read as strictly as the schema that training and function share. */
class ModelCardTest {

    private static final Path SCHEMA =
            Project.TRAINING.resolve("training").resolve("model-card.schema.json");

    private static final String WHOLE =
            """
            {
              "name": "flat-prices",
              "version": "2026.1",
              "description": "Prices of flats",
              "target": {"name": "price", "unit": "EUR", "description": "when sold",
                         "histogram": {"edges": [0, 1e5, 2e6], "counts": [600, 400]},
                         "output": "quantiles", "levels": [0.05, 0.5, 0.95]},
              "features": [
                {"name": "area", "type": "double", "unit": "m2", "description": "inside",
                 "min": 12.5, "max": 300, "mean": 70.25, "missing": "allowed",
                 "histogram": {"edges": [12.5, 50, 300], "counts": [7, 993]}},
                {"name": "rooms", "type": "int64", "min": 1, "max": 9, "mean": 3.1},
                {"name": "lift", "type": "bool", "input": "flags", "histogram": {"counts": {"true": 900}}},
                {"name": "street", "type": "string", "missing": "allowed",
                 "histogram": {"counts": {"Main Street": 8, "": 0}}, "unknown": "refused"}
              ],
              "metrics": {"rmse": 10.5, "mae": 8, "r2": 0.75, "rows": 1000, "folds": 5,
                          "repeats": 3, "std": {"rmse": 1.5, "mae": 1, "r2": 0.1}},
              "held_out": {"rmse": 11.5, "mae": 9, "r2": 0.5, "rows": 250},
              "interval": {"level": 0.9, "method": "split conformal", "lower": -20, "upper": 22.5,
                           "calibration_rows": 500, "coverage": 0.91,
                           "coverage_by_fifth": [1, 0.95, 0.9, 0.9, 0.8]},
              "trained_at": "2026-01-31T23:59:59Z",
              "git_commit": "0123456789abcdef0123456789abcdef01234567",
              "data_sha256": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
              "libraries": {"python": "3.14.0", "scikit-learn": "1.9.1"},
              "example": {"area": 70, "rooms": 3, "lift": true, "street": "Main Street"},
              "background": [[70, 3, true, "Main Street"], [null, 1, false, null]],
              "fingerprint": {"columns": ["area", "rooms"], "rows": 6, "distinct": 4, "bits": 48,
                              "hashes": 8, "false_positive_rate": 0.0031,
                              "sha256": "56ac0a42d31783fce8c51ce35add0a168ebf0789b71b61462c4ef220f879f945",
                              "filter": "pZV72ir1"},
              "x-owner": {"team": ["pricing"]}
            }
            """;

    private static final Schema schema = schema();

    @Test
    void everyMemberIsRead() {
        ModelCard card = ModelCardReader.read(WHOLE);

        assertThat(card.id()).isEqualTo("flat-prices@2026.1");
        assertThat(card.target())
                .isEqualTo(
                        new ModelCard.Target(
                                "price",
                                "EUR",
                                "when sold",
                                new Histogram.Bins(List.of(0.0, 1e5, 2e6), List.of(600L, 400L)),
                                "quantiles",
                                List.of(0.05, 0.5, 0.95)));
        assertThat(card.features())
                .containsExactly(
                        new Feature(
                                "area",
                                FeatureType.DOUBLE,
                                "m2",
                                "inside",
                                12.5,
                                300.0,
                                70.25,
                                true,
                                new Histogram.Bins(List.of(12.5, 50.0, 300.0), List.of(7L, 993L)),
                                false,
                                null),
                        new Feature(
                                "rooms",
                                FeatureType.INT64,
                                null,
                                null,
                                1.0,
                                9.0,
                                3.1,
                                false,
                                null,
                                false,
                                null),
                        new Feature(
                                "lift",
                                FeatureType.BOOL,
                                null,
                                null,
                                null,
                                null,
                                null,
                                false,
                                new Histogram.Categories(Map.of("true", 900L)),
                                false,
                                "flags"),
                        new Feature(
                                "street",
                                FeatureType.STRING,
                                null,
                                null,
                                null,
                                null,
                                null,
                                true,
                                new Histogram.Categories(Map.of("Main Street", 8L, "", 0L)),
                                true,
                                null));
        assertThat(card.metrics())
                .isEqualTo(
                        new EvaluationMetrics(
                                10.5,
                                8,
                                0.75,
                                1000,
                                5L,
                                3L,
                                new EvaluationMetrics.Spread(1.5, 1.0, 0.1)));
        assertThat(card.heldOut())
                .isEqualTo(new EvaluationMetrics(11.5, 9, 0.5, 250, null, null, null));
        assertThat(card.interval())
                .isEqualTo(
                        new Interval(
                                0.9,
                                "split conformal",
                                List.of(),
                                -20.0,
                                22.5,
                                500L,
                                0.91,
                                List.of(1.0, 0.95, 0.9, 0.9, 0.8)));
        assertThat(card.trainedAt()).isEqualTo("2026-01-31T23:59:59Z");
        assertThat(card.libraries()).containsEntry("python", "3.14.0").hasSize(2);
        assertThat(card.example())
                .containsEntry("street", "Main Street")
                .containsEntry("rooms", 3L);
        assertThat(card.background())
                .isEqualTo("[[70, 3, true, \"Main Street\"], [null, 1, false, null]]");
        assertThat(card.fingerprint()).startsWith("{\"columns\": [").endsWith("\"pZV72ir1\"}");
        assertThat(card.json()).contains("held_out").doesNotContain("fingerprint", "background");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{@, \"name\": 1, \"x\": [2]}",
                "{\"name\": 1,\n @ , \"x\": [2]}",
                "{\"name\": 1, \"x\": [2], @ }"
            })
    void backgroundAndFingerprintAreCutOutWhereverTheyStand(String card) {
        String both = "\"background\" : [[\"]\", {}]], \"fingerprint\" : {\"}\": [] }";
        CardText text = CardText.of(card.replace("@", both));

        assertThat(text.background()).isEqualTo("[[\"]\", {}]]");
        assertThat(text.fingerprint()).isEqualTo("{\"}\": [] }");
        assertThat(JsonMapper.shared().readTree(text.shown()).toString())
                .isEqualTo("{\"name\":1,\"x\":[2]}");
    }

    @Test
    void aCardWithoutABackgroundIsShownAsItIs() {
        assertThat(CardText.of("{ \"name\": 1 }"))
                .extracting(CardText::shown, CardText::background, CardText::fingerprint)
                .containsExactly("{ \"name\": 1 }", null, null);
    }

    @Test
    void theSchemaTakesTheWholeCard() {
        assertThat(schema.validate(WHOLE, InputFormat.JSON)).isEmpty();
    }

    static Stream<Arguments> faultsThatTheSchemaFindsToo() {
        return Stream.of(
                arguments("\"version\": \"2026.1\",", "", "\"version\" is missing"),
                arguments("\"flat-prices\"", "7", "\"name\" is a whole number, must be a string"),
                arguments("flat-prices", "Flat Prices", "\"name\" is \"Flat Prices\", must be 1"),
                arguments("flat-prices", "flat-", "\"name\" is \"flat-\", must be 1 to 40 of"),
                arguments("2026.1", "1+2", "\"version\" is \"1+2\", must be 1 to 40 of letters"),
                arguments("\"description\": \"Prices", "\"descripton\": \"Prices", "descripton"),
                arguments("\"Prices of flats\"", "\"\"", "\"description\" is empty"),
                arguments("\"output\": \"quantiles\"", "\"output\": 1", "\"target.output\" is a"),
                arguments("\"output\": \"quantiles\"", "\"outputs\": \"a\"", "\"target.outputs\""),
                arguments("[0.05, 0.5, 0.95]", "[0.5]", "\"target.levels\" is [0.5], must be two"),
                arguments("[0.05, 0.5, 0.95]", "[0.1, 0.9]", "rising, 0.5 among them"),
                arguments("[0.05, 0.5, 0.95]", "[0, 0.5]", "must be two or more numbers between 0"),
                arguments("[0.05, 0.5, 0.95]", "[\"a\", 0.5]", "\"target.levels[0]\" is a string"),
                arguments("\"name\": \"price\", ", "", "\"target.name\" is missing"),
                arguments("\"name\": \"price\"", "\"name\": \"\"", "\"target.name\" is empty"),
                arguments("\"unit\": \"EUR\"", "\"units\": \"EUR\"", "\"target.units\" is not"),
                arguments(
                        "\"edges\": [0, 1e5, 2e6], ", "", "\"target.histogram.edges\" is missing"),
                arguments(
                        "{\"edges\": [0, 1e5, 2e6], \"counts\": [600, 400]}",
                        "{\"counts\": {\"0\": 600}}",
                        "\"target.histogram.edges\" is missing"),
                arguments(", \"counts\": [600, 400]", "", "\"target.histogram.counts\" is missing"),
                arguments("[0, 1e5, 2e6]", "[0, true]", "\"target.histogram.edges[1]\" is true"),
                arguments("[600, 400]", "[600, -4]", "\"target.histogram\": has a count of -4"),
                arguments("[600, 400]", "[600, 4.5]", "\"target.histogram.counts[1]\" is a num"),
                arguments("[600, 400]}", "[600, 400], \"min\": 0}", "\"target.histogram.min\""),
                arguments(
                        "{\"name\": \"rooms\", \"type\": \"int64\", \"min\": 1, \"max\": 9,"
                                + " \"mean\": 3.1}",
                        "7",
                        "\"features[1]\" is a whole number"),
                arguments("\"type\": \"bool\"", "\"type\": \"boolean\"", "\"features[2]\": is"),
                arguments("\"flags\"", "\"\"", "\"features[2].input\" is empty"),
                arguments("\"flags\"", "0", "\"features[2].input\" is a whole number"),
                arguments("\"m2\"", "\"\"", "\"features[0].unit\" is empty"),
                arguments("\"min\": 12.5", "\"min\": \"12.5\"", "\"features[0].min\" is a string"),
                arguments(
                        "\"missing\": \"allowed\"", "\"missing\": true", "\"features[0].missing\""),
                arguments(
                        "\"missing\": \"allowed\"", "\"missing\": \"yes\"", "must be \"allowed\""),
                arguments(
                        "\"type\": \"bool\"",
                        "\"type\": \"bool\", \"missing\": \"allowed\"",
                        "\"features[2]\": is bool, must not be allowed to be missing"),
                arguments(
                        "\"type\": \"string\"",
                        "\"type\": \"string\", \"min\": 1",
                        "\"features[3]\": is a string, must have no min, max or mean"),
                arguments("\"refused\"", "\"allowed\"", "must be \"refused\" or left out"),
                arguments(
                        "\"type\": \"bool\"",
                        "\"type\": \"bool\", \"unknown\": \"refused\"",
                        "\"features[2]\": refuses unknown categories, must be a string"),
                arguments(
                        "\"histogram\": {\"counts\": {\"Main Street\": 8, \"\": 0}}, ",
                        "",
                        "\"features[3]\": refuses unknown categories, must be a string with a"),
                arguments("\"mean\": 3.1", "\"median\": 3", "\"features[1].median\" is not known"),
                arguments(
                        ", \"counts\": [7, 993]",
                        "",
                        "\"features[0].histogram.counts\" is missing"),
                arguments("[7, 993]", "[7, -3]", "\"features[0].histogram\": has a count of -3"),
                arguments(
                        "[7, 993]", "[7, 9.5]", "\"features[0].histogram.counts[1]\" is a number"),
                arguments("50, 300", "\"50\"", "\"features[0].histogram.edges[1]\" is a string"),
                arguments("{\"true\": 900}", "{}", "\"features[2].histogram\": has 0 counts, must"),
                arguments("{\"true\": 900}", "{\"true\": \"9\"}", "counts.true\" is a string"),
                arguments("{\"true\": 900}", "[900]", "counts\" is an array, must be an object"),
                arguments(
                        "\"edges\": [12.5, 50, 300], \"counts\": [7, 993]",
                        "\"counts\": {\"12.5\": 7}",
                        "\"features[0]\": is double, must have a histogram with edges"),
                arguments(
                        "\"counts\": {\"true\": 900}",
                        "\"edges\": [0, 1], \"counts\": [900]",
                        "\"features[2]\": is bool, must have a histogram without edges"),
                arguments(
                        "[[70, 3, true, \"Main Street\"], [null, 1, false, null]]", "7", "\"back"),
                arguments("\"rmse\": 10.5, ", "", "\"metrics.rmse\" is missing"),
                arguments("\"mae\": 8", "\"mae\": -8", "\"metrics\": has a negative error"),
                arguments("\"r2\": 0.75", "\"r2\": 1.75", "\"metrics\": has r2 1.75"),
                arguments("\"rows\": 1000", "\"rows\": 1", "\"metrics\": has rows 1"),
                arguments("\"rows\": 1000", "\"rows\": 10.5", "\"metrics.rows\" is a number, must"),
                arguments("\"folds\": 5", "\"folds\": 1", "\"metrics\": has folds 1"),
                arguments("\"repeats\": 3", "\"repeats\": 0", "\"metrics\": has repeats 0"),
                arguments("\"r2\": 0.1", "\"r2\": -0.1", "\"metrics.std\": has a negative"),
                arguments("\"mae\": 1, ", "", "\"metrics.std.mae\" is missing"),
                arguments("\"mae\": 1, ", "\"mae\": 1, \"rows\": 5, ", "\"metrics.std.rows\" is"),
                arguments("\"rmse\": 11.5, ", "", "\"held_out.rmse\" is missing"),
                arguments("[1, 0.95,", "[0.95,", "\"interval\": has a coverage of 4 fifths, must"),
                arguments("[1, 0.95,", "[9, 0.95,", "\"interval\": has coverage 9.0, must be 0"),
                arguments("[1, 0.95,", "[\"1\", 0.95,", "\"interval.coverage_by_fifth[0]\" is a"),
                arguments("\"rows\": 250", "\"rows\": 1", "\"held_out\": has rows 1"),
                arguments(
                        "\"rows\": 250",
                        "\"folds\": 5, \"rows\": 250",
                        "\"held_out.folds\" is not"),
                arguments("[\"area\", \"rooms\"]", "[]", "\"fingerprint\": has columns []"),
                arguments("[\"area\", \"rooms\"]", "[\"area\", \"area\"]", "[area, area], must"),
                arguments("[\"area\", \"rooms\"]", "[7]", "\"fingerprint.columns[0]\" is a whole"),
                arguments("\"distinct\": 4", "\"distinct\": 0", "has 0 different rows among 6"),
                arguments("\"bits\": 48", "\"bits\": 47", "\"fingerprint\": has 47 bits, must"),
                arguments("\"bits\": 48", "\"bits\": 12582936", "has 12582936 bits, must have a"),
                arguments("\"hashes\": 8", "\"hashes\": 17", "\"fingerprint\": has 17 hashes"),
                arguments("0.0031", "0", "\"fingerprint\": has false_positive_rate 0.0, must be"),
                arguments("0.0031", "0.51", "\"fingerprint\": has false_positive_rate 0.51, must"),
                arguments("pZV72ir1", "pZV72ir-", "\"fingerprint\": has a filter that is not base"),
                arguments("\"pZV72ir1\"", "8", "\"fingerprint.filter\" is a whole number"),
                arguments("\"hashes\": 8, ", "", "\"fingerprint.hashes\" is missing"),
                arguments("\"bits\": 48", "\"bits\": 48, \"seed\": 1", "\"fingerprint.seed\" is"),
                arguments("\"level\": 0.9", "\"level\": 1", "\"interval\": has level 1.0"),
                arguments("\"lower\": -20, ", "", "\"interval\": must have either"),
                arguments("\"lower\": -20", "\"output\": \"o\"", "\"interval\": must have either"),
                arguments("\"lower\": -20", "\"outputs\": [\"a\", \"b\"]", "\"interval\": must"),
                arguments(
                        "\"lower\": -20, \"upper\": 22.5",
                        "\"outputs\": [\"a\"]",
                        "must have two \"outputs\", or one as \"output\""),
                arguments(
                        "\"lower\": -20, \"upper\": 22.5",
                        "\"outputs\": [\"a\", \"b\"], \"output\": \"c\"",
                        "must have two \"outputs\", or one as \"output\""),
                arguments("\"lower\": -20", "\"lower\": 20", "\"interval\": has offsets 20.0"),
                arguments("\"coverage\": 0.91", "\"coverage\": 91", "\"interval\": has coverage"),
                arguments("23:59:59Z", "23:59:59+01:00", "\"trained_at\" is"),
                arguments("23:59:59Z", "23:59:59.5Z", "\"trained_at\" is"),
                arguments("abcdef01234567\"", "abcdef0123456\"", "\"git_commit\" is"),
                arguments("\"1.9.1\"", "1.9", "\"libraries.scikit-learn\" is a number"),
                arguments("\"x-owner\"", "\"owner\"", "\"owner\" is not known"));
    }

    @ParameterizedTest
    @MethodSource
    void faultsThatTheSchemaFindsToo(String right, String wrong, String message) {
        String card = WHOLE.replaceFirst(Pattern.quote(right), wrong);
        assertThat(card).isNotEqualTo(WHOLE);

        assertThat(schema.validate(card, InputFormat.JSON)).isNotEmpty();
        assertThatThrownBy(() -> ModelCardReader.read(card))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    static Stream<Arguments> faultsThatASchemaCannotFind() {
        return Stream.of(
                arguments("\"rooms\", \"type\"", "\"area\", \"type\"", "names \"area\" twice"),
                arguments(
                        "12.5, 50,", "12.5, 12.5,", "\"features[0].histogram\": has edges that do"),
                arguments("1e5, 2e6", "1e5, 1e5", "\"target.histogram\": has edges that do not"),
                arguments("[0.05, 0.5, 0.95]", "[0.5, 0.05]", "rising, 0.5 among them"),
                arguments("[600, 400]", "[6]", "\"target.histogram\": has 3 edges and 1 counts"),
                arguments("[7, 993]", "[7]", "\"features[0].histogram\": has 3 edges and 1 counts"),
                arguments("false, null]]", "false, null]", "it "),
                arguments("\"distinct\": 4", "\"distinct\": 7", "has 7 different rows among 6"),
                arguments("\"bits\": 48", "\"bits\": 72", "filter of 6 bytes, must have the 9 of"),
                arguments(
                        "pZV72ir1", "pZV72ir0", "\"fingerprint\": is damaged: the SHA-256 of its"),
                arguments("56ac0a42", "56ac0a43", "must be 56ac0a43d31783fce8c51ce35add0a168ebf07"),
                arguments(
                        "[\"area\", \"rooms\"]", "[\"price\"]", "names the target \"price\", must"),
                arguments("\"x-owner\"", "\"background\": [], \"x-owner\"", "is given twice"),
                arguments("\"min\": 12.5", "\"min\": 400", "\"features[0]\": has min 400.0 above"),
                arguments(
                        "\"mean\": 70.25", "\"mean\": 7", "\"features[0]\": has mean 7.0 outside"),
                arguments("\"rooms\": 3, ", "", "\"example\" must give every feature"),
                arguments("\"rooms\": 3, ", "\"rooms\": 3, \"x\": 1, ", "\"example\" must give"),
                arguments("2026-01-31T", "2026-02-30T", "\"trained_at\" is"),
                arguments("12.5", "1e999", "a number is beyond the range of double"),
                arguments(
                        "\"name\": \"flat",
                        "\"name\": \"a\", \"name\": \"flat",
                        "\"name\" is given twice"),
                arguments("\"target\": {", "\"target\": {,", "it has ',', must have a name"));
    }

    @ParameterizedTest
    @MethodSource
    void faultsThatASchemaCannotFind(String right, String wrong, String message) {
        String card = WHOLE.replaceFirst(Pattern.quote(right), wrong);
        assertThat(card).isNotEqualTo(WHOLE);

        assertThatThrownBy(() -> ModelCardReader.read(card))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static Schema schema() {
        try {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(Files.readString(SCHEMA), InputFormat.JSON);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
