package dev.faissjvm.embedder.torch;

import dev.faissjvm.embedder.EmbedderException;
import dev.faissjvm.embedder.Precision;
import dev.faissjvm.embedder.model.Architecture;
import dev.faissjvm.embedder.model.Weights;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What every encoder needs of libtorch: a precision that the CPU has, an owner of native memory,
 * and calls that leave nothing behind.
 *
 * <p><b>Ownership.</b> What is attached to {@link #owned()} lives until {@link #close()}, and so do
 * the mappings that its tensors point into.
 */
final class NativeModel implements AutoCloseable {
  /**
   * Numbers after whose computation freed memory is given back to the system, a few batches:
   * tensors of ever new sizes leave gaps that glibc would keep, hundreds of megabytes of them.
   */
  private static final long NUMBERS_UNTIL_TRIM = 2L << 20;

  private final Precision precision;
  private final PointerScope owned;
  private final WeightTensors weights;
  private final AtomicLong computed = new AtomicLong();

  private NativeModel(Precision precision, PointerScope owned, WeightTensors weights) {
    this.precision = precision;
    this.owned = owned;
    this.weights = weights;
  }

  /**
   * Builds an encoder under a scope that keeps everything allocated meanwhile.
   *
   * @throws EmbedderException if libtorch fails, or the CPU cannot compute in that precision
   */
  static <T> T load(
      Precision wanted,
      Weights weights,
      Architecture architecture,
      Function<NativeModel, T> build) {
    TorchLibrary.load();
    Precision precision = CpuFeatures.decide(wanted);
    PointerScope owned = new PointerScope();
    try {
      WeightTensors tensors = new WeightTensors(weights, architecture);
      T encoder = build.apply(new NativeModel(precision, owned, tensors));
      owned.extend(); // so that the close below only ends this thread's use of the scope
      return encoder;
    } catch (RuntimeException e) {
      throw failure("load", e);
    } finally {
      owned.close();
    }
  }

  Precision precision() {
    return precision;
  }

  PointerScope owned() {
    return owned;
  }

  WeightTensors weights() {
    return weights;
  }

  Linear.Packer packer() {
    return new Linear.Packer(precision, owned);
  }

  /**
   * Runs a computation on the caller's thread and copies its result to the heap.
   *
   * @param forward yields as many float32 numbers
   * @param threads that compute, the caller's among them
   * @throws EmbedderException if libtorch fails
   */
  @SuppressWarnings("try") // the scope is for what is allocated under it
  float[] call(Supplier<Tensor> forward, int numbers, int threads) {
    torch.set_num_threads(threads); // a setting of each thread, for the OpenMP loops inside oneDNN
    try (PointerScope scope = new PointerScope();
        InferenceMode inference = new InferenceMode(true);
        Tensor out = forward.get();
        FloatPointer pointer = new FloatPointer(out.data_ptr())) {
      float[] heap = new float[numbers];
      pointer.get(heap, 0, numbers);
      return heap;
    } catch (RuntimeException e) {
      throw failure("encode", e);
    } finally {
      trim(numbers);
    }
  }

  private void trim(int numbers) {
    long after = computed.addAndGet(numbers);
    if (after / NUMBERS_UNTIL_TRIM > (after - numbers) / NUMBERS_UNTIL_TRIM) {
      Pointer.trimMemory();
    }
  }

  /** Trims libtorch's message to its first line, without the native stack. */
  private static EmbedderException failure(String operation, RuntimeException e) {
    if (e instanceof EmbedderException known) {
      return known;
    }
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return new EmbedderException(
        "libtorch: failed to " + operation + ": " + (end < 0 ? message : message.substring(0, end)),
        e);
  }

  /** Frees what is owned; must not overlap a call. */
  @Override
  public void close() {
    try {
      owned.close();
    } finally {
      Reference.reachabilityFence(weights); // until here the tensors pointed into its mappings
    }
  }
}
