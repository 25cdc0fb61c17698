package client;

import client.api.ModelApi;
import client.model.Explanation;
import client.model.Prediction;
import client.model.Problem;
import client.model.Row;

import com.fasterxml.jackson.databind.ObjectMapper;

import java.util.List;
import java.util.function.Function;

/** Code as a user of the generated client would write it. */
public final class Call implements Function<String, List<Object>> {

    /** Returns the prediction, the contribution of RM, and the fault of a row without RM. */
    @Override
    public List<Object> apply(String url) {
        ApiClient client = new ApiClient();
        client.updateBaseUri(url);
        ModelApi model = new ModelApi(client);
        try {
            Prediction prediction = model.predict(row().RM(6.575));
            Explanation explanation = model.explain(row().RM(6.575));
            return List.of(
                    prediction.getPredict(), explanation.getContributions().getRM(), fault(model));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String fault(ModelApi model) throws Exception {
        try {
            throw new AssertionError(model.predict(row()));
        } catch (ApiException e) {
            Problem problem = new ObjectMapper().readValue(e.getResponseBody(), Problem.class);
            return e.getCode() + " " + problem.getErrors().getFirst().getFeature();
        }
    }

    private static Row row() {
        return new Row()
                .CRIM(0.00632)
                .ZN(18.0)
                .INDUS(2.31)
                .CHAS(0.0)
                .NOX(0.538)
                .AGE(65.2)
                .DIS(4.09)
                .RAD(1.0)
                .TAX(296.0)
                .PTRATIO(15.3)
                .B(396.9)
                .LSTAT(4.98);
    }
}
