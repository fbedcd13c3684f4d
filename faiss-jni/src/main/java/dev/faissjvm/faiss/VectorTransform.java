package dev.faissjvm.faiss;

import dev.faissjvm.faiss.internal.Checks;
import dev.faissjvm.faiss.internal.IndexFiles;
import dev.faissjvm.faiss.internal.NativeCall;
import dev.faissjvm.faiss.internal.NativeHandle;
import dev.faissjvm.faiss.internal.NativeLibrary;
import dev.faissjvm.faiss.raw.Shim;
import dev.faissjvm.faiss.raw.Transform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A vector transform by itself: principal components, rotations, normalisation. In front of an
 * index the same words stand in its factory string, such as {@code PCA64,Flat}.
 *
 * <p><b>Shape.</b> Rows of {@link #inputDimension()} floats, row-major, become rows of {@link
 * #outputDimension()}.
 *
 * <p><b>Threads.</b> Safe for use by many threads: rows are transformed together, a training runs
 * alone, {@link #close()} waits. One OpenMP thread a call.
 *
 * <p><b>Ownership.</b> Owns native memory until {@code close()}; arrays passed in are not retained.
 *
 * <p><b>Errors.</b> A caller's mistake is a JDK exception, before Faiss is called.
 *
 * <pre>{@code
 * try (VectorTransform pca = VectorTransform.create("PCA64", 384)) {
 *   pca.train(vectors);
 *   float[] smaller = pca.apply(vectors); // float[n * 64]
 * }
 * }</pre>
 *
 * @see <a href="https://github.com/facebookresearch/faiss/wiki/Pre--and-post-processing">Faiss:
 *     pre- and post-processing</a>
 */
public final class VectorTransform implements AutoCloseable {
  private static final Pattern FACTORY =
      Pattern.compile(
          "PCAW?R?(?<out>\\d{1,7})|OPQ(?<parts>\\d{1,7})(_(?<rotated>\\d{1,7}))?|RR\\d{0,7}"
              + "|ITQ(?<bits>\\d{0,7})|L2[nN]orm|Pad\\d{1,7}|Center");

  private final Transform transform;
  private final NativeHandle handle;
  private final int inputDimension;
  private final int outputDimension;

  private VectorTransform(Transform transform) {
    this.transform = transform;
    this.handle = new NativeHandle("transform", () -> Shim.destroyTransform(transform));
    this.inputDimension = Shim.transformInput(transform);
    this.outputDimension = Shim.transformOutput(transform);
  }

  /**
   * Makes a transform, which most kinds must train before use.
   *
   * @param factory Faiss's word for one: {@code PCA64} ({@code PCAR64} rotated, {@code PCAW64}
   *     whitened), {@code OPQ8} or {@code OPQ8_64}, {@code RR64} (a random rotation), {@code
   *     ITQ64}, {@code L2norm}, {@code Pad512}; or {@code Center}, which subtracts the mean
   * @param dimension floats a row, 1 to 1,048,576
   * @return the transform, the caller's to close
   * @throws IllegalArgumentException if it is another word, or does not fit the dimension
   * @throws NativeFaissException if Faiss refuses it, in its own words
   */
  public static VectorTransform create(String factory, int dimension) {
    Checks.dimension(dimension);
    Matcher word = FACTORY.matcher(factory);
    if (!word.matches()) {
      throw new IllegalArgumentException(
          "factory: expected one of PCA64, PCAR64, PCAW64, OPQ8_64, RR64, ITQ64, L2norm, Pad512 and"
              + " Center, got "
              + factory);
    }
    Matcher numbers = Pattern.compile("\\d+").matcher(factory.replaceFirst("^L2", ""));
    while (numbers.find()) {
      int number = Integer.parseInt(numbers.group());
      Checks.atLeast(factory, 1, Checks.dimension(number));
    }
    for (String group : new String[] {"out", "bits"}) {
      String components = word.group(group);
      if (components != null && !components.isEmpty()) {
        Checks.atMost(factory, dimension, Integer.parseInt(components));
      }
    }
    if (word.group("parts") != null) {
      String rotated = word.group("rotated");
      int width = rotated == null ? dimension : Integer.parseInt(rotated);
      if (width % Integer.parseInt(word.group("parts")) != 0) {
        throw new IllegalArgumentException(
            factory + ": expected parts of equal width, got " + width + " dimensions");
      }
    }
    NativeLibrary.load();
    try {
      return new VectorTransform(Shim.createTransform(dimension, factory));
    } catch (RuntimeException e) {
      throw NativeCall.translate("create " + factory, e);
    }
  }

  /**
   * Reads what {@code faiss.write_VectorTransform} wrote.
   *
   * @param file compared with the sidecar {@code <file>.sha256}, if there is one
   * @return the transform, the caller's to close
   * @throws IOException if the file cannot be read
   * @throws IndexFormatException if it is damaged, foreign or newer
   */
  public static VectorTransform read(Path file) throws IOException {
    return new VectorTransform(IndexFiles.read(file, false, Shim::readTransform));
  }

  /** {@return floats of a row that goes in} */
  public int inputDimension() {
    return inputDimension;
  }

  /** {@return floats of a row that comes out} */
  public int outputDimension() {
    return outputDimension;
  }

  /** {@return whether it can be applied} */
  public boolean isTrained() {
    return handle.ask("trained", () -> Shim.transformTrained(transform));
  }

  /**
   * Trains it; {@code L2norm} and {@code Pad} need none.
   *
   * @param vectors row-major float32
   * @throws IllegalArgumentException if the length does not fit or a row is not finite
   * @throws IllegalStateException if it is trained already
   */
  public void train(float[] vectors) {
    int n = Checks.rows("vectors", vectors.length, inputDimension);
    long stamp = handle.enterAlone();
    try {
      if (Shim.transformTrained(transform)) {
        throw new IllegalStateException(
            "train: expected a transform that is not trained yet; create another one");
      }
      Shim.trainTransform(transform, n, vectors, 1);
    } catch (RuntimeException e) {
      throw NativeCall.translate("train", e);
    } finally {
      handle.exit(stamp);
    }
  }

  /**
   * {@return the rows transformed}
   *
   * @param vectors row-major float32
   * @throws IllegalStateException if it needs training first
   */
  public float[] apply(float[] vectors) {
    int n = Checks.rows("vectors", vectors.length, inputDimension);
    float[] out = new float[Checks.product("vectors", n, outputDimension)];
    return handle.ask(
        "apply",
        () -> {
          requireTrained("apply");
          Shim.applyTransform(transform, n, vectors, out, 1);
          return out;
        });
  }

  /**
   * {@return rows from which {@link #apply} makes these, as near as what it dropped allows}
   *
   * @param vectors row-major float32 of {@link #outputDimension()}
   * @throws IllegalStateException if it needs training first
   * @throws UnsupportedOperationException if it is no rotation: {@code PCAW} and {@code ITQ}
   */
  public float[] reverse(float[] vectors) {
    int n = Checks.rows("vectors", vectors.length, outputDimension);
    float[] out = new float[Checks.product("vectors", n, inputDimension)];
    return handle.ask(
        "reverse",
        () -> {
          requireTrained("reverse");
          Shim.reverseTransform(transform, n, vectors, out, 1);
          return out;
        });
  }

  /**
   * Writes the bytes that {@code faiss.write_VectorTransform} would write, whole or not at all.
   *
   * @param file created or replaced
   * @param options what is left beside it
   * @throws IOException if the file system fails; the old file is then still there
   */
  public void write(Path file, WriteOption... options) throws IOException {
    boolean checksum = List.of(options).contains(WriteOption.CHECKSUM);
    long stamp = handle.enter();
    try {
      IndexFiles.write(sink -> Shim.writeTransform(transform, sink), file, checksum);
    } finally {
      handle.exit(stamp);
    }
  }

  /** Frees the native memory, after running calls have ended. Closing again does nothing. */
  @Override
  public void close() {
    handle.close();
  }

  private void requireTrained(String operation) {
    if (!Shim.transformTrained(transform)) {
      throw new IllegalStateException(
          operation + ": expected a trained transform; call train(vectors) first");
    }
  }
}
