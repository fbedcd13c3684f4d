package dev.faissjvm.embedder.torch;

import dev.faissjvm.embedder.model.TransformerConfig;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** The layers of an encoder one after the other, and the attention that they share. */
record Layers(List<Layer> layers, Attention attention) {

  static Layers load(NativeModel model, TransformerConfig config, int maxTokens) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) {
      layers.add(Layer.load(model, i, config));
    }
    return new Layers(layers, Attention.load(model.weights(), config, maxTokens));
  }

  /** Computes {@code [T, hidden]} to {@code [T, hidden]}; closes the one, the caller the other. */
  Tensor apply(Tensor input, List<Run> runs) {
    Tensor x = input;
    for (Layer layer : layers) {
      Tensor next = layer.apply(x, runs, attention);
      x.close();
      x = next;
    }
    return x;
  }
}
