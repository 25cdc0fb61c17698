package dev.onnxfunction.rollout.drive;

import dev.onnxfunction.rollout.engine.Decision;
import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.engine.Observation;
import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.Observation.ObservedService;
import dev.onnxfunction.rollout.engine.Observation.Unreachable;
import dev.onnxfunction.rollout.engine.Observation.Verdict;
import dev.onnxfunction.rollout.engine.Outcome;
import dev.onnxfunction.rollout.engine.State;
import dev.onnxfunction.rollout.engine.State.LiveDown;
import dev.onnxfunction.rollout.engine.State.Over;
import dev.onnxfunction.rollout.engine.Step;
import dev.onnxfunction.rollout.engine.Step.Delete;
import dev.onnxfunction.rollout.engine.Step.RunGates;
import dev.onnxfunction.rollout.engine.Step.Stop;
import dev.onnxfunction.rollout.engine.Step.Wait;
import dev.onnxfunction.rollout.engine.Step.Write;
import dev.onnxfunction.rollout.report.ProgressPrinter;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;

/** The loop of a command: observes, decides, reports and acts until the command ends. */
public final class Driver {

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final Platform platform;
    private final Gates gates;
    private final InstantSource clock;
    private final Sleeper sleeper;
    private final ProgressPrinter printer;

    private final ApiFailures failures;

    private @Nullable Verdict verdict;
    private volatile @Nullable Failed interruption;
    private volatile @Nullable Thread thread;

    /** One driver runs one command. */
    public Driver(
            Platform platform,
            Gates gates,
            InstantSource clock,
            Sleeper sleeper,
            ProgressPrinter printer) {
        this.platform = platform;
        this.gates = gates;
        this.clock = clock;
        this.sleeper = sleeper;
        this.printer = printer;
        this.failures = new ApiFailures(clock);
    }

    /** Runs until the command has succeeded or failed. */
    public Exit run(State command) {
        thread = Thread.currentThread();
        State state = command;
        while (true) {
            Observation observation = observe();
            Step step = Decision.next(state, observation, clock.instant());
            failures.beginStep();
            if (step instanceof Wait) {
                failures.forgetWrite(); // There is nothing to write any more.
            }
            switch (step) {
                case Stop stop -> {
                    return end(state, stop);
                }
                case Wait wait -> {
                    resumed(state, wait.state());
                    printer.progress(wait.why());
                    state = wait.state();
                    pause(wait.time());
                }
                case RunGates runGates -> {
                    resumed(state, runGates.state());
                    state = runGates.state();
                    runGates(runGates.running());
                }
                case Write write -> {
                    boolean again = state instanceof Over;
                    state = write(write, observation.service());
                    if (again) {
                        pause(AFTER_FAILURE); // Does not race with whoever else writes the Service.
                    }
                }
                case Delete delete -> state = delete(delete, observation.service());
            }
        }
    }

    /** Reports that a command that was killed resumes its rollout. */
    private void resumed(State before, State next) {
        if (before instanceof State.Deploy && next instanceof State.Running running) {
            printer.step(
                    "This rollout is under way: it resumes at "
                            + running.rollout().plan().percent(running.stage())
                            + " %.",
                    null);
        }
    }

    /**
     * Stops the command as if a gate had failed.
     *
     * @param signal its name, for the message
     */
    public void interrupt(String signal) {
        interrupt(new Failed(Outcome.INTERRUPTED, "Stopped by " + signal + "."));
    }

    /**
     * Stops the command as if a gate had failed, because the time limit has passed.
     *
     * @param reason in a sentence
     */
    public void timeOut(String reason) {
        interrupt(new Failed(reason));
    }

    private void interrupt(Failed verdict) {
        interruption = verdict;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    private Observation observe() {
        if (interruption != null && Thread.interrupted()) {
            printer.progress("stopping");
        }
        ObservedService service;
        try {
            service = platform.observe();
            failures.forgetRead();
        } catch (PlatformException e) {
            service = new Unreachable();
            failures.addRead(e);
        } catch (RuntimeException e) {
            // No platform should answer so; the next answer may be whole.
            service = new Unreachable();
            failures.addRead(unusable(e));
        }
        Failed interrupted = interruption;
        return new Observation(
                service, interrupted == null ? verdict : interrupted, failures.last());
    }

    private static PlatformException unusable(RuntimeException e) {
        return new PlatformException(
                "The API server's answer cannot be used: " + e + ".", false, e);
    }

    private void pause(Duration time) {
        try {
            sleeper.sleep(time);
        } catch (InterruptedException e) {
            printer.progress("stopping");
        }
    }

    private void runGates(State.Running running) {
        try {
            verdict = gates.run(running, platform);
        } catch (InterruptedException e) {
            printer.progress("stopping");
        } catch (RuntimeException e) {
            // Otherwise nobody would watch the candidate's traffic any more.
            verdict = new Failed(Outcome.DISCONNECTED, defect(e));
        }
    }

    private static String defect(RuntimeException e) {
        StackTraceElement[] trace = e.getStackTrace();
        String where = trace.length == 0 ? "" : " at " + trace[0];
        return "The gates ended with a defect of this command, which you can report: "
                + e
                + where
                + ".";
    }

    private State write(Write write, ObservedService service) {
        try {
            platform.write(write.change());
        } catch (PlatformException e) {
            return troubled(e, write.why(), write.onFailure());
        }
        printer.step(write.why(), write.change().traffic());
        failures.forgetWrite();
        if (write.change().recorded() instanceof Over over) {
            explain(over, service);
        }
        return write.onSuccess();
    }

    private State delete(Delete delete, ObservedService service) {
        if (delete.onSuccess() instanceof Over over) {
            explain(over, service); // Before the deletion, while the revision can be examined.
        }
        try {
            platform.delete();
        } catch (PlatformException e) {
            return troubled(e, delete.why(), delete.onFailure());
        }
        printer.step(delete.why(), null);
        failures.forgetWrite();
        return delete.onSuccess();
    }

    private State troubled(PlatformException e, String what, State meanwhile) {
        if (failures.addWrite(e)) {
            printer.progress("the write is repeated: " + e.problem());
        } else {
            printer.step(what + " But the write may have failed: " + e.problem(), null);
        }
        pause(AFTER_FAILURE);
        return meanwhile;
    }

    /** Prints why a candidate is not ready, if it failed for that reason. */
    private void explain(Over over, ObservedService service) {
        if (over.outcome() == Outcome.FAILED && service instanceof Observation.Present present) {
            String candidate = over.rollout().candidate();
            var revision = present.revisions().get(candidate);
            if (revision == null || !revision.problem().isEmpty()) {
                platform.diagnose(candidate).forEach(printer::detail);
            }
        }
    }

    private Exit end(State state, Stop stop) {
        if (state instanceof Over over && over.outcome() == Outcome.WON) {
            try {
                platform.tidy().forEach(printer::detail);
            } catch (PlatformException e) {
                printer.detail("Old revisions were not deleted: " + e.problem());
            }
        }
        if (state instanceof LiveDown down && stop.exit() == Exit.LIVE_FAILED) {
            String live = down.running().rollout().live();
            platform.diagnose(String.valueOf(live)).forEach(printer::detail);
        }
        printer.end(stop.exit(), stop.message());
        return stop.exit();
    }
}
