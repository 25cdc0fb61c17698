package dev.onnxfunction.rollout.job;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A command that is to run as a Job.
 *
 * @param namespace of the Service, and so of the Job
 * @param service its name
 * @param image of the rollout
 * @param arguments of the command line; files are at {@link #path}
 * @param files contents of the files that the arguments name, by the name of the option
 * @param claim a PersistentVolumeClaim that is mounted at {@link #VOLUME}; null for none
 * @param context what the process in the Job needs to know about the Job
 * @param limit how long the rollout may take; null if there is no limit
 */
public record JobRequest(
        String namespace,
        String service,
        String image,
        List<String> arguments,
        Map<String, byte[]> files,
        @Nullable String claim,
        JobContext context,
        @Nullable Duration limit) {

    /** Where the claim is mounted. */
    public static final String VOLUME = "/volume";

    /** Maximum total size of the files in bytes, which is that of a ConfigMap. */
    static final int MAX_BYTES = 1024 * 1024;

    private static final int LONGEST_NAME = 63;
    private static final int DIGITS = 8;

    /**
     * Checks the size of the files.
     *
     * @throws IllegalArgumentException if no ConfigMap can hold them
     */
    public JobRequest {
        int size =
                files.entrySet().stream()
                        .mapToInt(file -> file.getKey().length() + file.getValue().length)
                        .sum();
        if (size > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "The files %s have %,d bytes together, but a Job gets them in a ConfigMap, which holds %,d. Copy large files to a PersistentVolumeClaim and give --volume CLAIM and their paths under %s."
                            .formatted(new TreeMap<>(files).keySet(), size, MAX_BYTES, VOLUME));
        }
    }

    /** The path of a file in the container of the Job. */
    public static String path(String file) {
        return "/files/" + file;
    }

    /**
     * The Job's name. The same command gets the same name, so that there is one Job however often
     * it is submitted.
     */
    String name() {
        MessageDigest sha256 = sha256();
        update(sha256, image);
        arguments.forEach(argument -> update(sha256, argument));
        new TreeMap<>(files)
                .forEach(
                        (name, content) -> {
                            update(sha256, name);
                            sha256.update(sha256().digest(content));
                        });
        update(sha256, String.valueOf(claim));
        String hash = HexFormat.of().formatHex(sha256.digest()).substring(0, DIGITS);
        String end = "-" + arguments.getFirst() + "-" + hash;
        int length = Math.min(service.length(), LONGEST_NAME - end.length());
        return service.substring(0, length) + end;
    }

    private static void update(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // Every JDK has it.
        }
    }
}
