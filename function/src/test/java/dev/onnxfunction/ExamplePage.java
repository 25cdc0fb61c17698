package dev.onnxfunction;

import dev.onnxfunction.testing.Browser;
import dev.onnxfunction.testing.FunctionProcess;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

/** The page of the example model in a browser. The function is a process of its own. */
record ExamplePage(Browser browser, FunctionProcess function) implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** Opens the page, again if it is open. */
    void open() {
        browser.open(function.url("/"));
    }

    /** Posts JSON to the function, and returns the JSON of the answer. */
    JsonNode post(String path, String body) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(function.url(path)))
                        .POST(BodyPublishers.ofString(body))
                        .build();
        return JSON.readTree(CLIENT.send(request, BodyHandlers.ofString()).body());
    }

    /** Returns the prediction that the function makes for a row over HTTP. */
    double predict(JsonNode row) throws IOException, InterruptedException {
        return post("/predict", row.toString()).get("predict").asDouble();
    }

    /** Waits until the page shows the function's prediction for a row. */
    void awaitPrediction(JsonNode row) throws IOException, InterruptedException {
        browser.await("#predict[value='" + predict(row) + "']");
    }

    @Override
    public void close() {
        function.close();
    }
}
