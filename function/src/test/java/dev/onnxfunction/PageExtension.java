package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Browser;
import dev.onnxfunction.testing.FunctionProcess;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * Passes tests a {@link Browser} or an {@link ExamplePage}, which all classes share one after the
 * other. After each test, checks that the browser has asked no other host.
 */
final class PageExtension implements ParameterResolver, AfterEachCallback {

    /** What a class locks while it uses the browser. */
    static final String BROWSER = "browser";

    private static final Namespace NAMESPACE = Namespace.create(PageExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Browser.class || type == ExamplePage.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Store store = store(context);
        return parameter.getParameter().getType() == Browser.class
                ? browser(store)
                : store.computeIfAbsent(ExamplePage.class, _ -> page(browser(store)));
    }

    /** Returns the store of all tests, which closes what it has at their end. */
    private static Store store(ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE);
    }

    private static Browser browser(Store store) {
        return store.computeIfAbsent(Browser.class, _ -> Browser.start(), Browser.class);
    }

    private static ExamplePage page(Browser browser) {
        try {
            return new ExamplePage(browser, FunctionProcess.start(FunctionProcess.IMAGE, Map.of()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        assertThat(browser(store(context)).hosts()).containsExactly("127.0.0.1");
    }
}
