package dev.faissjvm.embedder.torch;

import dev.faissjvm.embedder.EmbedderException;
import dev.faissjvm.embedder.Precision;
import dev.faissjvm.embedder.model.ClipFolder;
import dev.faissjvm.embedder.model.TransformerConfig;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * CLIP's encoder of pictures in libtorch. A picture is cut into square patches, each patch
 * multiplied to a vector; a vector that stands for the whole comes before them, and what the layers
 * have made of that one is the picture's.
 *
 * <p><b>Threads.</b> Safe for use by many threads, each call on the caller's own; {@link #close()}
 * must not overlap a call.
 *
 * <p><b>Ownership.</b> Owns the packed weights in native memory and the mappings of the rest.
 *
 * <p><b>Errors.</b> A failure of libtorch is an {@link EmbedderException}.
 *
 * @see <a href="https://arxiv.org/abs/2010.11929">Dosovitskiy et al., Vision Transformer, 2020</a>
 * @see <a href="https://arxiv.org/abs/2103.00020">Radford et al., CLIP, 2021</a>
 */
public final class VisionEncoder implements AutoCloseable {
  private static final int CHANNELS = 3;

  private final NativeModel model;
  private final TransformerConfig config;
  private final int edge;
  private final int patch;
  private final int across;
  private final Linear patches;
  private final Tensor whole; // [1, 1, hidden]
  private final Tensor positions; // [patches + 1, hidden]
  private final Norm firstNorm;
  private final Layers layers;
  private final Norm lastNorm;

  private VisionEncoder(NativeModel model, ClipFolder folder) {
    this.model = model;
    this.config = folder.config();
    this.edge = folder.edge();
    this.patch = folder.patch();
    this.across = edge / patch;
    int hidden = config.hidden();
    WeightTensors weights = model.weights();
    // A convolution whose windows do not overlap is one product for each of them.
    Tensor kernel =
        weights.get("embeddings.patch_embedding.weight", hidden, CHANNELS, patch, patch);
    this.patches =
        model.packer().pack(kernel.view(hidden, patchNumbers()), torch.zeros(hidden), null);
    this.whole = weights.get("embeddings.class_embedding", hidden).view(1, 1, hidden);
    this.positions =
        weights.get("embeddings.position_embedding.weight", config.positions(), hidden);
    this.firstNorm = Norm.load(weights, "pre_layrnorm", config, model.owned()); // its real name
    this.layers = Layers.load(model, config, config.positions());
    this.lastNorm = Norm.load(weights, "post_layernorm", config, model.owned());
  }

  private int patchNumbers() {
    return CHANNELS * patch * patch;
  }

  /**
   * Loads an encoder.
   *
   * @param folder the model
   * @param wanted in which numbers to compute
   * @return the encoder
   * @throws EmbedderException if the weights do not fit the configuration, or the CPU cannot
   *     compute in that precision
   */
  public static VisionEncoder load(ClipFolder folder, Precision wanted) {
    return NativeModel.load(
        wanted,
        folder.weights(),
        folder.config().architecture(),
        model -> new VisionEncoder(model, folder));
  }

  /**
   * Returns the precision in use.
   *
   * @return never {@link Precision#AUTO}
   */
  public Precision precision() {
    return model.precision();
  }

  /**
   * Computes the vectors of pictures.
   *
   * @param pictures each three planes of {@code edge * edge} numbers
   * @return row-major, a row of {@code hidden} numbers a picture
   * @throws EmbedderException if libtorch fails
   */
  public float[] encode(List<float[]> pictures) {
    int size = CHANNELS * edge * edge;
    float[] numbers = new float[Math.multiplyExact(size, pictures.size())];
    for (int i = 0; i < pictures.size(); i++) {
      System.arraycopy(pictures.get(i), 0, numbers, i * size, size);
    }
    return model.call(
        () -> forward(numbers, pictures.size()),
        Math.multiplyExact(pictures.size(), config.hidden()),
        1);
  }

  private Tensor forward(float[] numbers, int n) {
    Run run = new Run(0, n, config.positions());
    Tensor x;
    try (Tensor embedded = embed(numbers, n)) {
      x = firstNorm.apply(embedded);
    }
    try (Tensor encoded = layers.apply(x, List.of(run));
        Tensor wholes = encoded.view(n, run.length(), config.hidden()).select(1, 0)) {
      return lastNorm.apply(wholes);
    }
  }

  private Tensor embed(float[] numbers, int n) {
    int covered = across * patch; // pixels beyond the last whole patch are left out
    try (Tensor pixels = torch.tensor(numbers);
        Tensor windows =
            pixels
                .view(n, CHANNELS, edge, edge)
                .narrow(2, 0, covered)
                .narrow(3, 0, covered)
                .reshape(n, CHANNELS, across, patch, across, patch)
                .permute(0, 2, 4, 1, 3, 5)
                .reshape(-1, patchNumbers());
        Tensor multiplied = patches.apply(windows);
        TensorVector parts = new TensorVector(whole.expand(n, 1, config.hidden()))) {
      parts.push_back(multiplied.view(n, -1, config.hidden()));
      Tensor x = torch.cat(parts, 1);
      x.add_(positions); // returns x itself
      return x.view(-1, config.hidden());
    }
  }

  /** Frees the weights. */
  @Override
  public void close() {
    model.close();
  }
}
