package dev.onnxfunction.contract;

import dev.onnxfunction.card.ModelCard;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.settings.Settings;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * The model's name and version in the paths of protocols.
 *
 * @param name {@code model.name} if it is set, otherwise the card's name, otherwise the file name
 *     without its extension; a segment of a path
 * @param version the card's; null without a card
 */
public record ModelName(String name, @Nullable String version) {

    /** Used if the file name cannot be part of a path. */
    private static final String UNNAMED = "model";

    private static final Pattern FILE = Pattern.compile("([A-Za-z0-9._~-]{1,100})\\.onnx");

    static ModelName of(OnnxModel model, Settings settings) {
        ModelCard card = model.card();
        String set = settings.http().modelName();
        if (card != null) {
            return new ModelName(set == null ? card.name() : set, card.version());
        }
        return new ModelName(set == null ? ofFile(settings.model().location()) : set, null);
    }

    @SuppressWarnings("NullAway") // A regular file has a name.
    private static String ofFile(@Nullable Path location) {
        if (location == null) {
            return UNNAMED;
        }
        var name = FILE.matcher(location.getFileName().toString());
        return name.matches() ? name.group(1) : UNNAMED;
    }
}
