package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.drive.Sleeper;
import dev.onnxfunction.rollout.job.JobContext;

import org.jspecify.annotations.Nullable;

import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;

/** What every command needs of the process that it runs in. */
class ProcessContext {

    private final Map<String, String> environment;
    private final PrintStream out;
    private final Sleeper sleeper;

    ProcessContext() {
        this(System.getenv(), System.out, Thread::sleep);
    }

    /**
     * @param environment variables of the process
     * @param out receives the output of the commands
     * @param sleeper waits between two observations of the cluster, a model or a Job
     */
    ProcessContext(Map<String, String> environment, PrintStream out, Sleeper sleeper) {
        this.environment = environment;
        this.out = out;
        this.sleeper = sleeper;
    }

    final PrintStream out() {
        return out;
    }

    final Sleeper sleeper() {
        return sleeper;
    }

    /** The value of an environment variable; null if it is not set. */
    final @Nullable String variable(String name) {
        return environment.get(name);
    }

    /** The Job that runs this command; empty outside a Job. */
    final Optional<JobContext> job() {
        return JobContext.of(environment);
    }
}
