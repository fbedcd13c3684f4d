package dev.faissjvm.embedder.torch;

import dev.faissjvm.embedder.model.TransformerConfig;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** A layer norm over the components of each row. */
record Norm(TensorOptional weight, TensorOptional bias, int width, double epsilon) {

  /** Loads a norm; it belongs to {@code owner}. */
  static Norm load(
      WeightTensors weights, String name, TransformerConfig config, PointerScope owner) {
    int width = config.hidden();
    Norm norm =
        new Norm(
            new TensorOptional(weights.get(name + ".weight", width)),
            new TensorOptional(weights.get(name + ".bias", width)),
            width,
            config.epsilon());
    owner.attach(norm.weight).attach(norm.bias);
    return norm;
  }

  /** Computes a result that the caller closes. */
  Tensor apply(Tensor x) {
    return torch.layer_norm(x, new long[] {width}, weight, bias, epsilon, false);
  }
}
