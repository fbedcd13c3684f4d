package dev.faissjvm.embedder.torch;

import dev.faissjvm.embedder.model.Architecture;
import dev.faissjvm.embedder.model.EncoderWeights;
import dev.faissjvm.embedder.model.Weight;
import dev.faissjvm.embedder.model.Weights;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * The tensors of an encoder as libtorch sees them: float32, in mapped memory where the file has
 * them so, else converted copies.
 *
 * <p><b>Ownership.</b> A tensor over mapped memory is valid while this object is reachable.
 */
final class WeightTensors {
  private final EncoderWeights weights;
  private final List<Weight> mapped = new ArrayList<>();

  WeightTensors(Weights weights, Architecture architecture) {
    this.weights = new EncoderWeights(weights, architecture);
  }

  /** Returns the tensor of a name and shape. */
  Tensor get(String name, int... shape) {
    Weight weight = weights.get(name, shape);
    mapped.add(weight);
    long[] sizes = new long[shape.length];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = shape[i];
    }
    torch.ScalarType type =
        switch (weight.type()) {
          case F32 -> torch.ScalarType.Float;
          case F16 -> torch.ScalarType.Half;
          case BF16 -> torch.ScalarType.BFloat16;
        };
    Tensor tensor =
        torch.from_blob(new BytePointer(weight.bytes()), sizes, new TensorOptions(type));
    return tensor.to(torch.ScalarType.Float);
  }
}
