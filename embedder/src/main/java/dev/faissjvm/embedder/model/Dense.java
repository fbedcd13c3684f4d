package dev.faissjvm.embedder.model;

import dev.faissjvm.embedder.EmbedderException;
import java.nio.file.Path;
import java.util.function.DoubleUnaryOperator;

/** A linear layer with an activation, by default the hyperbolic tangent. */
public final class Dense implements Stage {
  private final int in;
  private final int out;
  private final float[] byInput; // [in, out], so that the inner loop runs over neighbours
  private final float[] bias;
  private final DoubleUnaryOperator activation;

  private Dense(int in, int out, float[] byInput, float[] bias, DoubleUnaryOperator activation) {
    this.in = in;
    this.out = out;
    this.byInput = byInput;
    this.bias = bias;
    this.activation = activation;
  }

  /** Reads the module's folder. */
  static Dense read(Path folder, int in) {
    JsonFile json = JsonFile.read(folder.resolve("config.json"));
    json.whole("in_features", in, in);
    int out = json.whole("out_features", 1, 65_536);
    DoubleUnaryOperator activation = activation(json);
    Weights weights = Weights.open(folder);
    float[] rows = weights.get("linear.weight", out, in).toFloats();
    float[] bias =
        json.flagOr("bias", true) ? weights.get("linear.bias", out).toFloats() : new float[out];
    return new Dense(in, out, byInput(rows, out, in), bias, activation);
  }

  /** Multiplies by a matrix {@code [out, in]} and does nothing else. */
  static Dense projection(Weight weight) {
    int out = weight.shape().get(0);
    int in = weight.shape().get(1);
    return new Dense(in, out, byInput(weight.toFloats(), out, in), new float[out], x -> x);
  }

  private static float[] byInput(float[] rows, int out, int in) {
    float[] byInput = new float[rows.length];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        byInput[i * out + o] = rows[o * in + i];
      }
    }
    return byInput;
  }

  private static DoubleUnaryOperator activation(JsonFile json) {
    String name = json.has("activation_function") ? json.text("activation_function") : "Tanh";
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "Identity" -> x -> x;
      case "Tanh" -> Math::tanh;
      case "ReLU" -> x -> Math.max(x, 0);
      case "Sigmoid" -> x -> 1 / (1 + Math.exp(-x));
      default ->
          throw new EmbedderException(
              json.name()
                  + ": activation_function: expected Identity, Tanh, ReLU or Sigmoid, got "
                  + name);
    };
  }

  @Override
  public int dimension(int width) {
    return out;
  }

  @Override
  public float[] apply(float[] vector) {
    float[] result = bias.clone();
    for (int i = 0; i < in; i++) {
      float factor = vector[i];
      int row = i * out;
      for (int o = 0; o < out; o++) {
        result[o] += factor * byInput[row + o];
      }
    }
    for (int o = 0; o < out; o++) {
      result[o] = (float) activation.applyAsDouble(result[o]);
    }
    return result;
  }
}
