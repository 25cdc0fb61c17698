package dev.onnxfunction.score;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The source of the rows, with the amount that was read. */
final class Source implements AutoCloseable {

    private final InputStream rows;
    private final long size;
    private final Counted counted;

    private Source(Counted counted, long size, boolean compressed) {
        this.counted = counted;
        this.size = size;
        this.rows = compressed ? new GunzipStream(counted) : counted;
    }

    /**
     * @param name path of a file, or {@value OutputFile#STANDARD} for the standard input
     * @throws ScoreException if there is no such file
     */
    static Source open(String name) throws IOException {
        if (name.equals(OutputFile.STANDARD)) {
            return new Source(new Counted(new StandardInput()), -1, false);
        }
        Path path = Path.of(name);
        if (!Files.exists(path) || Files.isDirectory(path) || !Files.isReadable(path)) {
            String problem =
                    Files.isDirectory(path)
                            ? " is a directory."
                            : Files.exists(path)
                                    ? " may not be read by this user."
                                    : " does not exist.";
            throw new ScoreException(
                    name + problem, "Name a file with rows in CSV or NDJSON.", ExitCode.USAGE);
        }
        long size = Files.isRegularFile(path) ? Files.size(path) : -1;
        boolean compressed = name.toLowerCase(Locale.ROOT).endsWith(Format.GZIP);
        return new Source(new Counted(Files.newInputStream(path)), size, compressed);
    }

    InputStream rows() {
        return rows;
    }

    /** Share of the file that was read, 0 to 1; negative if its size is unknown. */
    double share() {
        return size <= 0 ? -1 : (double) counted.count / size;
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }

    /**
     * Is never closed. If the process was started without a standard input, file descriptor 0 is
     * another file of the JVM, which crashes once that file is closed.
     */
    private static final class StandardInput extends FileInputStream {

        StandardInput() {
            super(FileDescriptor.in);
        }

        @Override
        public void close() {}
    }

    /** Counts bytes. */
    private static final class Counted extends FilterInputStream {

        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            count += next < 0 ? 0 : 1;
            return next;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            count += Math.max(read, 0);
            return read;
        }
    }
}
