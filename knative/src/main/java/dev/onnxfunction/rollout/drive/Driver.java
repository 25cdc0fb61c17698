package dev.onnxfunction.rollout.drive;

import dev.onnxfunction.rollout.engine.Decision;
import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.engine.Observation;
import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.Observation.Sight;
import dev.onnxfunction.rollout.engine.Observation.Trouble;
import dev.onnxfunction.rollout.engine.Observation.Unseen;
import dev.onnxfunction.rollout.engine.Observation.Verdict;
import dev.onnxfunction.rollout.engine.Outcome;
import dev.onnxfunction.rollout.engine.State;
import dev.onnxfunction.rollout.engine.State.LiveDown;
import dev.onnxfunction.rollout.engine.State.Over;
import dev.onnxfunction.rollout.engine.Step;
import dev.onnxfunction.rollout.engine.Step.Delete;
import dev.onnxfunction.rollout.engine.Step.Measure;
import dev.onnxfunction.rollout.engine.Step.Stop;
import dev.onnxfunction.rollout.engine.Step.Wait;
import dev.onnxfunction.rollout.engine.Step.Write;
import dev.onnxfunction.rollout.report.Journal;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;

/** The loop of a command: observes, decides, reports and acts until the command ends. */
public final class Driver {

    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);

    private final Platform platform;
    private final Gates gates;
    private final InstantSource clock;
    private final Pace pace;
    private final Journal journal;

    private @Nullable Verdict verdict;
    private @Nullable Trouble notSeen;
    private @Nullable Trouble notWritten;
    private volatile @Nullable Failed interruption;
    private volatile @Nullable Thread thread;

    /** One driver runs one command. */
    public Driver(Platform platform, Gates gates, InstantSource clock, Pace pace, Journal journal) {
        this.platform = platform;
        this.gates = gates;
        this.clock = clock;
        this.pace = pace;
        this.journal = journal;
    }

    /** Runs until the command has succeeded or failed. */
    public Exit run(State wish) {
        thread = Thread.currentThread();
        State state = wish;
        while (true) {
            Observation seen = observe();
            Step step = Decision.next(state, seen, clock.instant());
            if (!(step instanceof Write || step instanceof Delete)) {
                notWritten = null;
            }
            switch (step) {
                case Stop stop -> {
                    return end(state, stop);
                }
                case Wait wait -> {
                    resumed(state, wait.state());
                    journal.progress(wait.why());
                    state = wait.state();
                    pause(wait.time());
                }
                case Measure measure -> {
                    resumed(state, measure.state());
                    state = measure.state();
                    measure(measure.running());
                }
                case Write write -> {
                    boolean again = state instanceof Over;
                    state = write(write, seen.sight());
                    if (again) {
                        pause(AFTER_TROUBLE); // Whoever writes against it shall not be raced.
                    }
                }
                case Delete delete -> state = delete(delete, seen.sight());
            }
        }
    }

    /** A command that was killed finds the rollout that it had begun. */
    private void resumed(State before, State next) {
        if (before instanceof State.Deploy && next instanceof State.Running running) {
            journal.step(
                    "This rollout is under way: it goes on at "
                            + running.rollout().plan().percent(running.stage())
                            + " %.",
                    null);
        }
    }

    /**
     * Stops as after a failed gate.
     *
     * @param signal its name, for the message
     */
    public void interrupt(String signal) {
        interrupt(new Failed(Outcome.INTERRUPTED, "Stopped by " + signal + "."));
    }

    /**
     * Stops as after a failed gate, because the time limit has passed.
     *
     * @param reason in a sentence
     */
    public void timeOut(String reason) {
        interrupt(new Failed(Outcome.FAILED, reason));
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
            journal.progress("stopping");
        }
        Sight sight;
        try {
            sight = platform.observe();
            notSeen = null;
        } catch (CallException e) {
            sight = new Unseen();
            notSeen = trouble(notSeen, e);
        }
        Failed interrupted = interruption;
        return new Observation(
                sight,
                interrupted == null ? verdict : interrupted,
                notSeen == null ? notWritten : notSeen);
    }

    private Trouble trouble(@Nullable Trouble before, CallException e) {
        return new Trouble(
                before == null ? clock.instant() : before.since(), e.lasting(), e.problem());
    }

    private void pause(Duration time) {
        try {
            pace.pause(time);
        } catch (InterruptedException e) {
            journal.progress("stopping");
        }
    }

    private void measure(State.Running running) {
        try {
            verdict = gates.measure(running, platform);
        } catch (InterruptedException e) {
            journal.progress("stopping");
        }
    }

    private State write(Write write, Sight sight) {
        try {
            platform.write(write.change());
        } catch (CallException e) {
            return troubled(e, write.why(), write.meanwhile());
        }
        journal.step(write.why(), write.change().traffic());
        notWritten = null;
        if (write.change().recorded() instanceof Over over) {
            explain(over, sight);
        }
        return write.then();
    }

    private State delete(Delete delete, Sight sight) {
        if (delete.then() instanceof Over over) {
            explain(over, sight); // As long as there is something to ask.
        }
        try {
            platform.delete();
        } catch (CallException e) {
            return troubled(e, delete.why(), delete.meanwhile());
        }
        journal.step(delete.why(), null);
        notWritten = null;
        return delete.then();
    }

    private State troubled(CallException e, String what, State meanwhile) {
        notWritten = trouble(notWritten, e);
        journal.step(what + " But the write may have failed: " + e.problem(), null);
        pause(AFTER_TROUBLE);
        return meanwhile;
    }

    /** Prints why a candidate is not ready, if it failed for that reason. */
    private void explain(Over over, Sight sight) {
        if (over.outcome() == Outcome.FAILED && sight instanceof Observation.Present present) {
            String candidate = over.rollout().candidate();
            var revision = present.revisions().get(candidate);
            if (revision == null || !revision.problem().isEmpty()) {
                platform.diagnose(candidate).forEach(journal::detail);
            }
        }
    }

    private Exit end(State state, Stop stop) {
        if (state instanceof Over over && over.outcome() == Outcome.WON) {
            try {
                platform.tidy().forEach(journal::detail);
            } catch (CallException e) {
                journal.detail("Old revisions were not removed: " + e.problem());
            }
        }
        if (state instanceof LiveDown down && stop.exit() == Exit.LIVE_FAILED) {
            String live = down.running().rollout().live();
            platform.diagnose(String.valueOf(live)).forEach(journal::detail);
        }
        journal.end(stop.exit(), stop.message());
        return stop.exit();
    }
}
