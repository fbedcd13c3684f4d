package dev.faissjvm.embedder;

import dev.faissjvm.embedder.model.ClipFolder;
import dev.faissjvm.embedder.model.ModelFolder;
import dev.faissjvm.embedder.model.Normalize;
import dev.faissjvm.embedder.model.Stage;
import dev.faissjvm.embedder.model.image.Pictures;
import dev.faissjvm.embedder.torch.VisionEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Vectors of pictures by a CLIP model in a folder as sentence-transformers saves it. A {@link
 * TextEmbedder} of the same folder makes vectors of texts that lie near those of the pictures they
 * describe, so that words find pictures.
 *
 * <p><b>Shape.</b> A picture is a file's bytes, JPEG, PNG, GIF, BMP, TIFF or whatever else ImageIO
 * has a reader for; a vector has {@link #dimension()} float32 components.
 *
 * <p><b>Units.</b> Vectors have length 1 if the model ends in a Normalize module or {@link
 * Builder#normalized()} was asked for. In float32 they agree with sentence-transformers to 1e-5,
 * save for JPEG, which decoders read differently by a shade or two.
 *
 * <p><b>Threads.</b> Safe for use by many threads; share one instance. Single pictures run on the
 * caller's thread, lists on {@link Builder#threads} workers, each of which decodes a few at a time.
 * Interrupting a thread that waits for a list ends the call with {@link
 * java.util.concurrent.CancellationException}. {@link #close()} waits for running calls.
 *
 * <p><b>Ownership.</b> Owns native memory of about the size of the weights, and the workers. The
 * model's files stay mapped and must not be changed meanwhile. Arrays passed in are not retained.
 *
 * <p><b>Errors.</b> {@link IllegalArgumentException} for bytes that are no picture; {@link
 * EmbedderException} for a folder that cannot be used, naming file and field; {@link
 * IllegalStateException} after {@code close()}.
 *
 * <pre>{@code
 * try (ImageEmbedder pictures = ImageEmbedder.load(folder);
 *     TextEmbedder words = TextEmbedder.load(folder)) {
 *   float[] picture = pictures.embed(Files.readAllBytes(Path.of("bakery.jpg")));
 *   float[] query = words.embedQuery("a place where bread is made");
 * }
 * }</pre>
 *
 * @see <a href="https://arxiv.org/abs/2103.00020">Radford et al., CLIP, 2021</a>
 */
public final class ImageEmbedder implements Embedder<byte[]> {
  /** Pictures that a worker computes at once; a picture has fifty tokens and more. */
  private static final int BATCH = 8;

  private static final Normalize NORMALIZE = new Normalize();

  private final ClipFolder folder;
  private final Pictures processor;
  private final VisionEncoder encoder;
  private final boolean normalized;
  private final Workers workers;
  private final Lifetime lifetime = new Lifetime();
  private volatile @Nullable String fingerprint;

  private ImageEmbedder(
      ClipFolder folder,
      Pictures processor,
      VisionEncoder encoder,
      boolean normalized,
      int threads) {
    this.folder = folder;
    this.processor = processor;
    this.encoder = encoder;
    this.normalized = normalized;
    this.workers = new Workers(threads);
  }

  /**
   * Loads a model with the default settings.
   *
   * @param folder as sentence-transformers saves a CLIP model
   * @return the embedder
   * @throws EmbedderException if the folder cannot be used
   */
  public static ImageEmbedder load(Path folder) {
    return builder(folder).load();
  }

  /**
   * Starts from the default settings.
   *
   * @param folder as sentence-transformers saves a CLIP model
   * @return settings to change
   */
  public static Builder builder(Path folder) {
    return new Builder(folder);
  }

  @Override
  public int dimension() {
    return folder.dimension();
  }

  /**
   * Returns the precision in use.
   *
   * @return never {@link Precision#AUTO}
   */
  public Precision precision() {
    return encoder.precision();
  }

  /**
   * {@inheritDoc}
   *
   * <p>A {@link TextEmbedder} of the same folder and settings has the same, since its vectors are
   * there to be compared with these. The first call reads the model's files.
   */
  @Override
  public String fingerprint() {
    String known = fingerprint;
    if (known == null) {
      known =
          TextModel.fingerprint(
              ModelFolder.contentHash(folder.path()),
              encoder.precision(),
              ModelFolder.read(folder.path()).maxTokens(),
              dimension(),
              normalized || folder.normalizes());
      fingerprint = known;
    }
    return known;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if it is no picture that can be decoded
   */
  @Override
  public float[] embed(byte[] input) {
    Objects.requireNonNull(input, "input");
    return lifetime.whileOpen(() -> vectors(List.of(input))[0]);
  }

  @Override
  public float[][] embed(List<? extends byte[]> inputs) {
    return embed(inputs, (done, total) -> {});
  }

  /**
   * Returns the vectors of many pictures, telling how far it has come.
   *
   * @param inputs files' bytes; may be empty
   * @param progress told after every few pictures, on the calling thread
   * @return a row a picture, in their order
   * @throws IllegalArgumentException if one is no picture that can be decoded
   * @throws IllegalStateException if the embedder is closed
   * @throws java.util.concurrent.CancellationException if the calling thread is interrupted
   */
  public float[][] embed(List<? extends byte[]> inputs, Progress progress) {
    Objects.requireNonNull(progress, "progress");
    List<byte[]> pictures = new ArrayList<>(inputs);
    pictures.forEach(picture -> Objects.requireNonNull(picture, "input"));
    float[][] vectors = new float[pictures.size()][];
    return lifetime.whileOpen(
        () -> {
          workers.run(
              (vectors.length + BATCH - 1) / BATCH,
              batch -> {
                int first = batch * BATCH;
                int end = Math.min(first + BATCH, vectors.length);
                float[][] rows = vectors(pictures.subList(first, end));
                System.arraycopy(rows, 0, vectors, first, rows.length);
                return rows.length;
              },
              done -> progress.embedded(done, vectors.length));
          return vectors;
        });
  }

  private float[][] vectors(List<byte[]> pictures) {
    List<float[]> planes = new ArrayList<>(pictures.size());
    for (byte[] picture : pictures) {
      planes.add(processor.planes(picture));
    }
    float[] rows = encoder.encode(planes);
    int width = rows.length / pictures.size();
    float[][] vectors = new float[pictures.size()][];
    for (int i = 0; i < vectors.length; i++) {
      float[] vector = Arrays.copyOfRange(rows, i * width, (i + 1) * width);
      for (Stage stage : folder.stages()) {
        vector = stage.apply(vector);
      }
      vectors[i] = normalized ? NORMALIZE.apply(vector) : vector;
    }
    return vectors;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if called by a {@link Progress} of this embedder
   */
  @Override
  public void close() {
    lifetime.close(workers::close, encoder::close);
  }

  /** Settings of an {@link ImageEmbedder}. Not safe for use by several threads. */
  public static final class Builder {
    private final Path path;
    private Precision precision = Precision.AUTO;
    private int threads = Runtime.getRuntime().availableProcessors();
    private boolean normalized;

    private Builder(Path path) {
      this.path = Objects.requireNonNull(path, "folder");
    }

    /**
     * Sets in which numbers to compute; {@link Precision#AUTO} when not called.
     *
     * @param wanted the precision
     * @return this
     */
    public Builder precision(Precision wanted) {
      this.precision = Objects.requireNonNull(wanted, "precision");
      return this;
    }

    /**
     * Sets how many threads work on lists; as many as there are cores when not called.
     *
     * @param count 1 to 1024
     * @return this
     * @throws IllegalArgumentException if it is outside
     */
    public Builder threads(int count) {
      this.threads = TextEmbedder.Builder.inRange("threads", count, Workers.MAX_THREADS);
      return this;
    }

    /**
     * Makes unit vectors even of a model without a Normalize module.
     *
     * @return this
     */
    public Builder normalized() {
      this.normalized = true;
      return this;
    }

    /**
     * Loads the model.
     *
     * @return the embedder
     * @throws EmbedderException if the folder cannot be used
     */
    public ImageEmbedder load() {
      ClipFolder folder = ClipFolder.read(path);
      Pictures processor = Pictures.read(folder.processor(), folder.edge());
      VisionEncoder encoder = Lifetime.loadAlone(() -> VisionEncoder.load(folder, precision));
      return new ImageEmbedder(folder, processor, encoder, normalized, threads);
    }
  }
}
