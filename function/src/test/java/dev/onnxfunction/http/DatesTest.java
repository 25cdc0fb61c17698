package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Instant;
import java.time.format.DateTimeFormatter;

class DatesTest {

    /** The first is the example of RFC 9110, 5.6.7. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    784111777  | Sun, 06 Nov 1994 08:49:37 GMT
                    0          | Thu, 01 Jan 1970 00:00:00 GMT
                    951782400  | Tue, 29 Feb 2000 00:00:00 GMT
                    1798761599 | Thu, 31 Dec 2026 23:59:59 GMT
                    """)
    void aDateIsInTheFixedFormat(long epochSecond, String expected) {
        assertThat(Dates.format(epochSecond)).isEqualTo(expected);
    }

    @Test
    void nowIsNow() {
        Instant before = Instant.now().minusSeconds(1);

        Instant now = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(Dates.now()));

        assertThat(now).isBetween(before, Instant.now());
    }
}
