package dev.faissjvm.sync.search;

import dev.faissjvm.sync.change.RowKey;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is looked for.
 *
 * <p><b>Shape.</b> Exactly one of text, vector and row says what the hits should be like. A vector
 * has the index's dimension and need not be of unit length. Keyword and hybrid search need a text.
 *
 * <p><b>Threads.</b> Immutable; a builder belongs to one thread.
 *
 * <pre>{@code
 * SearchRequest request =
 *     SearchRequest.builder().text("a place where bread is made").group("noun").k(5).build();
 * }</pre>
 */
public final class SearchRequest {

  /** The greatest number of hits and offset together. */
  public static final int MAX_K = 1_000_000;

  /** The longest text of a query, in chars. */
  public static final int MAX_TEXT_CHARS = 20_000;

  /**
   * What meaning weighs against words in hybrid search, unless told otherwise. Chosen in tenths,
   * for questions in other words than the answer's and in the same; the README has the figures.
   */
  public static final double SEMANTIC_WEIGHT = 0.7;

  private final Builder values;

  private SearchRequest(Builder values) {
    this.values = values;
  }

  /** {@return a builder: 10 hits by meaning} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return the text, or null} */
  public @Nullable String text() {
    return values.text;
  }

  /** {@return a copy of the vector, or null} */
  public float @Nullable [] vector() {
    return values.vector == null ? null : values.vector.clone();
  }

  /** {@return the key of the row that hits should be like, or null} */
  public @Nullable RowKey like() {
    return values.like;
  }

  /** {@return what makes a row an answer} */
  public SearchMode mode() {
    return values.mode;
  }

  /** {@return the partition value that hits must have, or null} */
  public @Nullable Object group() {
    return values.group;
  }

  /** {@return the condition that hits must meet, or null} */
  public @Nullable Filter filter() {
    return values.filter;
  }

  /** {@return the number of hits} */
  public int k() {
    return values.k;
  }

  /** {@return the number of best hits that are left out} */
  public int offset() {
    return values.offset;
  }

  /** {@return the score under which a row is no hit, or null} */
  public @Nullable Double minScore() {
    return values.minScore;
  }

  /** {@return the weight of meaning against words in hybrid search, 0 to 1} */
  public double semanticWeight() {
    return values.semanticWeight;
  }

  /**
   * Says whether every vector is compared, without an accelerator.
   *
   * @return whether every vector is compared, without an accelerator
   */
  public boolean exact() {
    return values.exact;
  }

  /**
   * Says whether hits carry highlights.
   *
   * @return whether hits carry highlights
   */
  public boolean highlights() {
    return values.highlights;
  }

  /**
   * Says whether hits are read from the table, and left out where they are gone.
   *
   * @return whether hits are read from the table, and left out where they are gone
   */
  public boolean live() {
    return values.live;
  }

  /** The same down to the last hit that is asked for, without marks and without the table. */
  SearchRequest whole() {
    Builder whole = values.copy();
    whole.k = k() + offset();
    whole.offset = 0;
    whole.highlights = false;
    whole.live = false;
    return new SearchRequest(whole);
  }

  /** The same without an accelerator. */
  SearchRequest exactly() {
    return new SearchRequest(values.copy().exact());
  }

  /** Gathers what a request says. */
  public static final class Builder {
    private @Nullable String text;
    private float @Nullable [] vector;
    private @Nullable RowKey like;
    private SearchMode mode = SearchMode.SEMANTIC;
    private @Nullable Object group;
    private @Nullable Filter filter;
    private int k = 10;
    private int offset;
    private @Nullable Double minScore;
    private double semanticWeight = SEMANTIC_WEIGHT;
    private boolean exact;
    private boolean highlights;
    private boolean live;

    private Builder() {}

    /**
     * Looks for rows like a text.
     *
     * @param value the text, at most {@link #MAX_TEXT_CHARS} chars
     * @return this
     */
    public Builder text(String value) {
      text = Objects.requireNonNull(value, "text");
      return this;
    }

    /**
     * Looks for rows like a vector.
     *
     * @param value as many components as the index has
     * @return this
     */
    public Builder vector(float[] value) {
      vector = value.clone();
      return this;
    }

    /**
     * Looks for rows like another row; that row is left out.
     *
     * @param value the row's key
     * @return this
     */
    public Builder like(RowKey value) {
      like = Objects.requireNonNull(value, "like");
      return this;
    }

    /**
     * Chooses what makes a row an answer.
     *
     * @param value the mode
     * @return this
     */
    public Builder mode(SearchMode value) {
      mode = Objects.requireNonNull(value, "mode");
      return this;
    }

    /**
     * Keeps to one partition value, the group of the original recipe.
     *
     * @param value a String (of digits: also for a key that is a number), number or bytes
     * @return this
     */
    public Builder group(Object value) {
      group = Objects.requireNonNull(value, "group");
      return this;
    }

    /**
     * Keeps to rows that meet a condition.
     *
     * @param value the condition
     * @return this
     */
    public Builder filter(Filter value) {
      filter = Objects.requireNonNull(value, "filter");
      return this;
    }

    /**
     * Sets the number of hits.
     *
     * @param value 1 to {@link #MAX_K}
     * @return this
     */
    public Builder k(int value) {
      k = value;
      return this;
    }

    /**
     * Leaves the best hits out: the page after them.
     *
     * @param value at least 0
     * @return this
     */
    public Builder offset(int value) {
      offset = value;
      return this;
    }

    /**
     * Leaves out rows of a smaller score.
     *
     * @param value the least score, in the unit of the mode
     * @return this
     */
    public Builder minScore(double value) {
      minScore = value;
      return this;
    }

    /**
     * Weighs meaning against words in hybrid search.
     *
     * @param value 0 for words only, 1 for meaning only
     * @return this
     */
    public Builder semanticWeight(double value) {
      semanticWeight = value;
      return this;
    }

    /**
     * Compares every vector, without an accelerator.
     *
     * @return this
     */
    public Builder exact() {
      exact = true;
      return this;
    }

    /**
     * Asks for highlights.
     *
     * @return this
     */
    public Builder highlights() {
      highlights = true;
      return this;
    }

    /**
     * Asks for rows as the table has them now.
     *
     * @return this
     */
    public Builder live() {
      live = true;
      return this;
    }

    /**
     * Checks and returns the request.
     *
     * @return Checks and returns the request
     * @throws IllegalArgumentException if it makes no sense
     */
    public SearchRequest build() {
      int sources = (text == null ? 0 : 1) + (vector == null ? 0 : 1) + (like == null ? 0 : 1);
      if (sources != 1) {
        throw new IllegalArgumentException(
            "request: expected one of text, vector and like, got " + sources);
      }
      if (text != null && (text.isBlank() || text.length() > MAX_TEXT_CHARS)) {
        throw new IllegalArgumentException(
            "text: expected 1 to " + MAX_TEXT_CHARS + " chars, got " + text.strip().length());
      }
      if (text == null && mode != SearchMode.SEMANTIC) {
        throw new IllegalArgumentException("mode: expected SEMANTIC without a text, got " + mode);
      }
      if (k < 1 || offset < 0 || (long) k + offset > MAX_K) {
        throw new IllegalArgumentException(
            "k: expected 1 to " + MAX_K + " with the offset, got " + k + "; offset=" + offset);
      }
      if (minScore != null && !Double.isFinite(minScore)) {
        throw new IllegalArgumentException("minScore: expected a number, got " + minScore);
      }
      if (!(semanticWeight >= 0 && semanticWeight <= 1)) {
        throw new IllegalArgumentException(
            "semanticWeight: expected 0 to 1, got " + semanticWeight);
      }
      return new SearchRequest(copy());
    }

    private Builder copy() {
      Builder copy = new Builder();
      copy.text = text;
      copy.vector = vector;
      copy.like = like;
      copy.mode = mode;
      copy.group = group;
      copy.filter = filter;
      copy.k = k;
      copy.offset = offset;
      copy.minScore = minScore;
      copy.semanticWeight = semanticWeight;
      copy.exact = exact;
      copy.highlights = highlights;
      copy.live = live;
      return copy;
    }
  }
}
