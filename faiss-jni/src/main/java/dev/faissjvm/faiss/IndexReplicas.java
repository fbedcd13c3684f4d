package dev.faissjvm.faiss;

import dev.faissjvm.faiss.internal.Checks;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Copies of one index that share the queries of a batch: Faiss's {@code IndexReplicas}. On one
 * processor a single {@link VectorIndex}, searched by many threads, does the same with less memory;
 * copies are for memory that lies nearer to some cores than to others, or for one index on a disk
 * and one in memory.
 *
 * <p><b>Shape.</b> All replicas have one dimension, metric and number of vectors, and are trained
 * or not. Of {@code n} queries each of {@code r} replicas answers up to {@code ceil(n / r)}, in
 * order: a single query goes to the first.
 *
 * <p><b>Threads.</b> Safe for use by many threads: searches run together, changes alone. A search
 * asks as many replicas at once as {@link SearchOptions} has threads, and gives each its share of
 * them; {@link #threads} says how many are changed at once. Threads that help end when they are
 * idle, and in {@link #close()}.
 *
 * <p><b>Ownership.</b> The replicas are taken over and closed with this. One that is changed by
 * itself is a replica no longer.
 *
 * <p><b>Errors.</b> As in {@link VectorIndex}. A kind that cannot, and rows that it refuses to add,
 * are refused before any replica changes; if one fails inside Faiss, they may differ, and all
 * should be closed.
 *
 * <pre>{@code
 * VectorIndex index = VectorIndex.read(file);
 * try (IndexReplicas replicas = IndexReplicas.of(index, index.copy())) {
 *   Neighbors hits = replicas.search(queries, 10, SearchOptions.builder().threads(2).build());
 * }
 * }</pre>
 *
 * @see <a
 *     href="https://github.com/facebookresearch/faiss/wiki/Special-operations-on-indexes">Faiss:
 *     special operations on indexes</a>
 */
public final class IndexReplicas implements AutoCloseable {
  private final Parts replicas;
  private final int dimension;

  private IndexReplicas(VectorIndex... replicas) {
    this.replicas = new Parts("replicas", replicas);
    this.dimension = replicas[0].dimension();
  }

  /**
   * {@return replicas}
   *
   * @param replicas at least one; taken over
   * @throws IllegalArgumentException if they do not fit together, or one is there twice
   */
  public static IndexReplicas of(VectorIndex... replicas) {
    Parts.requireSame("replicas", "count", List.of(replicas), VectorIndex::count);
    return new IndexReplicas(replicas);
  }

  /** {@return the replicas, which stay this one's to close} */
  public List<VectorIndex> replicas() {
    return replicas.indexes();
  }

  /** {@return components of each vector} */
  public int dimension() {
    return dimension;
  }

  /** {@return how vectors are compared} */
  public Metric metric() {
    return first().metric();
  }

  /** {@return vectors stored, in each replica} */
  public long count() {
    return replicas.ask(1, replica -> replica(replica).count()).get(0);
  }

  /** {@return whether vectors can be added} */
  public boolean isTrained() {
    return replicas.ask(1, replica -> replica(replica).isTrained()).get(0);
  }

  /**
   * Sets how many replicas are changed at once, 1 unless set; each on its own {@link
   * VectorIndex#threads}.
   *
   * @param newThreads 1 to 1024
   * @return this
   */
  public IndexReplicas threads(int newThreads) {
    replicas.setThreads(newThreads);
    return this;
  }

  /**
   * Trains every replica.
   *
   * @param vectors row-major float32
   */
  public void train(float[] vectors) {
    changeEach(replica -> replica.kind.requireWritable("train"), replica -> replica.train(vectors));
  }

  /**
   * Adds vectors to every replica.
   *
   * @param vectors row-major float32
   */
  public void add(float[] vectors) {
    changeEach(
        replica -> replica.changes().checkAdd(Operation.ADD, vectors),
        replica -> replica.add(vectors));
  }

  /**
   * Adds vectors under ids to every replica.
   *
   * @param ids one for each row, none below 0
   * @param vectors row-major float32
   */
  public void add(long[] ids, float[] vectors) {
    int n = Checks.rows("vectors", vectors.length, dimension);
    Checks.length("ids", n, ids.length);
    Checks.ids(ids);
    changeEach(
        replica -> replica.changes().checkAdd(Operation.ADD_WITH_IDS, vectors),
        replica -> replica.add(ids, vectors));
  }

  /**
   * Removes every vector whose id the filter holds.
   *
   * @param filter which
   * @return how many were there, in each replica
   */
  public long remove(IdFilter filter) {
    AtomicLong removed = new AtomicLong();
    changeEach(
        replica -> replica.kind.require(Operation.REMOVE, 0),
        replica -> removed.set(replica.remove(filter)));
    return removed.get();
  }

  /** Removes every vector and keeps what was trained. */
  public void reset() {
    changeEach(replica -> replica.kind.requireWritable("reset"), VectorIndex::reset);
  }

  /**
   * {@return stored vectors, from the first replica, as {@link VectorIndex#reconstruct} gives them}
   *
   * @param ids of stored vectors
   */
  public float[] reconstruct(long... ids) {
    return first().reconstruct(ids);
  }

  /**
   * {@return the {@code k} nearest stored vectors of each query, one thread}
   *
   * @param queries row-major float32, {@code n * dimension()} long
   * @param k neighbours per query
   */
  public Neighbors search(float[] queries, int k) {
    return search(queries, k, SearchOptions.DEFAULT);
  }

  /**
   * Returns the {@code k} nearest stored vectors of each query.
   *
   * @param queries row-major float32, {@code n * dimension()} long, {@code n >= 1}
   * @param k neighbours per query, {@code k >= 1}
   * @param options filter, parameters, threads and time of the whole search
   * @return {@code n} rows of {@code k}, padded with id {@code -1}
   * @throws IllegalArgumentException as {@link VectorIndex#search(float[], int, SearchOptions)}
   * @throws IllegalStateException if this is closed, or needs training first
   */
  public Neighbors search(float[] queries, int k, SearchOptions options) {
    int n = Checks.rows("queries", queries.length, dimension);
    int size = Checks.product("neighbours", n, Checks.atLeast("k", 1, k));
    Neighbors all = new Neighbors(k, new float[size], new long[size]);
    long started = System.nanoTime();
    int each = Math.max(1, options.threads() / replicas.size());
    int portion = (n - 1) / replicas.size() + 1;
    replicas.ask(
        options.threads(),
        number -> {
          int from = Math.min(n, number * portion);
          int to = Math.min(n, from + portion);
          if (from < to) {
            Neighbors found =
                replica(number)
                    .search(
                        Arrays.copyOfRange(queries, from * dimension, to * dimension),
                        k,
                        options.forPart(each, options.filter(), started));
            System.arraycopy(found.distances(), 0, all.distances(), from * k, (to - from) * k);
            System.arraycopy(found.ids(), 0, all.ids(), from * k, (to - from) * k);
          }
          return to - from;
        });
    return all;
  }

  @Override
  public void close() {
    replicas.close();
  }

  private VectorIndex first() {
    return replica(0);
  }

  private VectorIndex replica(int number) {
    return replicas().get(number);
  }

  /** Checks every replica before the first is changed. */
  private void changeEach(Consumer<VectorIndex> check, Consumer<VectorIndex> change) {
    replicas.change(
        () -> {
          replicas().forEach(check);
          return replicas.each(
              number -> {
                change.accept(replica(number));
                return number;
              });
        });
  }
}
