package dev.onnxfunction.examples.embed;

import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.Predict;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.nio.file.Path;

/** An existing application that gets a model. */
@SpringBootApplication
public class EmbedApplication {

    public static void main(String[] args) {
        SpringApplication.run(EmbedApplication.class, args);
    }

    /** With one model, the starter provides {@code predict}; Valuation needs nothing else. */
    @Bean
    @ConditionalOnProperty(
            name = "challenger.location",
            matchIfMissing = true,
            havingValue = "none")
    Valuation valuation(Predict predict) {
        return new Valuation(predict);
    }

    /** With two models, the application declares and names both, and the starter provides none. */
    @Configuration
    @ConditionalOnProperty("challenger.location")
    static class TwoModels {

        @Bean
        OnnxModel championModel(@Value("${champion.location}") Path file) {
            return OnnxModel.load(file);
        }

        @Bean
        OnnxModel challengerModel(@Value("${challenger.location}") Path file) {
            return OnnxModel.load(file);
        }

        @Bean
        Predict champion(@Qualifier("championModel") OnnxModel model) {
            return Predict.with(model);
        }

        @Bean
        Predict challenger(@Qualifier("challengerModel") OnnxModel model) {
            return Predict.with(model);
        }

        @Bean
        Comparison comparison(
                @Qualifier("champion") Predict champion,
                @Qualifier("challenger") Predict challenger) {
            return new Comparison(champion, challenger);
        }
    }
}
