package dev.faissjvm.embedder.torch;

import dev.faissjvm.embedder.model.Architecture;
import dev.faissjvm.embedder.model.Architecture.Part;
import dev.faissjvm.embedder.model.TransformerConfig;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * One layer: attention and feed-forward, each added to its input. What is normalised is the sum, or
 * else the input of each.
 */
record Layer(
    Linear queryKeyValue,
    Linear attentionOutput,
    Norm attentionNorm,
    Linear intermediate,
    Linear output,
    Norm outputNorm,
    boolean normalizesFirst) {

  /** Loads a layer; it belongs to the model. */
  @SuppressWarnings("try") // the scope is for what is allocated under it
  static Layer load(NativeModel model, int index, TransformerConfig config) {
    WeightTensors weights = model.weights();
    Architecture names = config.architecture();
    int hidden = config.hidden();
    int wide = config.intermediate();
    try (PointerScope temporaries = new PointerScope()) {
      // One product instead of three, of a weight [3 hidden, hidden].
      TensorVector weight = new TensorVector();
      TensorVector bias = new TensorVector();
      for (Part part : List.of(Part.QUERY, Part.KEY, Part.VALUE)) {
        String name = names.name(index, part);
        weight.push_back(weights.get(name + ".weight", hidden, hidden));
        bias.push_back(weights.get(name + ".bias", hidden));
      }
      Linear.Packer packer = model.packer();
      String attentionOutput = names.name(index, Part.ATTENTION_OUTPUT);
      String intermediate = names.name(index, Part.INTERMEDIATE);
      String output = names.name(index, Part.OUTPUT);
      return new Layer(
          packer.pack(torch.cat(weight, 0), torch.cat(bias, 0), null),
          packer.pack(
              weights.get(attentionOutput + ".weight", hidden, hidden),
              weights.get(attentionOutput + ".bias", hidden),
              null),
          Norm.load(weights, names.name(index, Part.ATTENTION_NORM), config, model.owned()),
          packer.pack(
              weights.get(intermediate + ".weight", wide, hidden),
              weights.get(intermediate + ".bias", wide),
              config.activation()),
          packer.pack(
              weights.get(output + ".weight", hidden, wide),
              weights.get(output + ".bias", hidden),
              null),
          Norm.load(weights, names.name(index, Part.OUTPUT_NORM), config, model.owned()),
          names.normalizesFirst());
    }
  }

  /** Computes {@code [T, hidden]} to {@code [T, hidden]}; the caller closes both. */
  Tensor apply(Tensor x, List<Run> runs, Attention attention) {
    if (normalizesFirst) {
      try (Tensor normal = attentionNorm.apply(x);
          Tensor middle = attend(normal, runs, attention);
          Tensor next = outputNorm.apply(middle.add_(x))) {
        Tensor out = feedForward(next);
        out.add_(middle); // returns out itself
        return out;
      }
    }
    try (Tensor attended = attend(x, runs, attention);
        Tensor middle = attentionNorm.apply(attended.add_(x));
        Tensor out = feedForward(middle)) {
      return outputNorm.apply(out.add_(middle));
    }
  }

  private Tensor attend(Tensor x, List<Run> runs, Attention attention) {
    try (Tensor projected = queryKeyValue.apply(x);
        Tensor attended = attention.apply(projected, runs)) {
      return attentionOutput.apply(attended);
    }
  }

  private Tensor feedForward(Tensor x) {
    try (Tensor wide = intermediate.apply(x)) {
      return output.apply(wide);
    }
  }
}
