package dev.faissjvm.lucene;

import dev.faissjvm.faiss.VectorIndex;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The newest training of each field, so that flushed segments share one: they are not trained, and
 * their codes are copied when they merge. Whether it still suits the vectors is measured each time.
 *
 * <p>Safe for many threads. Holds at most {@value #MOST} empty indexes, on the heap: some hundred
 * kilobytes each.
 */
final class Trainings {
  private static final int MOST = 16;

  private final Map<String, Training> newest =
      new LinkedHashMap<>(MOST, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Training> eldest) {
          return size() > MOST;
        }
      };

  /** An index that was trained and holds nothing. */
  static final class Training {
    private final AcceleratorBuilder.Training origin;
    private final byte[] bytes;

    private Training(AcceleratorBuilder.Training origin, byte[] bytes) {
      this.origin = origin;
      this.bytes = bytes;
    }

    AcceleratorBuilder.Training origin() {
      return origin;
    }

    /** A new index of it, the caller's to close. */
    VectorIndex index() throws IOException {
      return VectorIndex.read(
          Channels.newChannel(new java.io.ByteArrayInputStream(bytes)), bytes.length);
    }
  }

  synchronized @Nullable Training of(String field) {
    return newest.get(field);
  }

  /** Keeps the training of a built index, which is emptied for it. */
  void keep(String field, AcceleratorBuilder.Built built) throws IOException {
    Training before = of(field);
    if (before != null && before.origin().id().equals(built.training().id())) {
      return;
    }
    built.index().reset();
    Path copy = Files.createTempFile("faiss", ".training");
    try {
      built.index().write(copy);
      Training training = new Training(built.training(), Files.readAllBytes(copy));
      synchronized (this) {
        newest.put(field, training);
      }
    } finally {
      Files.deleteIfExists(copy);
    }
  }
}
