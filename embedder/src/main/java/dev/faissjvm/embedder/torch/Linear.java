package dev.faissjvm.embedder.torch;

import static org.bytedeco.pytorch.global.torch.ScalarType.BFloat16;
import static org.bytedeco.pytorch.global.torch.ScalarType.Float;
import static org.bytedeco.pytorch.global.torch.ScalarType.QInt8;

import dev.faissjvm.embedder.Precision;
import dev.faissjvm.embedder.model.Activation;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer, {@code activation(x W^T + b)}, its weight in the layout of the kernel that runs
 * it.
 *
 * <p><b>Threads.</b> Safe for use by many threads.
 *
 * <p><b>Ownership.</b> The packed weights belong to the scope given to the {@link Packer}.
 */
sealed interface Linear {

  /**
   * Computes {@code [n, in]} to {@code [n, out]}; the caller closes the result. It is float32, save
   * that a bfloat16 layer with a fused activation leaves it in bfloat16: what comes behind an
   * activation is another linear layer, and two conversions of the widest tensor are spared.
   */
  Tensor apply(Tensor x);

  /**
   * Packs float32 weights {@code [out, in]} with their biases {@code [out]}.
   *
   * @param precision a decided one
   * @param owner scope that keeps the packed weights
   */
  record Packer(Precision precision, PointerScope owner) {
    @SuppressWarnings("try") // the scope is for what is allocated under it
    Linear pack(Tensor weight, Tensor bias, @Nullable Activation activation) {
      try (PointerScope temporaries = new PointerScope()) {
        return switch (precision) {
          case FLOAT32 -> new OneDnn(weight, bias, activation, false, owner);
          case BFLOAT16 -> new OneDnn(weight, bias, activation, true, owner);
          case INT8 -> new Int8(weight, bias, activation, owner);
          case AUTO ->
              throw new IllegalArgumentException("precision: expected a decided one, got AUTO");
        };
      }
    }
  }

  /** Changes and returns a tensor. */
  private static Tensor activate(Tensor y, @Nullable Activation activation) {
    if (activation != null) {
      switch (activation) {
        case GELU -> torch.gelu_(y);
        case GELU_TANH -> torch.gelu_(y, "tanh");
        case RELU -> torch.relu_(y);
        case QUICK_GELU -> {
          try (Tensor gate = y.mul(Ops.QUICK)) {
            y.mul_(torch.sigmoid_(gate));
          }
        }
      }
    }
    return y;
  }

  /** oneDNN, with the activation fused; bfloat16 inside if asked. */
  final class OneDnn implements Linear {
    private final boolean half;
    private final IValue weight;
    private final IValue bias;
    private final IValue attribute;
    private final IValue algorithm;
    private final boolean fused;
    private final @Nullable Activation unfused;

    private OneDnn(
        Tensor weight,
        Tensor bias,
        @Nullable Activation activation,
        boolean half,
        PointerScope owner) {
      this.half = half;
      this.weight =
          Ops.call(
              Ops.REORDER_LINEAR_WEIGHT, new IValue(half ? weight.to(BFloat16) : weight), Ops.NIL);
      this.bias = new IValue(half ? bias.to(BFloat16) : bias.clone());
      this.unfused = activation == Activation.QUICK_GELU ? activation : null;
      this.fused = activation != null && unfused == null;
      this.attribute =
          fused ? new IValue(activation == Activation.RELU ? "relu" : "gelu") : Ops.NONE;
      this.algorithm = activation == Activation.GELU_TANH ? new IValue("tanh") : Ops.NONE;
      owner.attach(this.weight).attach(this.bias).attach(attribute).attach(algorithm);
    }

    @Override
    public Tensor apply(Tensor x) {
      if (!half) {
        return activate(call(x), unfused);
      }
      Tensor y;
      try (Tensor narrow = x.to(BFloat16)) { // x itself where it is narrow already
        y = call(narrow);
      }
      if (fused) {
        return y;
      }
      try (y) {
        return activate(y.to(Float), unfused);
      }
    }

    private Tensor call(Tensor x) {
      return Ops.callOn(
          x, Ops.LINEAR_POINTWISE, weight, bias, attribute, Ops.NO_SCALARS, algorithm);
    }
  }

  /**
   * fbgemm: weights in eight bits per channel, activations per call. A CPU without VNNI adds two
   * products in sixteen bits, where twice 255 x 127 is cut off; there weights get seven bits, which
   * loses less than activations of seven would.
   */
  final class Int8 implements Linear {
    private static final Scalar LARGEST =
        new Scalar(CpuFeatures.read().hasVnni() ? 127.0 : 63.0).retainReference();

    private final IValue packed;
    private final @Nullable Activation activation;

    private Int8(Tensor weight, Tensor bias, @Nullable Activation activation, PointerScope owner) {
      this.activation = activation;
      // A channel of zeros gets any scale but 0.
      Tensor scales =
          weight
              .abs()
              .amax(new long[] {1}, false)
              .div(LARGEST)
              .clamp_min(new Scalar(1e-12))
              .to(torch.ScalarType.Double);
      Tensor zeroPoints = torch.zeros(weight.size(0)).to(torch.ScalarType.Long);
      Tensor quantized = torch.quantize_per_channel(weight, scales, zeroPoints, 0, QInt8);
      this.packed = Ops.call(Ops.LINEAR_PREPACK, new IValue(quantized), new IValue(bias.clone()));
      owner.attach(packed);
    }

    @Override
    public Tensor apply(Tensor x) {
      return activate(Ops.callOn(x, Ops.LINEAR_DYNAMIC, packed, Ops.FALSE), activation);
    }
  }
}
