package dev.faissjvm.faiss;

import dev.faissjvm.faiss.internal.Checks;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one search does differently from the index's own settings: an id filter, Faiss's search
 * parameters by their names, OpenMP threads, and when to give up. A parameter that the kind of
 * index does not have is ignored, so that the same options serve several kinds; {@link
 * VectorIndex#set} refuses it.
 *
 * <p><b>Threads.</b> Immutable; share it. Each call makes native parameter objects of its own.
 *
 * <pre>{@code
 * SearchOptions options = SearchOptions.builder().nprobe(32).filter(IdFilter.range(0, 1_000)).build();
 * SearchOptions same = SearchOptions.parse("nprobe=32").with(IdFilter.range(0, 1_000));
 * Neighbors hits = index.search(query, 10, options);
 * }</pre>
 */
public final class SearchOptions {
  private static final int TIMEOUT_NANOS = 13; // word numbers, as those of Name
  private static final int CANCEL_ADDRESS = 14;

  /** The index's own settings, no filter, one thread. */
  public static final SearchOptions DEFAULT = builder().build();

  private static final long[] NO_FILTER = {};
  private static final Duration LONGEST = Duration.ofDays(36_525);

  // The first number is the word that options.h of faiss-native reads it from; behind them stand
  // the time-out and the address of what cancels.
  private enum Name {
    THREADS(0, "threads", 1, 1024),
    NPROBE(1, "nprobe", 1, Integer.MAX_VALUE),
    MAX_CODES(2, "max_codes", 0, Long.MAX_VALUE),
    EF_SEARCH(3, "efSearch", 1, 1 << 24),
    QUANTIZER_NPROBE(4, "quantizer_nprobe", 1, Integer.MAX_VALUE),
    QUANTIZER_EF_SEARCH(5, "quantizer_efSearch", 1, 1 << 24),
    K_FACTOR(6, "k_factor", 1, 1000),
    POLYSEMOUS_HT(7, "ht", 0, Integer.MAX_VALUE),
    SCAN_TABLE_THRESHOLD(8, "scan_table_threshold", 0, Integer.MAX_VALUE),
    QB(9, "qb", 0, 8),
    CHECK_RELATIVE_DISTANCE(10, "check_relative_distance", 0, 1),
    BOUNDED_QUEUE(11, "bounded_queue", 0, 1),
    BEAM_FACTOR(12, "beam_factor", 0, 1 << 20);

    private final int word;
    private final String faissName;
    private final double least;
    private final double most;

    Name(int word, String faissName, double least, double most) {
      this.word = word;
      this.faissName = faissName;
      this.least = least;
      this.most = most;
    }

    private boolean isReal() {
      return this == K_FACTOR || this == BEAM_FACTOR;
    }

    private double checked(double value) {
      if (!(value >= least && value <= most)) {
        throw new IllegalArgumentException(
            faissName + ": expected " + (long) least + " to " + (long) most + ", got " + value);
      }
      if (!isReal() && value != Math.rint(value)) {
        throw new IllegalArgumentException(faissName + ": expected a whole number, got " + value);
      }
      return value;
    }
  }

  private final long[] words;
  private final @Nullable IdFilter filter;
  private final @Nullable Cancellation cancellation; // keeps the memory that the words point to

  private SearchOptions(
      long[] words, @Nullable IdFilter filter, @Nullable Cancellation cancellation) {
    this.words = words;
    this.filter = filter;
    this.cancellation = cancellation;
  }

  /** {@return a builder with nothing set} */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * {@return options from Faiss's own notation}
   *
   * @param parameters such as {@code nprobe=16,quantizer_efSearch=64}; empty for none
   * @throws IllegalArgumentException if a name is unknown, or a value out of range or not whole
   */
  public static SearchOptions parse(String parameters) {
    Builder builder = builder();
    settings(parameters).forEach(builder::set);
    return builder.build();
  }

  /** The names and values in Faiss's notation, in their order. */
  static Map<String, Double> settings(String parameters) {
    Map<String, Double> settings = new LinkedHashMap<>();
    for (String setting : parameters.split(",", -1)) {
      if (setting.isBlank()) {
        continue;
      }
      int equals = setting.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException("parameters: expected name=value, got " + setting);
      }
      String name = setting.substring(0, equals).trim();
      String value = setting.substring(equals + 1);
      try {
        settings.put(name, number(value));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(name + ": expected a number, got " + value, e);
      }
    }
    return settings;
  }

  /** A number as C writes it. */
  static double number(String text) {
    return text.equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
  }

  /**
   * {@return these options with another filter}
   *
   * @param newFilter in place of the one there was
   */
  public SearchOptions with(IdFilter newFilter) {
    return new SearchOptions(words, newFilter, cancellation);
  }

  /**
   * What one of several indexes is asked with, in a call that began then: its share of the threads,
   * the rest of the time.
   */
  SearchOptions forPart(int threads, @Nullable IdFilter itsFilter, long startedNanos) {
    long[] its = words.clone();
    its[Name.THREADS.word] = threads;
    if (its[TIMEOUT_NANOS] != 0) {
      its[TIMEOUT_NANOS] =
          Math.max(1, its[TIMEOUT_NANOS] - (System.nanoTime() - startedNanos)); // 0 is for ever
    }
    return new SearchOptions(its, itsFilter, cancellation);
  }

  int threads() {
    return (int) words[Name.THREADS.word];
  }

  /** {@return the filter, or null} */
  public @Nullable IdFilter filter() {
    return filter;
  }

  long[] words() {
    return words;
  }

  long[] filterWords() {
    return filter == null ? NO_FILTER : filter.words();
  }

  /** Collects options; each setter returns the builder and refuses a value out of range at once. */
  public static final class Builder {
    private final long[] words = new long[CANCEL_ADDRESS + 1];
    private @Nullable IdFilter filter;
    private @Nullable Cancellation cancellation;

    private Builder() {
      Arrays.fill(words, 0, TIMEOUT_NANOS, Long.MIN_VALUE);
      words[Name.THREADS.word] = 1;
    }

    /**
     * Sets OpenMP threads of this call, 1 to 1024; 1 unless set. Callers in parallel with one
     * thread each give the same throughput or better.
     *
     * @param threads how many
     * @return this
     */
    public Builder threads(int threads) {
      return set(Name.THREADS, threads);
    }

    /**
     * Sets lists visited by an IVF index; clamped to its number of lists.
     *
     * @param nprobe at least 1
     * @return this
     */
    public Builder nprobe(int nprobe) {
      return set(Name.NPROBE, nprobe);
    }

    /**
     * Sets the breadth of a search in an HNSW graph.
     *
     * @param efSearch at least 1
     * @return this
     */
    public Builder efSearch(int efSearch) {
      return set(Name.EF_SEARCH, efSearch);
    }

    /**
     * Sets how many candidates a refining index takes from its base, as a multiple of k.
     *
     * @param factor 1 to 1000
     * @return this
     */
    public Builder refineFactor(float factor) {
      return set(Name.K_FACTOR, factor);
    }

    /**
     * Sets which ids may be found.
     *
     * @param newFilter the filter
     * @return this
     */
    public Builder filter(IdFilter newFilter) {
      filter = newFilter;
      return this;
    }

    /**
     * Sets how long a call may take, from when it starts, which is after changes that it waits for.
     * The clock is looked at between queries, from 20 queries on between groups of 20 to 39 for
     * each thread, so a call ends late by one such group at most. It ends with {@link
     * java.util.concurrent.CancellationException}.
     *
     * @param timeout more than nothing, at most a hundred years
     * @return this
     */
    public Builder timeout(Duration timeout) {
      if (timeout.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException(
            "timeout: expected at most " + LONGEST + ", got " + timeout);
      }
      words[TIMEOUT_NANOS] = Checks.atLeast("timeout in ns", 1, timeout.toNanos());
      return this;
    }

    /**
     * Sets what ends a call early, looked at as {@link #timeout} looks at the clock.
     *
     * @param newCancellation shared by as many calls as one likes
     * @return this
     */
    public Builder cancelWith(Cancellation newCancellation) {
      cancellation = newCancellation;
      words[CANCEL_ADDRESS] = newCancellation.address();
      return this;
    }

    /** {@return the options} */
    public SearchOptions build() {
      return new SearchOptions(words.clone(), filter, cancellation);
    }

    private void set(String name, double value) {
      for (Name candidate : Name.values()) {
        if (candidate.faissName.equals(name.equals("k_factor_rf") ? "k_factor" : name)) {
          set(candidate, value);
          return;
        }
      }
      throw new IllegalArgumentException(
          "parameters: expected name=value with one of "
              + Arrays.stream(Name.values()).map(known -> known.faissName).toList()
              + ", got "
              + name);
    }

    private Builder set(Name name, double value) {
      if (name == Name.MAX_CODES && value == Double.POSITIVE_INFINITY) {
        return set(name, 0); // Faiss's own word for no limit
      }
      name.checked(value);
      words[name.word] = name.isReal() ? Double.doubleToRawLongBits(value) : (long) value;
      return this;
    }
  }
}
