package dev.onnxfunction.spring.web;

import dev.onnxfunction.access.ApiKeys;
import dev.onnxfunction.compose.Composition;
import dev.onnxfunction.compose.Definition;
import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.Endpoints;
import dev.onnxfunction.contract.Lanes;
import dev.onnxfunction.contract.Router;
import dev.onnxfunction.contract.ServedModel;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.protocol.Protocols;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.spring.OnnxFunctionAutoConfiguration;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.cloud.function.web.flux.FunctionController;
import org.springframework.context.annotation.Bean;

import java.util.List;
import java.util.Objects;

/** The function over HTTP, if spring-cloud-function-web and WebFlux are on the class path. */
@AutoConfiguration(after = OnnxFunctionAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass(FunctionController.class)
@ConditionalOnSingleCandidate(Predict.class)
public class WebAutoConfiguration {

    @Bean
    Composition contractComposition(FunctionCatalog catalog, Settings settings) {
        return Definition.in(catalog, settings.functions().definition());
    }

    @Bean
    @Nullable ApiKeys contractKeys(Settings settings) {
        return ApiKeys.at(settings.apiKeys());
    }

    @Bean
    Router contractRouter(
            OnnxModel model,
            Predict predict,
            Composition composition,
            Settings settings,
            ObjectProvider<ApiKeys> keys,
            ObjectProvider<Observer> observers) {
        Observer observer = observers.getIfUnique(() -> Observer.NONE);
        ServedModel served =
                new ServedModel(model, predict, composition, settings, observer, null, () -> true);
        List<Endpoint> endpoints = Endpoints.ofFunction(served);
        endpoints.addAll(Protocols.endpoints(served));
        return new Router(endpoints, keys.getIfAvailable(), null);
    }

    @Bean(PredictFunction.NAME)
    PredictFunction predictRequest(Router contractRouter) {
        return new PredictFunction(predictEndpoint(contractRouter));
    }

    @Bean(destroyMethod = "shutdown")
    Lanes contractLanes(Settings settings) {
        return new Lanes(settings);
    }

    @Bean
    ContractFilter contractFilter(
            Router contractRouter,
            Lanes contractLanes,
            Settings settings,
            @Value("${" + InternalPath.SETTING + "}") String prefix) {
        return new ContractFilter(
                contractRouter,
                contractLanes,
                settings.limits().maxBody(),
                new FunctionCall(predictEndpoint(contractRouter), prefix));
    }

    private static Endpoint predictEndpoint(Router router) {
        return Objects.requireNonNull(router.endpoint("/predict"));
    }
}
