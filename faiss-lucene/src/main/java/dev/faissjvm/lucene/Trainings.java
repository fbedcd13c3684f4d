package dev.faissjvm.lucene;

import dev.faissjvm.faiss.VectorIndex;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.VectorSimilarityFunction;
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

  private final Map<Field, Training> newest =
      new LinkedHashMap<>(MOST, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Field, Training> eldest) {
          return size() > MOST;
        }
      };

  /** A field by all that a training depends on: an index may be emptied, and two share a format. */
  record Field(String name, int dimension, VectorSimilarityFunction similarity) {
    static Field of(FieldInfo info) {
      return new Field(info.name, info.getVectorDimension(), info.getVectorSimilarityFunction());
    }
  }

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
      return VectorIndex.read(ByteBuffer.wrap(bytes));
    }
  }

  synchronized @Nullable Training of(Field field) {
    return newest.get(field);
  }

  /** Keeps the training of a built index, which is emptied for it. */
  void keep(Field field, AcceleratorBuilder.Built built) throws IOException {
    Training before = of(field);
    if (before != null && before.origin().id().equals(built.training().id())) {
      return;
    }
    built.index().reset();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    built.index().write(bytes);
    Training training = new Training(built.training(), bytes.toByteArray());
    synchronized (this) {
      newest.put(field, training);
    }
  }
}
