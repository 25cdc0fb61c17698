package dev.onnxfunction.rollout.cluster;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The name of a container image. */
public final class ImageName {

    /** An image with a digest, which cannot change. */
    private static final Pattern BY_DIGEST = Pattern.compile("[^@\\s]+@sha256:([0-9a-f]{64})");

    private ImageName() {}

    /**
     * The hexadecimal digest in the name of an image.
     *
     * @throws UnsupportedServiceException if it has none
     */
    public static String digest(String image) throws UnsupportedServiceException {
        Matcher digest = BY_DIGEST.matcher(image);
        if (!digest.matches()) {
            throw new UnsupportedServiceException(
                    "The image '"
                            + image
                            + "' has no digest, so its content may change. Give"
                            + " NAME@sha256:…, which 'docker buildx imagetools inspect NAME:TAG'"
                            + " shows.");
        }
        return digest.group(1);
    }
}
