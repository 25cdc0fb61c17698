package dev.onnxfunction.model;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

import dev.onnxfunction.card.ModelCard;
import dev.onnxfunction.card.ModelCardReader;
import dev.onnxfunction.settings.StartException;

import org.jspecify.annotations.Nullable;

import java.util.regex.Pattern;

/** Reads the model card from the metadata of a loaded file. */
final class CardLoader {

    /**
     * The runtime's Java side converts four bytes of UTF-8 to this; it also drops the text's end.
     */
    private static final Pattern MANGLED = Pattern.compile("[\u00f0-\u00f4][\u0080-\u00bf]{2}");

    private CardLoader() {}

    /**
     * @return the card; null if the file has none
     * @throws StartException if the card is invalid
     */
    static @Nullable ModelCard load(OrtSession session, ModelFile file) throws OrtException {
        String json = session.getMetadata().getCustomMetadata().get(ModelCard.METADATA_KEY);
        if (json == null) {
            return null;
        }
        try {
            if (json.length() > MetadataSize.MAX_BYTES) {
                throw new IllegalArgumentException(
                        "it has %d characters, must have at most %d"
                                .formatted(json.length(), MetadataSize.MAX_BYTES));
            }
            if (MANGLED.matcher(json).find()) {
                throw new IllegalArgumentException(
                        "it has characters beyond U+FFFF, such as emoji, which ONNX Runtime for"
                                + " Java passes on as escapes only, such as \\ud83c\\udfe0");
            }
            return ModelCardReader.read(json);
        } catch (IllegalArgumentException e) {
            throw new StartException(
                    "The model card in " + file + " is wrong: " + e.getMessage() + ".",
                    "Write the card again with the command `card` of training-notebook-export.",
                    e);
        }
    }
}
