package dev.onnxfunction.rollout.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the version in the manifest of the packaged command. */
final class ManifestVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = ManifestVersion.class.getPackage().getImplementationVersion();
        return new String[] {"rollout " + (version == null ? "(not packaged)" : version)};
    }
}
