package dev.onnxfunction.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {

    @Test
    void whatIsSeenStaysAsItIs() {
        assertThat(Printable.of("Fläche in m² \ud83c\udfe0"))
                .isEqualTo("Fläche in m² \ud83c\udfe0");
    }

    @Test
    void whatIsNotSeenIsEscaped() {
        assertThat(Printable.of("a\u001b[2J\r\nb\u009bc\u202ed\u2028e\u0000f\ud800"))
                .isEqualTo("a\\u001b[2J\\u000d\\u000ab\\u009bc\\u202ed\\u2028e\\u0000f\\ud800");
    }

    @Test
    void linesStayLines() {
        assertThat(Printable.lines("a\n\tb\u001b")).isEqualTo("a\n\tb\\u001b");
    }

    @Test
    void jsonStaysTheSameJson() {
        assertThat(Printable.json("{\n\t\"Fläche \ud83c\udfe0\": 1}"))
                .isEqualTo("{\n\t\"Fläche \ud83c\udfe0\": 1}");
        assertThat(Printable.json("\"é\u009b\u202e\udb40\udc01\ud800z\""))
                .isEqualTo("\"é\\u009b\\u202e\\udb40\\udc01\\ud800z\"");
    }

    @Test
    void ofALongTextTheBeginningAndTheEndAreShown() {
        assertThat(Printable.of("abcdefghijklmnopqrstuvwxyz", 9))
                .isEqualTo("abcdef … (26 characters) … xyz");
    }
}
