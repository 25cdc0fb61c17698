package dev.onnxfunction.score;

import dev.onnxfunction.gzip.Gunzip;
import dev.onnxfunction.gzip.GzipException;

import java.io.IOException;
import java.io.InputStream;

/**
 * Inflates a file as strictly as the function inflates a body: whatever follows the last member is
 * an error, because it may be rows that were damaged.
 */
final class GunzipStream extends InputStream {

    private static final int BUFFER = 64 * 1024;

    private final InputStream in;
    private final Gunzip gzip = new Gunzip();
    private final byte[] compressed = new byte[BUFFER];

    GunzipStream(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /**
     * {@inheritDoc}
     *
     * @throws GzipException if it is not gzip, or damaged
     */
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = gzip.read(bytes, offset, offset + length);
        while (read == 0 && length > 0) {
            int more = in.read(compressed);
            if (more < 0) {
                if (!gzip.isComplete()) {
                    throw new GzipException("ends too early for gzip");
                }
                return -1;
            }
            gzip.input(compressed, 0, more);
            read = gzip.read(bytes, offset, offset + length);
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        gzip.close();
        in.close();
    }
}
