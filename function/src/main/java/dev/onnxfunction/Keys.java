package dev.onnxfunction;

import dev.onnxfunction.access.ApiKeys;
import dev.onnxfunction.access.RolloutKeys;
import dev.onnxfunction.settings.Settings;

import org.jspecify.annotations.Nullable;

/**
 * The keys that requests may have.
 *
 * @param clients null if clients need no key
 * @param rollouts null if there are no rollouts
 */
record Keys(@Nullable ApiKeys clients, @Nullable RolloutKeys rollouts) implements AutoCloseable {

    static Keys of(Settings settings) {
        Settings.Rollout rollout = settings.rollout();
        return new Keys(
                ApiKeys.at(settings.apiKeys()), RolloutKeys.of(rollout.key(), rollout.keys()));
    }

    @Override
    public void close() {
        if (clients != null) {
            clients.close();
        }
        if (rollouts != null) {
            rollouts.close();
        }
    }
}
