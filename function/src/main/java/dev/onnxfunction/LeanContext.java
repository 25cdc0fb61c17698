package dev.onnxfunction;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.ResourcePatternResolver;

import java.io.IOException;

/**
 * A Spring context for beans that are registered in code and ask for each other. It has no
 * expressions, and does not look for beans that process other beans or listen to events: there are
 * none, and a start would load hundreds of classes to find out.
 */
final class LeanContext extends GenericApplicationContext {

    @Override
    protected void prepareBeanFactory(ConfigurableListableBeanFactory factory) {}

    @Override
    protected void invokeBeanFactoryPostProcessors(ConfigurableListableBeanFactory factory) {}

    @Override
    protected void registerBeanPostProcessors(ConfigurableListableBeanFactory factory) {}

    @Override
    protected void registerListeners() {}

    @Override
    protected void finishBeanFactoryInitialization(ConfigurableListableBeanFactory factory) {
        factory.preInstantiateSingletons();
    }

    /** Nothing is cached, but Spring's classes with caches search all jars when they are loaded. */
    @Override
    protected void resetCommonCaches() {}

    /** Searches all jars for a class of OSGi, so it is loaded only when it is used. */
    @Override
    protected ResourcePatternResolver getResourcePatternResolver() {
        return new LazyResolver(this);
    }

    private record LazyResolver(ResourceLoader loader) implements ResourcePatternResolver {

        @Override
        public Resource[] getResources(String pattern) throws IOException {
            return new PathMatchingResourcePatternResolver(loader).getResources(pattern);
        }

        @Override
        public Resource getResource(String location) {
            return loader.getResource(location);
        }

        @Override
        public @Nullable ClassLoader getClassLoader() {
            return loader.getClassLoader();
        }
    }
}
