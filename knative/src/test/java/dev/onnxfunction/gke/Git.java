package dev.onnxfunction.gke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.gke.Sandbox.Run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A small repository, created with the real git. */
record Git(Sandbox machine, Path folder) {

    private static final Map<String, String> WHO =
            Map.of(
                    "GIT_AUTHOR_NAME", "a",
                    "GIT_AUTHOR_EMAIL", "a@example.org",
                    "GIT_COMMITTER_NAME", "a",
                    "GIT_COMMITTER_EMAIL", "a@example.org",
                    "GIT_CONFIG_GLOBAL", "/dev/null",
                    "GIT_CONFIG_NOSYSTEM", "1");

    /** An empty repository whose branch is {@code main}. */
    static Git init(Sandbox machine, Path folder) throws Exception {
        Git git = new Git(machine, folder);
        git.git("init", "--quiet", "--initial-branch=main");
        Files.writeString(folder.resolve(".gitignore"), "target/\n");
        return git;
    }

    /** Commits a change to each file at a time, in seconds since 1970. */
    void commit(long time, String... files) throws Exception {
        for (String file : files) {
            change(folder.resolve(file));
        }
        git("add", "--all");
        git(
                Map.of("GIT_COMMITTER_DATE", "@" + time + " +0000"),
                "commit",
                "--quiet",
                "--message=change");
    }

    private static void change(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "a line\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** The newest commit. */
    String head() throws Exception {
        return git("rev-parse", "HEAD");
    }

    /** A clone with only the newest commit, as in a build. */
    Git shallowClone(Path target) throws Exception {
        git("clone", "--quiet", "--depth=1", folder.toUri().toString(), target.toString());
        return new Git(machine, target);
    }

    String git(String... arguments) throws Exception {
        return git(Map.of(), arguments);
    }

    private String git(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        Map<String, String> all = new HashMap<>(WHO);
        all.putAll(environment);
        Run run = machine.run(folder, all, command);
        assertThat(run.exit()).as("%s: %s", command, run.output()).isZero();
        return run.output().strip();
    }
}
