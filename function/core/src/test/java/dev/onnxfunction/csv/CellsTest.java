package dev.onnxfunction.csv;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvRecord;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The reader finds the same records and cells as FastCSV, in every text that it does not refuse.
 * The texts have carriage returns only before line feeds, because FastCSV 4.1.0 misses the empty
 * line after {@code "\r"}.
 */
class CellsTest {

    private static final String[] PIECES = {"\"", "\"", "\"\"", ",", ",", "\n", "\r\n", "a", "é"};

    private final SplittableRandom random = new SplittableRandom(1978);

    @Test
    void everyTextIsReadAsByFastCsvOrRefused() {
        int read = 0;
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(12); j > 0; j--) {
                text.append(PIECES[random.nextInt(PIECES.length)]);
            }
            List<List<String>> found = byCells(text.toString());
            if (found != null) {
                assertThat(found).as(text.toString()).isEqualTo(byFastCsv(text.toString()));
                read++;
            }
        }
        assertThat(read).isGreaterThan(12_000);
    }

    /** Null if a record breaks the grammar. */
    private static @Nullable List<List<String>> byCells(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<List<String>> records = new ArrayList<>();
        try {
            Cells cells = new Cells(bytes, 0, bytes.length, 1);
            while (!cells.isEmpty()) {
                int start = cells.position();
                List<String> record = new ArrayList<>();
                cells.beginRecord();
                while (!cells.recordEnds()) {
                    cells.next();
                    record.add(cells.string());
                }
                assertThat(cells.position()).isEqualTo(Records.end(bytes, start, bytes.length));
                if (cells.defect() != null) {
                    return null;
                }
                records.add(record);
            }
            assertThat(cells.line()).isEqualTo(1 + text.chars().filter(c -> c == '\n').count());
            return records;
        } catch (CsvException e) {
            return null;
        }
    }

    private static List<List<String>> byFastCsv(String text) {
        return de.siegmar.fastcsv.reader.CsvReader.builder()
                .skipEmptyLines(false)
                .allowExtraFields(true)
                .allowMissingFields(true)
                .ofCsvRecord(text)
                .stream()
                .map(CsvRecord::getFields)
                .toList();
    }
}
