package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

class JvmOptionsTest {

    private static final String APART = "-XX:CompileCommand=dontinline,";

    /** The JVM says nothing about a method that it does not find. */
    @Test
    void everyMethodThatIsCompiledApartExists() throws Exception {
        List<String> methods =
                Files.readAllLines(Path.of("image", "jvm.options")).stream()
                        .filter(option -> option.startsWith(APART))
                        .map(option -> option.substring(APART.length()))
                        .toList();
        assertThat(methods).isNotEmpty();
        for (String method : methods) {
            String[] parts = method.split("::", -1);
            Class<?> type = Class.forName(parts[0], false, getClass().getClassLoader());
            assertThat(Arrays.stream(type.getDeclaredMethods()).map(Method::getName))
                    .as("methods of " + type)
                    .contains(parts[1]);
        }
    }
}
