/**
 * Has the packages in which Spring looks for classes of libraries that the function does not have.
 * The JVM looks for a class of these packages in this module only, and does not open a jar to find
 * out that it is absent.
 */
module dev.onnxfunction.absent {
    exports jakarta.inject; // Otherwise, the JVM does not load the module.
}
