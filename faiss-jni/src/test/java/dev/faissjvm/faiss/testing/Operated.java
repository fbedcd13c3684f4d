package dev.faissjvm.faiss.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.faiss.BinaryIndex;
import dev.faissjvm.faiss.IdFilter;
import dev.faissjvm.faiss.IndexDescription;
import dev.faissjvm.faiss.NeighborVectors;
import dev.faissjvm.faiss.Neighbors;
import dev.faissjvm.faiss.Operation;
import dev.faissjvm.faiss.RangeHits;
import dev.faissjvm.faiss.SearchOptions;
import dev.faissjvm.faiss.VectorIndex;
import dev.faissjvm.faiss.testing.PythonFiles.Kind;
import java.io.IOException;
import java.util.Arrays;

/**
 * One of Python's files, open, and on it the same operations that {@code make_operations.py} does;
 * over floats and over bits alike.
 */
public abstract class Operated implements AutoCloseable {
  public static final int QUERIES = 20;
  public static final int K = 10;
  public static final IdFilter SOME = IdFilter.range(100, 400);
  public static final int ADDED = 100;

  /** What an emptied index gets: NSG builds no graph of 100. */
  public static final int REFILLED = 200;

  static final int ADD_ID = 10_000;

  final Kind kind;

  Operated(Kind kind) {
    this.kind = kind;
  }

  public static Operated open(Kind kind) throws IOException {
    return kind.isBinary() ? new Bits(kind) : new Floats(kind);
  }

  /** Whether an id is one of {@link #SOME}. */
  public static boolean isOneOfSome(long id) {
    return id >= 100 && id < 400;
  }

  public abstract boolean supports(Operation operation);

  public abstract long count();

  public abstract long remove(IdFilter filter);

  public abstract Neighbors search(SearchOptions options);

  /** Does one that changes the index, or makes another, and asks it; an emptied one is filled. */
  public abstract Neighbors after(Operation operation) throws IOException;

  public abstract RangeHits range(float radius);

  public abstract NeighborVectors searchAndReconstruct();

  public abstract long[] assign();

  public abstract float[] reconstruct(long... ids);

  /** Puts the first two rows that are not there in the place of the first two that are. */
  public abstract long upsert();

  /** Codes of the first rows. */
  public abstract byte[] encode();

  public abstract float[] decode(byte[] codes);

  public abstract long[] listSizes();

  @Override
  public abstract void close();

  abstract IndexDescription describe();

  /** Ids of the first, the eighth and the last vector. */
  public long[] places() {
    return Arrays.stream(new long[] {0, 7, 999}).map(this::id).toArray();
  }

  private long id(long place) {
    return kind.isMapped() ? 3 * place + 5 : place;
  }

  static long[] addedIds(int n) {
    long[] ids = new long[n];
    Arrays.setAll(ids, i -> ADD_ID + i);
    return ids;
  }

  void removed(long count) {
    long expected =
        java.util.stream.LongStream.range(0, kind.count())
            .filter(place -> isOneOfSome(id(place)))
            .count();
    assertThat(count).isEqualTo(expected);
  }

  /**
   * Each id is among the first of its own query; what is as near as it (short codes) may stand
   * before.
   */
  static void assertFound(Neighbors all, long[] ids) {
    for (int query = 0; query < ids.length; query++) {
      int at = 0;
      while (at < all.k() && all.id(query, at) != ids[query]) {
        at++;
      }
      assertThat(at).as("where id %s is", ids[query]).isLessThan(all.k());
      float best = all.distance(query, 0);
      float reached = Math.abs(all.distance(query, at) - best);
      int nearer = 0;
      for (int i = 0; i < at; i++) {
        nearer += Math.abs(all.distance(query, i) - best) < reached ? 1 : 0;
      }
      assertThat(nearer).as("nearer than id %s", ids[query]).isLessThan(K);
    }
  }

  /** What is added to the ids of a merge: nothing where they are positions. */
  long addId() {
    IndexDescription at = describe();
    while (at.kind().equals("IndexPreTransform")) {
      at = at.parts().get(0);
    }
    return at.kind().matches("Index(Binary)?(IVF|IDMap).*") ? kind.count() : 0;
  }

  private static final class Floats extends Operated {
    private final VectorIndex index;

    Floats(Kind kind) throws IOException {
      super(kind);
      this.index = VectorIndex.read(kind.file());
    }

    private float[] rows(String file, int from, int to) {
      int d = kind.dimension();
      return Arrays.copyOfRange(PythonFiles.floats(file), from * d, to * d);
    }

    private Neighbors search(VectorIndex asked, SearchOptions options) {
      return asked.search(rows("query.f32", 0, QUERIES), K, options);
    }

    @Override
    public Neighbors search(SearchOptions options) {
      return search(index, options);
    }

    @Override
    public Neighbors after(Operation operation) throws IOException {
      int added = operation == Operation.RESET ? REFILLED : ADDED;
      float[] more = rows("data.f32", kind.count(), kind.count() + added);
      switch (operation) {
        case ADD -> index.add(more);
        case ADD_WITH_IDS -> index.add(addedIds(added), more);
        case REMOVE -> removed(index.remove(SOME));
        case RESET -> {
          index.reset();
          assertThat(index.count()).isZero();
          if (index.supports(Operation.ADD)) {
            index.add(more);
          } else {
            index.add(addedIds(added), more);
          }
        }
        case MERGE -> {
          try (VectorIndex other = VectorIndex.read(kind.file())) {
            index.mergeFrom(other, addId());
          }
        }
        case COPY_SUBSET -> {
          try (VectorIndex other = VectorIndex.read(kind.file())) {
            other.reset();
            index.copySubsetTo(other, SOME);
            return search(other, SearchOptions.DEFAULT);
          }
        }
        case COPY -> {
          try (VectorIndex copy = index.copy()) {
            return search(copy, SearchOptions.DEFAULT);
          }
        }
        default -> throw new IllegalArgumentException(operation.name());
      }
      return search(SearchOptions.DEFAULT);
    }

    @Override
    public RangeHits range(float radius) {
      return index.rangeSearch(rows("query.f32", 0, QUERIES), radius, SearchOptions.DEFAULT);
    }

    @Override
    public NeighborVectors searchAndReconstruct() {
      return index.searchAndReconstruct(rows("query.f32", 0, QUERIES), K, SearchOptions.DEFAULT);
    }

    @Override
    public long[] assign() {
      return index.assign(rows("query.f32", 0, QUERIES), K);
    }

    @Override
    public float[] reconstruct(long... ids) {
      return index.reconstruct(ids);
    }

    @Override
    public long upsert() {
      float[] more = rows("data.f32", kind.count(), kind.count() + 2);
      long[] ids = Arrays.copyOf(places(), 2);
      long replaced = index.upsert(ids, more);
      assertThat(index.count()).isEqualTo(kind.count());
      assertFound(index.search(more, kind.count()), ids);
      return replaced;
    }

    @Override
    public byte[] encode() {
      return index.encode(rows("data.f32", 0, QUERIES));
    }

    @Override
    public float[] decode(byte[] codes) {
      return index.decode(codes);
    }

    @Override
    public long[] listSizes() {
      return index.lists().sizes();
    }

    @Override
    public boolean supports(Operation operation) {
      return index.supports(operation);
    }

    @Override
    public long count() {
      return index.count();
    }

    @Override
    public long remove(IdFilter filter) {
      return index.remove(filter);
    }

    @Override
    IndexDescription describe() {
      return index.describe();
    }

    @Override
    public void close() {
      index.close();
    }
  }

  private static final class Bits extends Operated {
    private final BinaryIndex index;

    Bits(Kind kind) throws IOException {
      super(kind);
      this.index = BinaryIndex.read(kind.file());
    }

    private byte[] rows(String file, int from, int to) {
      int width = kind.dimension() / 8;
      return Arrays.copyOfRange(PythonFiles.bits(file, to * width), from * width, to * width);
    }

    private Neighbors search(BinaryIndex asked, SearchOptions options) {
      return asked.search(rows("query.u8", 0, QUERIES), K, options);
    }

    @Override
    public Neighbors search(SearchOptions options) {
      return search(index, options);
    }

    @Override
    public Neighbors after(Operation operation) throws IOException {
      int added = operation == Operation.RESET ? REFILLED : ADDED;
      byte[] more = rows("data.u8", kind.count(), kind.count() + added);
      switch (operation) {
        case ADD -> index.add(more);
        case ADD_WITH_IDS -> index.add(addedIds(added), more);
        case REMOVE -> removed(index.remove(SOME));
        case RESET -> {
          index.reset();
          assertThat(index.count()).isZero();
          if (index.supports(Operation.ADD)) {
            index.add(more);
          } else {
            index.add(addedIds(added), more);
          }
        }
        case MERGE -> {
          try (BinaryIndex other = BinaryIndex.read(kind.file())) {
            index.mergeFrom(other, addId());
          }
        }
        case COPY -> {
          try (BinaryIndex copy = index.copy()) {
            return search(copy, SearchOptions.DEFAULT);
          }
        }
        default -> throw new IllegalArgumentException(operation.name());
      }
      return search(SearchOptions.DEFAULT);
    }

    @Override
    public RangeHits range(float radius) {
      return index.rangeSearch(rows("query.u8", 0, QUERIES), (int) radius, SearchOptions.DEFAULT);
    }

    @Override
    public NeighborVectors searchAndReconstruct() {
      throw new AssertionError("no such method");
    }

    @Override
    public long[] assign() {
      return index.assign(rows("query.u8", 0, QUERIES), K);
    }

    @Override
    public float[] reconstruct(long... ids) {
      byte[] rows = index.reconstruct(ids);
      float[] values = new float[rows.length];
      for (int i = 0; i < rows.length; i++) {
        values[i] = rows[i] & 0xff;
      }
      return values;
    }

    @Override
    public long upsert() {
      byte[] more = rows("data.u8", kind.count(), kind.count() + 2);
      long[] ids = Arrays.copyOf(places(), 2);
      long replaced = index.upsert(ids, more);
      assertThat(index.count()).isEqualTo(kind.count());
      assertFound(index.search(more, kind.count()), ids);
      return replaced;
    }

    @Override
    public byte[] encode() {
      throw new AssertionError("no such method");
    }

    @Override
    public float[] decode(byte[] codes) {
      throw new AssertionError("no such method");
    }

    @Override
    public long[] listSizes() {
      throw new AssertionError("no such method");
    }

    @Override
    public boolean supports(Operation operation) {
      return index.supports(operation);
    }

    @Override
    public long count() {
      return index.count();
    }

    @Override
    public long remove(IdFilter filter) {
      return index.remove(filter);
    }

    @Override
    IndexDescription describe() {
      return index.describe();
    }

    @Override
    public void close() {
      index.close();
    }
  }
}
