package dev.faissjvm.embedder.fused;

import dev.faissjvm.embedder.EmbedderException;
import dev.faissjvm.embedder.Precision;
import dev.faissjvm.embedder.model.Activation;
import dev.faissjvm.embedder.model.WeightType;
import java.net.URL;
import java.nio.ByteBuffer;
import java.util.List;
import org.bytedeco.javacpp.Loader;

/**
 * The native functions, as src/main/cpp/jni.cpp has them. Models and batches are addresses; zero
 * and false say that memory is short.
 */
final class FusedLibrary {
  private static final String NAME = "faissjvm-embedder";
  private static final String PROPERTY = "embedder.kernels";
  private static final List<String> KERNELS = List.of("none", "avx2", "avx512", "amx");

  private static boolean loaded;

  private FusedLibrary() {}

  /**
   * Loads the library on the first call and does nothing on later ones.
   *
   * @throws EmbedderException if it is missing or cannot be loaded
   */
  static synchronized void load() {
    if (loaded) {
      return;
    }
    String most = System.getProperty(PROPERTY, KERNELS.get(KERNELS.size() - 1));
    if (!KERNELS.contains(most)) {
      throw new EmbedderException(
          "-D" + PROPERTY + ": expected one of " + KERNELS + ", got " + most);
    }
    String resource = Loader.getPlatform() + "/lib" + NAME + ".so";
    URL url = FusedLibrary.class.getResource(resource);
    if (url == null) {
      throw new EmbedderException(
          "embedder: expected a native library for this platform, got none; platform="
              + Loader.getPlatform());
    }
    try {
      Loader.loadLibrary(FusedLibrary.class, new URL[] {url}, NAME);
    } catch (LinkageError e) {
      throw new EmbedderException(
          "embedder: the native library cannot be loaded: " + e.getMessage(), e);
    }
    limit(KERNELS.indexOf(most));
    loaded = true;
  }

  /** Says which kernels are the most that may be used, 0 for none. */
  private static native void limit(int most);

  // The numbers of the enums in src/main/cpp/model.h.

  static int number(Precision decided) {
    return switch (decided) {
      case FLOAT32 -> 0;
      case BFLOAT16 -> 1;
      case INT8 -> 2;
      case AUTO ->
          throw new IllegalArgumentException("precision: expected a decided one, got AUTO");
    };
  }

  static int number(Activation activation) {
    return switch (activation) {
      case GELU -> 0;
      case GELU_TANH -> 1;
      case QUICK_GELU -> 2;
      case RELU -> 3;
    };
  }

  static int number(WeightType type) {
    return switch (type) {
      case F32 -> 0;
      case F16 -> 1;
      case BF16 -> 2;
    };
  }

  /** Says whether there is a kernel for a precision on this CPU. */
  static native boolean computes(int precision);

  /** How many tokens of a list are best computed together; 0 where libtorch is faster. */
  static native int listTokens(int precision);

  /**
   * Begins a model.
   *
   * @param sizes hidden, heads, intermediate, activation, the longest sequence
   * @param embeddingNorm weight and bias
   * @param distanceBias {@code [heads][2 longest - 1]}, or nothing
   */
  static native long newModel(
      int precision, int[] sizes, float epsilon, float[] embeddingNorm, float[] distanceBias);

  /**
   * Adds the next layer to a model.
   *
   * @param weights of query, key, value, attention output, intermediate, output; direct
   * @param types of these
   * @param vectors their biases, then weight and bias of the attention's norm and of the output's
   */
  static native boolean addLayer(long model, ByteBuffer[] weights, int[] types, float[] vectors);

  static native void freeModel(long model);

  /** Makes room for so many tokens. */
  static native long newBatch(long model, int tokens);

  /** Gives a batch its sequences: the sums of their embeddings, and their lengths. */
  static native void begin(long batch, float[] embeddings, int[] lengths);

  /** Takes part in the work until all is done; several threads may, once each. */
  static native void work(long batch);

  /** Copies the result, once every thread has left. */
  static native void end(long batch, float[] rows);

  static native void freeBatch(long batch);
}
