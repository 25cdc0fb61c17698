package dev.onnxfunction;

import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.context.NoSuchMessageException;

import java.util.Locale;

/** Has no messages, because this application has no translated texts. */
final class NoMessages implements MessageSource {

    @Override
    public @Nullable String getMessage(
            String code,
            @Nullable Object @Nullable [] args,
            @Nullable String defaultMessage,
            @Nullable Locale locale) {
        return defaultMessage;
    }

    @Override
    public String getMessage(
            String code, @Nullable Object @Nullable [] args, @Nullable Locale locale) {
        throw new NoSuchMessageException(code);
    }

    @Override
    public String getMessage(MessageSourceResolvable resolvable, @Nullable Locale locale) {
        String message = resolvable.getDefaultMessage();
        if (message == null) {
            throw new NoSuchMessageException(String.join(", ", resolvable.getCodes()));
        }
        return message;
    }
}
