package dev.onnxfunction;

import org.jspecify.annotations.Nullable;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.ResourcePatternResolver;

import java.io.IOException;

/**
 * A Spring context that loads what finds resources by patterns only when it is used, because it
 * searches all jars for a class of OSGi.
 */
final class LeanContext extends GenericApplicationContext {

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
