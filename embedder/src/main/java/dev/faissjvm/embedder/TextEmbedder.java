package dev.faissjvm.embedder;

import dev.faissjvm.embedder.model.ModelFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sentence vectors by a model of one's own: any folder as sentence-transformers saves it, with a
 * BERT, DistilBERT, RoBERTa, XLM-RoBERTa, CamemBERT or MPNet encoder, or the text half of a CLIP
 * model, whose other half is {@link ImageEmbedder}.
 *
 * <p><b>Shape.</b> A vector has {@link #dimension()} float32 components. Texts longer than {@link
 * #maxTokens()} are cut there. An empty text has a vector too.
 *
 * <p><b>Units.</b> Vectors have length 1 if the model ends in a Normalize module or {@link
 * Builder#normalized()} was asked for. In float32 they agree with sentence-transformers to 1e-5,
 * and a text's vector does not depend on its company to 1e-6; {@link Precision} says what the other
 * precisions cost.
 *
 * <p><b>Threads.</b> Safe for use by many threads; share one instance. Single texts run on the
 * caller's thread, lists on {@link Builder#threads} workers. Interrupting a thread that waits for a
 * list ends the call with {@link java.util.concurrent.CancellationException}. {@link #close()}
 * waits for running calls.
 *
 * <p><b>Ownership.</b> Owns native memory of about the size of the weights, and the workers. The
 * model's files stay mapped and must not be changed meanwhile.
 *
 * <p><b>Errors.</b> {@link EmbedderException} for a folder that cannot be used, naming file and
 * field; {@link IllegalStateException} after {@code close()}.
 *
 * <pre>{@code
 * try (TextEmbedder embedder = TextEmbedder.load(Path.of("all-MiniLM-L6-v2"))) {
 *   float[] query = embedder.embedQuery("a place where bread is made");
 *   float[][] documents = embedder.embed(List.of("bakery", "barn"));
 * }
 * }</pre>
 *
 * @see <a href="https://arxiv.org/abs/1908.10084">Reimers and Gurevych, Sentence-BERT, 2019</a>
 */
public final class TextEmbedder implements Embedder<String> {
  private final TextModel model;
  private final Workers workers;
  private final BatchRunner runner;
  private final SingleTexts singles;
  private final int maxTokens;
  private final Lifetime lifetime = new Lifetime();
  private volatile @Nullable String fingerprint;

  private TextEmbedder(TextModel model, Workers workers, int batchTokens, int maxTokens) {
    this.model = model;
    this.workers = workers;
    this.runner = new BatchRunner(model, batchTokens, workers);
    this.singles = new SingleTexts(workers.threads(), System::nanoTime);
    this.maxTokens = maxTokens;
  }

  /**
   * Loads a model with the default settings.
   *
   * @param folder as sentence-transformers saves it
   * @return the embedder
   * @throws EmbedderException if the folder cannot be used
   */
  public static TextEmbedder load(Path folder) {
    return builder(folder).load();
  }

  /**
   * Starts from the default settings.
   *
   * @param folder as sentence-transformers saves it
   * @return settings to change
   */
  public static Builder builder(Path folder) {
    return new Builder(folder);
  }

  @Override
  public int dimension() {
    return model.dimension();
  }

  /**
   * Returns the longest text that is seen whole.
   *
   * @return tokens, special ones included
   */
  public int maxTokens() {
    return maxTokens;
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
   * Returns the prompts that the model was trained with.
   *
   * @return texts by name, in the model's order; often empty
   */
  public Map<String, String> prompts() {
    return model.folder().prompts().byName();
  }

  /**
   * {@inheritDoc}
   *
   * <p>The first call reads the model's files. {@link Precision#FLOAT32} and {@link
   * Precision#BFLOAT16} share a fingerprint, since their vectors may be compared.
   */
  @Override
  public String fingerprint() {
    String known = fingerprint;
    if (known == null) {
      known =
          TextModel.fingerprint(
              model.folder().contentHash(),
              model.precision(),
              maxTokens,
              model.dimension(),
              model.makesUnitVectors());
      fingerprint = known;
    }
    return known;
  }

  /**
   * Returns the vector of one text, with the model's prompt for documents before it if it has one.
   */
  @Override
  public float[] embed(String input) {
    return one(input, model.folder().prompts().document());
  }

  /** Returns the vector of a query, with the model's prompt for queries before it if it has one. */
  @Override
  public float[] embedQuery(String query) {
    return one(query, model.folder().prompts().query());
  }

  @Override
  public float[][] embed(List<? extends String> inputs) {
    return embed(inputs, (done, total) -> {});
  }

  /**
   * Returns the vectors of many texts, telling how far it has come.
   *
   * @param inputs what to embed; may be empty
   * @param progress told after each batch, on the calling thread
   * @return a row a text, in their order
   * @throws IllegalStateException if the embedder is closed
   * @throws java.util.concurrent.CancellationException if the calling thread is interrupted
   */
  public float[][] embed(List<? extends String> inputs, Progress progress) {
    return many(inputs, model.folder().prompts().document(), progress);
  }

  /**
   * Returns the vectors of many texts behind a prompt of the caller's choice.
   *
   * @param prompt what stands before each text: one of {@link #prompts()}, any other, or nothing
   * @param inputs what to embed; may be empty
   * @return a row a text, in their order
   * @throws IllegalStateException if the embedder is closed
   * @throws java.util.concurrent.CancellationException if the calling thread is interrupted
   */
  public float[][] embedWithPrompt(String prompt, List<? extends String> inputs) {
    return many(inputs, prompt, (done, total) -> {});
  }

  /**
   * Returns the vectors of a stream of texts, in their order and lazily: some thousand texts are
   * read ahead, so memory stays bounded however long the stream is. To stop, stop reading.
   *
   * @param inputs what to embed, read by the thread that reads the result
   * @return a row a text; closing it closes {@code inputs}
   */
  public Stream<float[]> embed(Stream<? extends String> inputs) {
    Iterator<? extends String> texts = inputs.iterator();
    Iterator<float[]> rows =
        new Iterator<>() {
          private Iterator<float[]> window = List.<float[]>of().iterator();

          @Override
          public boolean hasNext() {
            return window.hasNext() || texts.hasNext();
          }

          @Override
          public float[] next() {
            if (!window.hasNext()) {
              List<String> next = new ArrayList<>();
              while (next.size() < BatchRunner.WINDOW && texts.hasNext()) {
                next.add(texts.next());
              }
              window = List.of(embed(next)).iterator();
            }
            return window.next();
          }
        };
    int order = Spliterator.ORDERED | Spliterator.NONNULL;
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(rows, order), false)
        .onClose(inputs::close);
  }

  /**
   * Counts the tokens that the model sees of a text.
   *
   * @param text any text
   * @return special tokens included, at most {@link #maxTokens()}
   * @throws IllegalStateException if the embedder is closed
   */
  public int countTokens(String text) {
    Objects.requireNonNull(text, "text");
    return lifetime.whileOpen(() -> model.tokens(text).length);
  }

  private float[] one(String text, String prompt) {
    Objects.requireNonNull(text, "input");
    return lifetime.whileOpen(
        () -> {
          int[] tokens = model.tokens(prompt + text);
          return singles.one(
              tokens.length,
              threads ->
                  model
                      .vectors(List.of(tokens), model.promptTokens(prompt), workers.team(threads))[
                      0]);
        });
  }

  private float[][] many(List<? extends String> inputs, String prompt, Progress progress) {
    Objects.requireNonNull(prompt, "prompt");
    Objects.requireNonNull(progress, "progress");
    List<String> texts = new ArrayList<>(inputs.size());
    for (String input : inputs) {
      texts.add(prompt + Objects.requireNonNull(input, "input"));
    }
    return lifetime.whileOpen(
        () -> singles.many(() -> runner.run(texts, model.promptTokens(prompt), progress)));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if called by a {@link Progress} of this embedder
   */
  @Override
  public void close() {
    lifetime.close(workers::close, model::close);
  }

  /** Settings of a {@link TextEmbedder}. Not safe for use by several threads. */
  public static final class Builder {
    private final Path path;
    private Precision precision = Precision.AUTO;
    private int threads = Runtime.getRuntime().availableProcessors();
    private int maxTokens;
    private int batchTokens;
    private int dimension;
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
      this.threads = inRange("threads", count, Workers.MAX_THREADS);
      return this;
    }

    /**
     * Sets where texts are cut; the model's own limit when not called.
     *
     * @param tokens at least 1; more than the encoder has positions is refused by {@link #load}
     * @return this
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder maxTokens(int tokens) {
      this.maxTokens = inRange("maxTokens", tokens, Integer.MAX_VALUE);
      return this;
    }

    /**
     * Sets how many tokens a worker computes at once; when not called, 256 where the CPU has AMX,
     * else 1024, or 512 for {@link Precision#INT8}. Memory grows with it.
     *
     * @param tokens 1 to 1048576; a longer text makes a batch of its own
     * @return this
     * @throws IllegalArgumentException if it is outside
     */
    public Builder batchTokens(int tokens) {
      this.batchTokens = inRange("batchTokens", tokens, 1 << 20);
      return this;
    }

    /**
     * Keeps only the first components, as Matryoshka models are made for; all of them when not
     * called. A model that normalises does so again after the cut.
     *
     * @param components at least 1; more than the model has is refused by {@link #load}
     * @return this
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder dimension(int components) {
      this.dimension = inRange("dimension", components, Integer.MAX_VALUE);
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

    static int inRange(String name, int value, int max) {
      if (value < 1 || value > max) {
        throw new IllegalArgumentException(name + ": expected 1 to " + max + ", got " + value);
      }
      return value;
    }

    /**
     * Loads the model.
     *
     * @return the embedder
     * @throws EmbedderException if the folder cannot be used
     * @throws IllegalArgumentException if a setting asks for more than the model has
     */
    public TextEmbedder load() {
      ModelFolder folder = ModelFolder.read(path);
      int tokens =
          maxTokens == 0
              ? folder.maxTokens()
              : inRange("maxTokens", maxTokens, folder.config().maxTokens());
      int components =
          dimension == 0 ? folder.dimension() : inRange("dimension", dimension, folder.dimension());
      TextModel model =
          Lifetime.loadAlone(
              () -> TextModel.load(folder, precision, tokens, components, normalized));
      int budget = batchTokens == 0 ? model.listTokens() : batchTokens;
      return new TextEmbedder(model, new Workers(threads), budget, tokens);
    }
  }
}
