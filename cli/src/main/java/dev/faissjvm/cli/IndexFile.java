package dev.faissjvm.cli;

import dev.faissjvm.faiss.BinaryIndex;
import dev.faissjvm.faiss.IndexDescription;
import dev.faissjvm.faiss.VectorIndex;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * An index file, whatever its vectors are: of floats or of bits. Faiss begins every index over bits
 * with the letters IB, and no other.
 *
 * <p><b>Ownership.</b> Owns the index until it is closed.
 */
final class IndexFile implements AutoCloseable {

  private static final String OVER_BITS = "IB";

  private final IndexDescription description;
  private final Writing writing;
  private final Runnable closing;

  private IndexFile(IndexDescription description, Writing writing, Runnable closing) {
    this.description = description;
    this.writing = writing;
    this.closing = closing;
  }

  @FunctionalInterface
  private interface Writing {
    void to(Path file) throws IOException;
  }

  static IndexFile read(Path file) throws IOException {
    try {
      if (isOverBits(file)) {
        BinaryIndex index = BinaryIndex.read(file);
        return new IndexFile(index.describe(), out -> index.write(out), index::close);
      }
      VectorIndex index = VectorIndex.read(file);
      return new IndexFile(index.describe(), out -> index.write(out), index::close);
    } catch (UnsupportedOperationException e) {
      throw refused(e);
    }
  }

  /** Reads one over floats, whose vectors can be compared with those of a file. */
  static VectorIndex readFloats(Path file) throws IOException {
    if (isOverBits(file)) {
      throw new CommandFailure(
          ExitCode.BAD_INPUT, "index: expected one over floats, got one over bits; file=" + file);
    }
    try {
      return VectorIndex.read(file);
    } catch (UnsupportedOperationException e) {
      throw refused(e);
    }
  }

  /** A file that is whole, of a kind that is not taken. */
  private static CommandFailure refused(UnsupportedOperationException e) {
    return new CommandFailure(ExitCode.BAD_INPUT, "index: " + e.getMessage(), e);
  }

  private static boolean isOverBits(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      byte[] start = stream.readNBytes(OVER_BITS.length());
      return new String(start, StandardCharsets.ISO_8859_1).equals(OVER_BITS);
    }
  }

  IndexDescription description() {
    return description;
  }

  /** {@return the index in a few words} */
  String summary() {
    return String.format(
        Locale.ROOT,
        "%s, %,d vectors of %d",
        description.chain(),
        description.count(),
        description.dimension());
  }

  void write(Path file) throws IOException {
    writing.to(file);
  }

  @Override
  public void close() {
    closing.run();
  }
}
