package dev.faissjvm.bench;

import com.sun.management.ThreadMXBean;
import dev.faissjvm.faiss.Metric;
import dev.faissjvm.faiss.SearchOptions;
import dev.faissjvm.faiss.VectorIndex;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Searches through Java beside the same searches through C++ on the same library, and beside PyPI's
 * newest Faiss: same files, same queries, one thread, and the ids compared. Then many callers of
 * one index, one thread each.
 */
final class FaissGroup {

  private static final int K = 10;
  private static final int SMALL = 10_000;
  private static final double MICROS = 1e6;
  private static final int ALLOCATING_CALLS = 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Faiss's factory string, what is set for searching, and calls a sample. */
  private record Kind(String factory, String parameters, int calls) {
    String on(long vectors) {
      return String.format(Locale.ROOT, "%s, %,d vectors", factory, vectors);
    }
  }

  private final Setting setting;
  private final Setting.Data data;
  private final List<Kind> kinds;

  FaissGroup(Setting setting) throws IOException {
    this.setting = setting;
    this.data = setting.glossVectors(setting.full() ? 100_000 : 20_000);
    String lists = "IVF" + (setting.full() ? 1024 : 256) + ",";
    this.kinds =
        List.of(
            new Kind("Flat", "", 40),
            new Kind(lists + "Flat", "nprobe=16", 400),
            new Kind(lists + "PQ64x4fs", "nprobe=16", 400),
            new Kind(lists + "PQ48", "nprobe=16", 400),
            new Kind(lists + "SQ8", "nprobe=16", 200),
            new Kind("HNSW32", "efSearch=64", 400),
            new Kind(lists + "RaBitQ", "nprobe=16", 200));
  }

  void run() throws IOException {
    try (Child driver = setting.startDriver();
        Child pip = setting.startPython("faiss_peer.py")) {
      String version = pip.ask("hello").get(0);
      Kind flat = new Kind("Flat", "", 400);
      side(driver, pip, version, "1 vector", kept(flat, 1), "", 1, 2_000);
      Path small = kept(flat, SMALL);
      side(driver, pip, version, flat.on(SMALL), small, "", 1, flat.calls());
      side(driver, pip, version, flat.on(SMALL), small, "", 64, flat.calls() / 40);
      for (Kind kind : kinds) {
        Path file = kept(kind, data.base().count());
        String name = kind.on(data.base().count());
        side(driver, pip, version, name, file, kind.parameters(), 1, kind.calls());
        int batches = Math.max(1, kind.calls() / 40);
        side(driver, pip, version, name, file, kind.parameters(), 64, batches);
      }
    }
    for (Kind kind : kinds) {
      callers(kind);
    }
  }

  /** One caller of an index beside as many as there are cores. */
  private void callers(Kind kind) throws IOException {
    int cores = Runtime.getRuntime().availableProcessors();
    try (VectorIndex index = VectorIndex.read(kept(kind, data.base().count()))) {
      List<Callers> contestants = new ArrayList<>();
      for (int callers = 1; callers <= cores; callers *= 2) {
        contestants.add(
            new Callers(index, data.queries(), kind.parameters(), callers, kind.calls()));
      }
      String name = kind.on(index.count()) + ", callers";
      setting.sideBySide().run("faiss", name, "searches/s", contestants);
    }
  }

  /** Builds an index file unless it is there. */
  private Path kept(Kind kind, int rows) throws IOException {
    Path file = setting.cache().resolve(data.name() + "-" + kind.factory() + "-" + rows + ".faiss");
    if (!Files.exists(file)) {
      System.err.println("building " + kind.factory() + ", once");
      try (VectorIndex index =
          VectorIndex.create(kind.factory(), Setting.DIMENSION, Metric.INNER_PRODUCT)
              .threads(Runtime.getRuntime().availableProcessors())) {
        float[] vectors = data.base().rows(0, rows);
        if (!index.isTrained()) {
          index.train(vectors);
        }
        index.add(vectors);
        index.write(file);
      }
    }
    return file;
  }

  private void side(
      Child driver,
      Child pip,
      String version,
      String name,
      Path file,
      String parameters,
      int nq,
      int calls)
      throws IOException {
    String set = parameters.isEmpty() ? "-" : parameters;
    driver.ask("load", file.toString(), set);
    pip.ask("load", file.toString(), set);
    double bytes = driver.askNumber("work", data.queries().file().toString(), String.valueOf(K));
    try (InJava ours = new InJava(file, parameters, nq, calls, bytes)) {
      Elsewhere cpp = new Elsewhere("C++", driver, ours);
      Elsewhere python = new Elsewhere("pip " + version, pip, ours);
      setting.sideBySide().run("faiss", name + " nq=" + nq, "us", List.of(ours, cpp, python));
    }
  }

  /** The Java API, into the caller's arrays. */
  private final class InJava implements Contestant, AutoCloseable {
    private final VectorIndex index;
    private final SearchOptions options;
    private final float[][] batches;
    private final int nq;
    private final int calls;
    private final long[] ids;
    private final Map<String, Double> work;

    InJava(Path file, String parameters, int nq, int calls, double bytesRead) throws IOException {
      this.index = VectorIndex.read(file);
      this.options = SearchOptions.parse(parameters);
      this.nq = nq;
      this.calls = calls;
      this.ids = new long[calls * nq * K];
      int floats = nq * index.dimension();
      float[] queries = data.queries().all();
      this.batches = new float[queries.length / floats][];
      for (int i = 0; i < batches.length; i++) {
        batches[i] = Arrays.copyOfRange(queries, i * floats, (i + 1) * floats);
      }
      boolean product = nq > 1 && index.describe().kind().startsWith("IndexFlat");
      this.work =
          product
              ? Map.of(Shares.FLOPS, 2.0 * nq * index.count() * index.dimension())
              : Map.of(Shares.BYTES, nq * bytesRead);
    }

    @Override
    public String name() {
      return "faiss-jni";
    }

    @Override
    public double sample() {
      float[] distances = new float[nq * K];
      long[] found = new long[nq * K];
      long started = THREADS.getCurrentThreadCpuTime();
      for (int i = 0; i < calls; i++) {
        index.search(batches[i % batches.length], K, options, distances, found);
        System.arraycopy(found, 0, ids, i * found.length, found.length);
      }
      return (THREADS.getCurrentThreadCpuTime() - started) / 1e3 / calls;
    }

    /** What the Java heap is asked for by each call. */
    @Override
    public Map<String, Double> beside() {
      float[] distances = new float[nq * K];
      long[] found = new long[nq * K];
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < ALLOCATING_CALLS; i++) {
        index.search(batches[i % batches.length], K, options, distances, found);
      }
      long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
      Map<String, Double> beside = new TreeMap<>(work);
      beside.put("heap bytes a call", (double) bytes / ALLOCATING_CALLS);
      return beside;
    }

    @Override
    public void close() {
      index.close();
    }
  }

  /** The same searches in another process. */
  private final class Elsewhere implements Contestant {
    private final String name;
    private final Child child;
    private final InJava ours;
    private final Path ids;

    Elsewhere(String name, Child child, InJava ours) {
      this.name = name;
      this.child = child;
      this.ours = ours;
      this.ids = setting.cache().resolve("ids-" + name.charAt(0) + ".i64");
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public double sample() throws IOException {
      double seconds =
          child.askNumber(
              "search",
              data.queries().file().toString(),
              String.valueOf(ours.nq),
              String.valueOf(ours.calls),
              String.valueOf(K),
              ids.toString());
      return seconds * MICROS / ours.calls;
    }

    /** The share of ids that are those that Java got. */
    @Override
    public Map<String, Double> beside() throws IOException {
      LongBuffer theirs =
          ByteBuffer.wrap(Files.readAllBytes(ids)).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
      long same = 0;
      for (int i = 0; i < ours.ids.length; i++) {
        same += ours.ids[i] == theirs.get(i) ? 1 : 0;
      }
      Map<String, Double> beside = new TreeMap<>(ours.work);
      beside.put("same ids", (double) same / ours.ids.length);
      return beside;
    }
  }
}
