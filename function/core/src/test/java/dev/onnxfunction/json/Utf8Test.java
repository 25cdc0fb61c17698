package dev.onnxfunction.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Arrays;

class Utf8Test {

    @Test
    void anInvalidByteIsFoundAtEachPlaceOfTextsOfEachLength() {
        for (int length = 0; length <= 80; length++) {
            byte[] text = new byte[length + 8];
            Arrays.fill(text, (byte) 0xFF);
            Arrays.fill(text, 0, length, (byte) 'a');
            assertThat(Utf8.isValid(text, length)).as("%d bytes", length).isTrue();
            for (int at = 0; at < length; at++) {
                text[at] = (byte) 0xFF;
                assertThat(Utf8.isValid(text, length)).as("%d of %d", at, length).isFalse();
                text[at] = 'a';
            }
        }
    }
}
