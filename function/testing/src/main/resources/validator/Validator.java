package validator;

import io.swagger.parser.OpenAPIParser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;

import org.openapitools.codegen.validation.Invalid;
import org.openapitools.codegen.validation.ValidationResult;
import org.openapitools.codegen.validations.oas.OpenApiEvaluator;
import org.openapitools.codegen.validations.oas.RuleConfiguration;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Finds the same faults in a document as {@code openapi-generator validate --recommend}. */
public final class Validator implements Function<String, List<String>> {

    @Override
    public List<String> apply(String document) {
        ParseOptions options = new ParseOptions();
        options.setResolve(true);
        SwaggerParseResult parsed = new OpenAPIParser().readContents(document, null, options);
        List<String> faults = new ArrayList<>(parsed.getMessages());
        if (parsed.getOpenAPI() == null) {
            faults.add("It cannot be parsed.");
            return faults;
        }
        RuleConfiguration rules = new RuleConfiguration();
        rules.setEnableRecommendations(true);
        ValidationResult result = new OpenApiEvaluator(rules).validate(parsed.getOpenAPI());
        result.getErrors().stream().map(Invalid::getMessage).forEach(faults::add);
        result.getWarnings().stream().map(Invalid::getMessage).forEach(faults::add);
        return faults;
    }
}
