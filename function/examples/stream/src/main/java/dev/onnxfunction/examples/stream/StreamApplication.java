package dev.onnxfunction.examples.stream;

import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.predict.Prediction;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Takes arrays of rows from one topic, and sends an array of predictions for each to another topic.
 */
@SpringBootApplication
public class StreamApplication {

    public static void main(String[] args) {
        SpringApplication.run(StreamApplication.class, args);
    }

    /** Predicts all rows of a message in one call of the model. */
    @Bean
    Function<List<Map<String, Object>>, List<Prediction>> predictAll(Predict predict) {
        return predict::applyAll;
    }
}
