package dev.onnxfunction.rollout.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that {@code --version} prints: that in the manifest of the packaged command. */
final class ManifestVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = ManifestVersion.class.getPackage().getImplementationVersion();
        return new String[] {"rollout " + (version == null ? "(not packaged)" : version)};
    }
}
