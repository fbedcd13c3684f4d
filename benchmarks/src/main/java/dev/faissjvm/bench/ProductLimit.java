package dev.faissjvm.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Argument;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What no encoder on this library of products can pass: the matrix products of the default model in
 * oneDNN, on as many tokens as the texts have, one thread a core, and nothing else: no attention,
 * norms, conversions or tokenizer. An embedder has loaded libtorch before.
 */
final class ProductLimit implements Contestant, AutoCloseable {

  private static final int BATCH = 512;
  private static final int LAYERS = 6;
  private static final int HIDDEN = 384;
  private static final int WIDE = 4 * HIDDEN;

  /** A linear layer's input, and its weight and bias as the kernel wants them. */
  private record Product(IValue input, IValue weight, IValue bias) {}

  private final String name;
  private final long texts;
  private final long tokens;
  private final PointerScope owned;
  private final OperatorHandle linear;
  private final IValue none;
  private final IValue noScalars;
  private final List<Product> products = new ArrayList<>();
  private final ExecutorService workers;
  private final int cores = Runtime.getRuntime().availableProcessors();

  ProductLimit(String name, torch.ScalarType type, long texts, long tokens) {
    this.name = name;
    this.texts = texts;
    this.tokens = tokens;
    this.owned = new PointerScope();
    this.linear = operator("mkldnn::_linear_pointwise");
    this.none = new IValue("none");
    var scalars = linear.schema().arguments().getPointer(Argument.class, 4);
    this.noScalars = new IValue(new GenericList(scalars.type().get().containedType(0)));
    OperatorHandle reorder = operator("mkldnn::_reorder_linear_weight");
    for (int layer = 0; layer < LAYERS; layer++) {
      for (int[] shape :
          new int[][] {{HIDDEN, 3 * HIDDEN}, {HIDDEN, HIDDEN}, {HIDDEN, WIDE}, {WIDE, HIDDEN}}) {
        Tensor weight = torch.randn(new long[] {shape[1], shape[0]}).to(type);
        products.add(
            new Product(
                new IValue(torch.randn(new long[] {BATCH, shape[0]}).to(type)),
                call(reorder, new IValue(weight), new IValue()),
                new IValue(torch.randn(new long[] {shape[1]}).to(type))));
      }
    }
    owned.extend(); // so that the close below only ends this thread's use of the scope
    owned.close();
    this.workers = Executors.newFixedThreadPool(cores);
  }

  private static OperatorHandle operator(String name) {
    return new OperatorHandle(Dispatcher.singleton().findSchemaOrThrow(name, ""));
  }

  private static IValue call(OperatorHandle operator, IValue... arguments) {
    try (IValueVector stack = new IValueVector(arguments)) {
      operator.callBoxed(stack);
      return new IValue(stack.get(0));
    }
  }

  @Override
  public String name() {
    return name;
  }

  /** Texts a second, were there nothing but their products. */
  @Override
  public double sample() throws IOException {
    AtomicLong left = new AtomicLong(tokens);
    List<Future<?>> parts = new ArrayList<>();
    long started = System.nanoTime();
    for (int i = 0; i < cores; i++) {
      parts.add(workers.submit(() -> multiply(left)));
    }
    try {
      for (Future<?> part : parts) {
        part.get();
      }
    } catch (ExecutionException e) {
      throw new IOException(name + ": failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(name + ": interrupted", e);
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    double done = Math.ceil((double) tokens / BATCH) * BATCH; // the last batch is a whole one, too
    return texts / (seconds * tokens / done);
  }

  @SuppressWarnings("try") // the scopes are for what is allocated under them
  private void multiply(AtomicLong left) {
    torch.set_num_threads(1);
    try (PointerScope scope = new PointerScope();
        InferenceMode inference = new InferenceMode(true)) {
      while (left.getAndAdd(-BATCH) > 0) {
        for (Product product : products) {
          call(linear, product.input, product.weight, product.bias, none, noScalars, none).close();
        }
      }
    }
  }

  @Override
  public Map<String, Double> beside() throws IOException {
    double flops = 2.0 * LAYERS * HIDDEN * (3 * HIDDEN + HIDDEN + WIDE + WIDE) * tokens;
    return Map.of("GF/s per core", sample() / texts * flops / 1e9 / cores);
  }

  @Override
  public void close() {
    workers.shutdown();
    owned.close();
  }
}
