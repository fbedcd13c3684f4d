package dev.faissjvm.lucene;

import java.util.Objects;

/**
 * When a segment gets an accelerator beside its flat file, and of which kind.
 *
 * <p>An accelerator is a Faiss index that is searched first; its candidates are compared again,
 * exactly, with the flat file. When it is built, its search parameters are chosen by measurement:
 * the least effort that finds {@code recall} of the true nearest ten of a sample of the segment's
 * own vectors. If none does, the segment has no accelerator and is searched exactly.
 *
 * <p><b>Threads.</b> Immutable.
 *
 * <pre>{@code
 * AcceleratorOptions options = AcceleratorOptions.DEFAULT.withRecall(0.95);
 * config.setCodec(new FaissCodec(new FaissKnnVectorsFormat(options)));
 * }</pre>
 *
 * @param minVectors the fewest vectors of a segment with an accelerator; at least 256
 * @param factory the index as a string of Faiss's {@code index_factory}; empty for an inverted file
 *     of product-quantizer fast-scan codes whose lists follow the segment's size. The vectors of a
 *     graph ({@code HNSW16}) are those of the flat file, not stored again
 * @param recall the share of true neighbours to find, above 0 and at most 1
 * @param threads threads that add vectors in one flush or merge, 1 to 1024: worth more than 1 for a
 *     graph alone. Training is always by one. How many merges run at once, Lucene's merge scheduler
 *     says
 * @see <a href="https://github.com/facebookresearch/faiss/wiki/The-index-factory">The index
 *     factory</a>
 */
public record AcceleratorOptions(int minVectors, String factory, double recall, int threads) {
  /** Lists and fast-scan codes from 4,096 vectors on, at a recall of 0.99. */
  public static final AcceleratorOptions DEFAULT = new AcceleratorOptions(4096, "", 0.99, 1);

  /** Never an accelerator: every search is exact. */
  public static final AcceleratorOptions NONE = new AcceleratorOptions(Integer.MAX_VALUE, "", 1, 1);

  private static final int LEAST_VECTORS = 256;
  private static final int MOST_THREADS = 1024;
  private static final int SAMPLE_BYTES = 32 << 20;

  // Faiss warns below this.
  private static final int LEAST_PER_LIST = 39;

  /**
   * Creates options, and checks them.
   *
   * @param minVectors the fewest vectors of a segment with an accelerator; at least 256
   * @param factory the index as a string of Faiss's {@code index_factory}; empty for the default
   * @param recall the share of true neighbours to find, above 0 and at most 1
   * @param threads threads that add vectors in one flush or merge, 1 to 1024
   */
  public AcceleratorOptions {
    Objects.requireNonNull(factory, "factory");
    if (minVectors < LEAST_VECTORS) {
      throw new IllegalArgumentException(
          "minVectors: expected at least " + LEAST_VECTORS + ", got " + minVectors);
    }
    if (!(recall > 0 && recall <= 1)) {
      throw new IllegalArgumentException("recall: expected above 0 and at most 1, got " + recall);
    }
    if (threads < 1 || threads > MOST_THREADS) {
      throw new IllegalArgumentException(
          "threads: expected 1 to " + MOST_THREADS + ", got " + threads);
    }
  }

  /**
   * {@return the same with another threshold}
   *
   * @param vectors the fewest vectors of a segment with an accelerator
   */
  public AcceleratorOptions withMinVectors(int vectors) {
    return new AcceleratorOptions(vectors, factory, recall, threads);
  }

  /**
   * {@return the same with another kind of index}
   *
   * @param string of Faiss's {@code index_factory}
   */
  public AcceleratorOptions withFactory(String string) {
    return new AcceleratorOptions(minVectors, string, recall, threads);
  }

  /**
   * {@return the same with another target}
   *
   * @param share of true neighbours to find
   */
  public AcceleratorOptions withRecall(double share) {
    return new AcceleratorOptions(minVectors, factory, share, threads);
  }

  /**
   * {@return the same with other threads}
   *
   * @param count of threads that add vectors
   */
  public AcceleratorOptions withThreads(int count) {
    return new AcceleratorOptions(minVectors, factory, recall, count);
  }

  /** The factory string for a segment. */
  String factoryFor(int dimension, int vectors) {
    if (!factory.isEmpty()) {
      return factory;
    }
    int codes = dimension % 4 == 0 ? dimension / 4 : dimension % 2 == 0 ? dimension / 2 : dimension;
    return "IVF" + listsFor(dimension, vectors) + ",PQ" + codes + "x4fs";
  }

  /**
   * The root of the number of vectors, up to a power of two, from 16 on, as far as a sample can
   * train so many: a segment that grows to the fourfold keeps its lists and still has half of that.
   */
  static int listsFor(int dimension, int vectors) {
    int sampled = Math.min(vectors, mostSampled(dimension));
    int lists = 16;
    while (lists < Math.sqrt(vectors) && 2 * lists * LEAST_PER_LIST <= sampled) {
      lists *= 2;
    }
    return lists;
  }

  /** The most vectors that a training is given: they lie on the heap. */
  static int mostSampled(int dimension) {
    return SAMPLE_BYTES / Float.BYTES / dimension;
  }
}
