package dev.faissjvm.faiss.testing;

import dev.faissjvm.faiss.BinaryIndex;
import dev.faissjvm.faiss.IdFilter;
import dev.faissjvm.faiss.IndexShards;
import dev.faissjvm.faiss.InvertedLists;
import dev.faissjvm.faiss.Metric;
import dev.faissjvm.faiss.Operation;
import dev.faissjvm.faiss.SearchOptions;
import dev.faissjvm.faiss.VectorIndex;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The child process of a hostile test: every pair of calls on one index from two threads at once. A
 * call may be refused in words; nothing else may be thrown, and nothing may hang. The last line of
 * its output says which pair ended it, if one did.
 */
public final class ConcurrentCalls {
  private static final int TIMES = 4;
  private static final long MOST_SECONDS = 30;
  private static final int D = 32;
  private static final int N = 300;
  private static final String[] FLOATS = {"IDMap2,Flat", "IVF4,Flat", "IVF4,PQ4x4fs", "HNSW8"};
  private static final String[] BITS = {"IDMap2,BFlat", "BIVF4", "BHNSW8", "BHash8"};

  private final float[] rows = Vectors.gaussian(N, D, 1);
  private final byte[] bits = new byte[N * D / 8];
  private final long[] ids = new long[N];
  private final Path file;

  private ConcurrentCalls(Path file) {
    this.file = file;
    new Random(1).nextBytes(bits);
    Arrays.setAll(ids, i -> i);
  }

  private interface Call {
    void run() throws Exception;
  }

  /** One pair's index, and another that merges with it; both to be closed. */
  private record Subject(Map<String, Call> calls, List<AutoCloseable> owned) {}

  /** Argument: a file to write. */
  public static void main(String[] arguments) throws Exception {
    ConcurrentCalls test = new ConcurrentCalls(Path.of(arguments[0]));
    int pairs = 0;
    for (String factory : FLOATS) {
      pairs += test.pairs(factory, () -> test.floats(factory));
    }
    for (String factory : BITS) {
      pairs += test.pairs(factory, () -> test.bits(factory));
    }
    pairs += test.pairs("shards", () -> test.shards(IndexShards::of));
    pairs += test.pairs("shards of lists", () -> test.shards(IndexShards::ofLists));
    System.out.println("ended " + pairs + " pairs");
  }

  private int pairs(String what, Supplier<Subject> subjects) throws Exception {
    Subject named = subjects.get();
    List<String> names = List.copyOf(named.calls().keySet());
    close(named);
    int pairs = 0;
    for (int a = 0; a < names.size(); a++) {
      for (int b = a; b < names.size(); b++, pairs++) {
        System.out.println(what + ": " + names.get(a) + " and " + names.get(b));
        Subject subject = subjects.get();
        atOnce(subject.calls().get(names.get(a)), subject.calls().get(names.get(b)));
        close(subject);
      }
    }
    return pairs;
  }

  private static void close(Subject subject) throws Exception {
    for (AutoCloseable owned : subject.owned()) {
      owned.close();
    }
  }

  private static void atOnce(Call first, Call second) throws Exception {
    CyclicBarrier start = new CyclicBarrier(2);
    List<Throwable> failures = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (Call call : List.of(first, second)) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  start.await();
                  for (int i = 0; i < TIMES; i++) {
                    tolerant(call);
                  }
                } catch (Exception | Error e) {
                  synchronized (failures) {
                    failures.add(e);
                  }
                }
              });
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(MOST_SECONDS));
      if (thread.isAlive()) {
        throw new IllegalStateException("hangs: " + Arrays.toString(thread.getStackTrace()));
      }
    }
    synchronized (failures) {
      if (!failures.isEmpty()) {
        throw new IllegalStateException("expected refusals alone", failures.get(0));
      }
    }
  }

  private static void tolerant(Call call) throws Exception {
    try {
      call.run();
    } catch (IllegalArgumentException | IllegalStateException | UnsupportedOperationException e) {
      // an id that is gone, a closed index, a kind that cannot
    }
  }

  private Subject floats(String factory) {
    VectorIndex index = Vectors.fill(VectorIndex.create(factory, D, Metric.L2), rows);
    VectorIndex other = index.copy();
    Map<String, Call> calls = new LinkedHashMap<>();
    calls.put("train", () -> index.train(rows));
    calls.put("add", () -> index.add(rows));
    calls.put("add with ids", () -> index.add(ids, rows));
    calls.put("upsert", () -> index.upsert(ids, rows));
    calls.put("remove", () -> index.remove(IdFilter.range(0, 50)));
    calls.put("search", () -> index.search(rows, 5));
    calls.put("filtered", () -> index.search(rows, 5, someOf()));
    calls.put("range", () -> index.rangeSearch(rows, 9, SearchOptions.DEFAULT));
    calls.put("reconstruct", () -> index.reconstruct(60, 70));
    calls.put("copy", () -> index.copy().close());
    calls.put("write", () -> index.write(file));
    calls.put("describe", index::describe);
    calls.put("set", () -> index.set("nprobe=2"));
    calls.put("in lists", () -> inLists(index));
    calls.put("reset", index::reset);
    calls.put("merge from", () -> index.mergeFrom(other, N));
    calls.put("merge into", () -> other.mergeFrom(index, N));
    calls.put("close", index::close);
    return new Subject(calls, List.of(index, other));
  }

  private Subject bits(String factory) {
    BinaryIndex index = filled(BinaryIndex.create(factory, D));
    BinaryIndex other = index.copy();
    Map<String, Call> calls = new LinkedHashMap<>();
    calls.put("train", () -> index.train(bits));
    calls.put("add", () -> index.add(bits));
    calls.put("add with ids", () -> index.add(ids, bits));
    calls.put("upsert", () -> index.upsert(ids, bits));
    calls.put("remove", () -> index.remove(IdFilter.range(0, 50)));
    calls.put("search", () -> index.search(bits, 5));
    calls.put("filtered", () -> index.search(bits, 5, someOf()));
    calls.put("range", () -> index.rangeSearch(bits, 9, SearchOptions.DEFAULT));
    calls.put("reconstruct", () -> index.reconstruct(60, 70));
    calls.put("copy", () -> index.copy().close());
    calls.put("write", () -> index.write(file));
    calls.put("describe", index::describe);
    calls.put("set", () -> index.set("nprobe=2"));
    calls.put("nflip", () -> index.nflip(1));
    calls.put("reset", index::reset);
    calls.put("merge from", () -> index.mergeFrom(other, N));
    calls.put("merge into", () -> other.mergeFrom(index, N));
    calls.put("close", index::close);
    return new Subject(calls, List.of(index, other));
  }

  private Subject shards(Function<VectorIndex[], IndexShards> made) {
    VectorIndex first = Vectors.fill(VectorIndex.create("IVF4,Flat", D, Metric.L2), rows);
    IndexShards shards = made.apply(new VectorIndex[] {first, first.copy()});
    SearchOptions together = SearchOptions.builder().threads(2).build();
    Map<String, Call> calls = new LinkedHashMap<>();
    calls.put("train", () -> shards.train(rows));
    calls.put("add", () -> shards.add(rows));
    calls.put("add with ids", () -> shards.add(ids, rows));
    calls.put("remove", () -> shards.remove(IdFilter.range(0, 50)));
    calls.put("search", () -> shards.search(rows, 5, together));
    calls.put("write one", () -> first.write(file));
    calls.put("reset", shards::reset);
    calls.put("close one", first::close);
    calls.put("close", shards::close);
    return new Subject(calls, List.of(shards));
  }

  private void inLists(VectorIndex index) {
    InvertedLists lists = index.lists();
    lists.search(rows, 5, lists.nearest(rows, SearchOptions.DEFAULT), SearchOptions.DEFAULT);
  }

  private static SearchOptions someOf() {
    return SearchOptions.DEFAULT.with(IdFilter.range(0, 100));
  }

  private BinaryIndex filled(BinaryIndex index) {
    index.train(bits);
    if (index.supports(Operation.ADD)) {
      index.add(bits);
    } else {
      index.add(ids, bits);
    }
    return index;
  }
}
