package dev.onnxfunction.rollout.job;

import dev.onnxfunction.rollout.engine.Exit;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a Job ended.
 *
 * @param code the exit code: that of the command in the Job, or that of {@code exit}
 * @param exit why the command's exit code is unknown; {@code DONE} if it is known
 * @param message what to add to the Job's output; empty if the command has printed everything
 */
public record JobResult(int code, Exit exit, String message) {

    /** In the message of a Job whose pod ended with a verdict. */
    private static final Pattern EXIT_CODE = Pattern.compile("exit code (\\d{1,3})");

    static JobResult of(int code) {
        return new JobResult(code, Exit.DONE, "");
    }

    static JobResult unknown(Exit exit, String message) {
        return new JobResult(exit.code(), exit, message);
    }

    /** The result of a Job that has ended, by its conditions, because it has no pod any more. */
    static JobResult of(Job job) {
        if (Jobs.isTrue(job, "Complete")) {
            return of(Exit.DONE.code());
        }
        String why =
                job.getStatus().getConditions().stream()
                        .filter(condition -> "Failed".equals(condition.getType()))
                        .map(JobResult::text)
                        .findFirst()
                        .orElse("");
        Matcher code = EXIT_CODE.matcher(why);
        if (why.startsWith("PodFailurePolicy") && code.find()) {
            return of(Integer.parseInt(code.group(1)));
        }
        return unknown(
                Exit.LOST,
                "The Job %s failed: %s The traffic is as it was: see 'rollout status', then submit the same again, or run 'rollout abort'."
                        .formatted(job.getMetadata().getName(), why));
    }

    private static String text(JobCondition condition) {
        return condition.getReason() + ", " + condition.getMessage() + ".";
    }
}
