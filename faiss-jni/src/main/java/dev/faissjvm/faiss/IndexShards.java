package dev.faissjvm.faiss;

import dev.faissjvm.faiss.internal.Checks;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Several indexes searched as one, each holding a part of the vectors: Faiss's {@code IndexShards}.
 *
 * <p><b>Shape.</b> All shards have one dimension and metric, and are trained or not; their kinds
 * may differ. Ids are the shards' own ({@link #of}), so that each has to hold ids (IVF, {@code
 * IDMap2}); or they go on from shard to shard ({@link #successive}): the ids of a shard start where
 * those before it end. IVF shards that have the same centroids ({@link #ofLists}, Faiss's {@code
 * IndexShardsIVF}) find the lists to search once for all.
 *
 * <p><b>Distance.</b> As in {@link VectorIndex}; the results of the shards are merged, the best
 * first.
 *
 * <p><b>Threads.</b> Safe for use by many threads: searches run together, changes alone. A search
 * asks as many shards at once as {@link SearchOptions} has threads, and gives each its share of
 * them; {@link #threads} says how many are trained and added to at once. Threads that help end when
 * they are idle, and in {@link #close()}.
 *
 * <p><b>Ownership.</b> The shards are taken over and closed with this. Meanwhile they may be used
 * by themselves, to write each to a file, say: shards as a whole have no file format.
 *
 * <p><b>Errors.</b> As in {@link VectorIndex}. A kind that cannot, and rows that it refuses to add,
 * are refused before any shard changes; if one fails inside Faiss, the others may have changed.
 *
 * <pre>{@code
 * try (IndexShards shards = IndexShards.of(VectorIndex.read(first), VectorIndex.read(second))) {
 *   Neighbors hits = shards.search(query, 10); // the 10 nearest in both
 * }
 * }</pre>
 *
 * @see <a
 *     href="https://github.com/facebookresearch/faiss/wiki/Special-operations-on-indexes">Faiss:
 *     special operations on indexes</a>
 */
public final class IndexShards implements AutoCloseable {
  private enum Kind {
    OWN_IDS,
    SUCCESSIVE,
    LISTS
  }

  private static final long[] NO_IDS = {};
  private static final String OTHER_CENTROIDS =
      "expected the same centroids, got others; train the shards together, or copy() a trained one";

  private final Parts shards;
  private final Kind kind;
  private final int dimension;
  private final Metric metric;
  private volatile boolean sameCentroids; // found so; trained ones never change

  private IndexShards(Kind kind, VectorIndex... shards) {
    this.shards = new Parts("shards", shards);
    this.kind = kind;
    this.dimension = shards[0].dimension();
    this.metric = shards[0].metric();
  }

  /**
   * {@return shards whose ids are their own} An id may be in several of them; a search then finds
   * it as often.
   *
   * @param shards at least one; taken over
   * @throws IllegalArgumentException if they do not fit together, or one is there twice
   */
  public static IndexShards of(VectorIndex... shards) {
    return new IndexShards(Kind.OWN_IDS, shards);
  }

  /**
   * {@return IVF shards with the same centroids, and ids of their own} The quantizer of the first
   * is asked for all: it finds the lists that a search visits in every shard, and {@link #train}
   * clusters once. The quantizers of the others may be of another kind.
   *
   * @param shards at least one, of kinds that begin with {@code IVF}, trained or not; taken over
   * @throws IllegalArgumentException if they do not fit together, or one is there twice
   * @throws UnsupportedOperationException if they are no IVF indexes, or are to be trained and one
   *     after the first cannot take the centroids of another
   */
  public static IndexShards ofLists(VectorIndex... shards) {
    List<VectorIndex> all = List.of(shards);
    Parts.checkTogether("shards", all);
    all.forEach(IndexShards::requireLists);
    Parts.requireSame("shards", "number of lists", all, shard -> shard.lists().count());
    boolean trained = all.get(0).isTrained();
    if (!trained) {
      all.stream().skip(1).forEach(shard -> shard.lists().requireSettableCentroids());
    } else if (!haveSameCentroids(all)) {
      throw new IllegalArgumentException("shards: " + OTHER_CENTROIDS);
    }
    IndexShards made = new IndexShards(Kind.LISTS, shards);
    made.sameCentroids = trained;
    return made;
  }

  private static void requireLists(VectorIndex shard) {
    shard.kind.require(Operation.LISTS, 0);
    if (!shard.kind.description().kind().startsWith("IndexIVF")) {
      throw new UnsupportedOperationException(
          "shards: expected IVF alone, got " + shard.kind.description().chain());
    }
  }

  private static boolean haveSameCentroids(List<VectorIndex> shards) {
    float[] first = shards.get(0).lists().centroids();
    return shards.stream().allMatch(shard -> Arrays.equals(shard.lists().centroids(), first));
  }

  /**
   * {@return shards whose ids go on from one to the next} Nothing can be removed from them, since
   * every id after it would change, and they are filled by one {@link #add(float[])}.
   *
   * @param shards at least one, of kinds that number vectors by position; taken over
   * @throws IllegalArgumentException if they do not fit together, or one is there twice
   */
  public static IndexShards successive(VectorIndex... shards) {
    return new IndexShards(Kind.SUCCESSIVE, shards);
  }

  /** {@return the shards, which stay this one's to close} */
  public List<VectorIndex> shards() {
    return shards.indexes();
  }

  /** {@return components of each vector} */
  public int dimension() {
    return dimension;
  }

  /** {@return how vectors are compared} */
  public Metric metric() {
    return metric;
  }

  /** {@return vectors stored, in all shards} */
  public long count() {
    return sum(shards.ask(1, shard -> shard(shard).count()));
  }

  /** {@return whether vectors can be added} */
  public boolean isTrained() {
    return shards.ask(1, shard -> shard(shard).isTrained()).stream().allMatch(trained -> trained);
  }

  /**
   * Sets how many shards are trained and added to at once, 1 unless set; each on its own {@link
   * VectorIndex#threads}.
   *
   * @param newThreads 1 to 1024
   * @return this
   */
  public IndexShards threads(int newThreads) {
    shards.setThreads(newThreads);
    return this;
  }

  /**
   * Trains every shard on the same vectors.
   *
   * @param vectors row-major float32
   */
  public void train(float[] vectors) {
    change(
        "train",
        () -> {
          boolean first = kind == Kind.LISTS && !shard(0).isTrained();
          if (first) {
            shard(0).train(vectors);
            float[] centroids = shard(0).lists().centroids();
            shards().stream().skip(1).forEach(shard -> shard.lists().centroids(centroids));
          }
          return shards.each(
              shard -> {
                if (shard > 0 || !first) {
                  shard(shard).train(vectors);
                }
                return shard;
              });
        });
  }

  /**
   * Adds vectors, an equal portion to each shard, in order. Ids go on past the largest one that is
   * there; successive shards have to be empty.
   *
   * @param vectors row-major float32
   * @throws IllegalArgumentException if the length does not fit or a row is not finite
   * @throws IllegalStateException if the shards need training first, or are successive and not
   *     empty
   */
  public void add(float[] vectors) {
    int n = Checks.rows("vectors", vectors.length, dimension);
    shards.change(
        () -> {
          if (kind != Kind.SUCCESSIVE) {
            return add(newIds(n), vectors, n);
          }
          for (VectorIndex shard : shards()) {
            if (shard.count() > 0) {
              throw new IllegalStateException(
                  "add: expected successive shards to be empty, got " + shard.count() + " vectors");
            }
          }
          return add(NO_IDS, vectors, n);
        });
  }

  /**
   * Adds vectors under ids, an equal portion to each shard, in order.
   *
   * @param ids one for each row, none below 0
   * @param vectors row-major float32
   * @throws IllegalArgumentException if the lengths do not fit, an id is negative or a row is not
   *     finite
   * @throws IllegalStateException if the shards need training first
   * @throws UnsupportedOperationException if the ids are successive, or a shard cannot hold ids
   */
  public void add(long[] ids, float[] vectors) {
    requireOwnIds("add");
    int n = Checks.rows("vectors", vectors.length, dimension);
    Checks.length("ids", n, ids.length);
    Checks.ids(ids);
    shards.change(() -> add(ids, vectors, n));
  }

  /**
   * Removes every vector whose id the filter holds, from every shard.
   *
   * @param filter which
   * @return how many were there
   * @throws UnsupportedOperationException if the ids are successive, or a shard cannot remove
   */
  public long remove(IdFilter filter) {
    requireOwnIds("remove");
    return shards.change(
        () -> {
          shards().forEach(shard -> shard.kind.require(Operation.REMOVE, 0));
          return sum(shards.each(shard -> shard(shard).remove(filter)));
        });
  }

  /** Removes every vector and keeps what was trained. */
  public void reset() {
    change(
        "reset",
        () ->
            shards.each(
                shard -> {
                  shard(shard).reset();
                  return shard;
                }));
  }

  /**
   * {@return the {@code k} nearest vectors of each query in all shards, one thread}
   *
   * @param queries row-major float32, {@code n * dimension()} long
   * @param k neighbours per query
   */
  public Neighbors search(float[] queries, int k) {
    return search(queries, k, SearchOptions.DEFAULT);
  }

  /**
   * Returns the {@code k} nearest vectors of each query in all shards.
   *
   * @param queries row-major float32, {@code n * dimension()} long, {@code n >= 1}
   * @param k neighbours per query, {@code k >= 1}
   * @param options filter, parameters, threads and time of the whole search; the filter speaks of
   *     the ids that are found, also where they are successive
   * @return {@code n} rows of {@code k}, padded with id {@code -1}
   * @throws IllegalArgumentException as {@link VectorIndex#search(float[], int, SearchOptions)}
   * @throws UnsupportedOperationException if there is a filter and a shard has none
   * @throws IllegalStateException if this is closed, or needs training first
   */
  public Neighbors search(float[] queries, int k, SearchOptions options) {
    int n = Checks.rows("queries", queries.length, dimension);
    int size = Checks.product("neighbours", n, Checks.atLeast("k", 1, k));
    long started = System.nanoTime();
    int each = Math.max(1, options.threads() / shards.size());
    List<Neighbors> parts =
        shards.ask(
            () -> {
              Neighbors lists = kind == Kind.LISTS ? nearestLists(queries, options) : null;
              return shards.each(
                  options.threads(),
                  shard -> {
                    long first = firstId(shard);
                    IdFilter filter = options.filter();
                    if (filter != null && first > 0) {
                      filter = filter.countedFrom(first);
                    }
                    SearchOptions its = options.forPart(each, filter, started);
                    Neighbors found =
                        lists == null
                            ? shard(shard).search(queries, k, its)
                            : shard(shard).lists().search(queries, k, lists, its);
                    for (int i = 0; i < size && first > 0; i++) {
                      found.ids()[i] += found.ids()[i] < 0 ? 0 : first;
                    }
                    return found;
                  });
            });
    return merged(parts, new Neighbors(k, new float[size], new long[size]));
  }

  @Override
  public void close() {
    shards.close();
  }

  private VectorIndex shard(int number) {
    return shards().get(number);
  }

  private long firstId(int shard) {
    return kind == Kind.SUCCESSIVE
        ? shards().stream().limit(shard).mapToLong(VectorIndex::count).sum()
        : 0;
  }

  private void change(String name, Supplier<?> change) {
    shards.change(
        () -> {
          shards().forEach(shard -> shard.kind.requireWritable(name));
          return change.get();
        });
  }

  /** The lists that a search visits in every shard. */
  private Neighbors nearestLists(float[] queries, SearchOptions options) {
    Neighbors lists = shard(0).lists().nearest(queries, options);
    if (!sameCentroids && !haveSameCentroids(shards())) {
      throw new IllegalStateException("search: " + OTHER_CENTROIDS);
    }
    sameCentroids = true;
    return lists;
  }

  private void requireOwnIds(String operation) {
    if (kind == Kind.SUCCESSIVE) {
      throw new UnsupportedOperationException(
          operation
              + ": successive ids are positions; use IndexShards.of with shards that hold ids");
    }
  }

  private long[] newIds(int n) {
    long next = shards().stream().mapToLong(shard -> shard.changes().nextId()).max().orElseThrow();
    long first = NextId.roomFor(n, next);
    long[] ids = new long[n];
    Arrays.setAll(ids, i -> first + i);
    return ids;
  }

  /** Checks every portion before the first is added. */
  private List<Long> add(long[] ids, float[] vectors, int n) {
    Operation operation = kind == Kind.SUCCESSIVE ? Operation.ADD : Operation.ADD_WITH_IDS;
    shards.each(
        shard -> {
          float[] portion = rows(vectors, n, shard);
          if (portion.length > 0) {
            shard(shard).changes().checkAdd(operation, portion);
          }
          return 0L;
        });
    return shards.each(
        shard -> {
          float[] portion = rows(vectors, n, shard);
          if (portion.length > 0 && kind == Kind.SUCCESSIVE) {
            shard(shard).add(portion);
          } else if (portion.length > 0) {
            shard(shard).add(Arrays.copyOfRange(ids, from(n, shard), from(n, shard + 1)), portion);
          }
          return 0L;
        });
  }

  private int from(int n, int shard) {
    return (int) ((long) shard * n / shards.size());
  }

  private float[] rows(float[] vectors, int n, int shard) {
    return Arrays.copyOfRange(vectors, from(n, shard) * dimension, from(n, shard + 1) * dimension);
  }

  private static long sum(List<Long> counts) {
    return counts.stream().mapToLong(count -> count).sum();
  }

  /** Takes the best of what the shards have left, again and again. */
  private Neighbors merged(List<Neighbors> parts, Neighbors all) {
    int k = all.k();
    int[] rank = new int[parts.size()];
    for (int query = 0; query < all.queries(); query++) {
      Arrays.fill(rank, 0);
      for (int i = query * k; i < (query + 1) * k; i++) {
        int best = -1;
        for (int part = 0; part < rank.length; part++) {
          if (rank[part] < k
              && parts.get(part).id(query, rank[part]) >= 0
              && (best < 0 || isNearer(parts, query, part, rank[part], best, rank[best]))) {
            best = part;
          }
        }
        all.ids()[i] = best < 0 ? -1 : parts.get(best).id(query, rank[best]);
        all.distances()[i] = best < 0 ? worst() : parts.get(best).distance(query, rank[best]++);
      }
    }
    return all;
  }

  private boolean isNearer(
      List<Neighbors> parts, int query, int a, int rankOfA, int b, int rankOfB) {
    float first = parts.get(a).distance(query, rankOfA);
    float second = parts.get(b).distance(query, rankOfB);
    return metric.isSimilarity() ? first > second : first < second;
  }

  private float worst() {
    return metric.isSimilarity() ? -Float.MAX_VALUE : Float.MAX_VALUE;
  }
}
