package dev.onnxfunction.examples.compose;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** Predicts rows whose crime rate is looked up by the name of the town. */
@SpringBootApplication
public class ComposeApplication {

    private static final Map<String, Double> CRIME_RATES = Map.of("Nahant", 0.00632, "Lynn", 0.2);

    public static void main(String[] args) {
        SpringApplication.run(ComposeApplication.class, args);
    }

    @Bean
    Function<Map<String, Object>, Map<String, Object>> enrich() {
        return row -> {
            Double rate = CRIME_RATES.get(row.get("town"));
            if (rate == null) {
                throw new IllegalArgumentException("the town is not known");
            }
            Map<String, Object> features = new HashMap<>(row);
            features.put("CRIM", rate);
            return features;
        };
    }
}
