package dev.onnxfunction.score;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The files that a run writes. Thread-safe, because a signal may end the process meanwhile. */
final class OutputFiles implements AutoCloseable {

    private final List<OutputFile> open = new ArrayList<>();

    /**
     * Opens an output; may wait for the reader of a pipe.
     *
     * @param name its path, or {@link OutputFile#STANDARD}
     * @param overwrite whether a file of this name may exist
     */
    OutputFile open(String name, boolean overwrite) throws IOException {
        if (OutputFile.isDirect(name)) {
            return OutputFile.direct(name); // Not locked, because a pipe may wait for its reader.
        }
        synchronized (this) {
            OutputFile file = OutputFile.open(name, overwrite);
            open.add(file);
            return file;
        }
    }

    /**
     * Gives complete files their names, that of the refused rows first: if the run is killed after
     * that, it must run again, and an unfinished file of predictions shows it.
     */
    synchronized void finish(@Nullable OutputFile refusals, OutputFile predictions)
            throws IOException {
        if (refusals != null) {
            refusals.finish();
        }
        predictions.finish();
    }

    /**
     * Removes unfinished files and ends the process, so that no file is finished meanwhile.
     *
     * @param exit ends the process
     */
    synchronized void end(Runnable exit) {
        open.forEach(OutputFile::abandon);
        exit.run();
    }

    @Override
    public void close() throws IOException {
        for (OutputFile file : open) {
            file.close();
        }
    }
}
