package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.faiss.internal.NativeHandle;
import dev.faissjvm.faiss.testing.Child;
import dev.faissjvm.faiss.testing.ExitWhileSearching;
import dev.faissjvm.faiss.testing.Vectors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Native memory has one owner, is freed once, and never under a running call. */
class LifetimeTest {
  private static final int D = 64;
  private final float[] rows = Vectors.gaussian(2_000, D, 1);

  @TempDir Path folder = Path.of("");

  /** OpenBLAS's own end took the memory from under it, more often than not. */
  @RepeatedTest(3)
  void aProcessMayExitWhileItSearches() throws Exception {
    String said = Child.run(ExitWhileSearching.class, folder.resolve("log"), Duration.ofMinutes(2));
    assertThat(said).isEmpty();
  }

  @Test
  void closeWaitsForRunningSearches() throws Exception {
    VectorIndex index = VectorIndex.create("Flat", D, Metric.L2);
    index.add(rows);
    AtomicInteger answered = new AtomicInteger();
    CountDownLatch started = new CountDownLatch(4);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> searches = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      searches.add(
          threads.submit(
              () -> {
                started.countDown();
                while (true) {
                  index.search(rows, 5);
                  answered.incrementAndGet();
                }
              }));
    }
    started.await();
    while (answered.get() < 4) {
      Thread.onSpinWait();
    }
    index.close();
    for (Future<?> search : searches) {
      assertThatThrownBy(search::get)
          .hasRootCauseInstanceOf(IllegalStateException.class)
          .hasRootCauseMessage("index: expected an open one, got a closed one");
    }
    threads.shutdown();
    assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
  }

  @Test
  void changesAndSearchesFromManyThreadsKeepTheCount() throws Exception {
    try (VectorIndex index = VectorIndex.create("IDMap2,Flat", D, Metric.L2)) {
      ExecutorService threads = Executors.newFixedThreadPool(4);
      List<Future<?>> work = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        long base = 1_000L * thread;
        work.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 100; i++) {
                    index.add(new long[] {base + i}, Vectors.row(rows, D, i));
                    index.search(rows, 3);
                    if (i % 2 == 0) {
                      index.remove(IdFilter.of(base + i));
                    }
                  }
                }));
      }
      for (Future<?> part : work) {
        part.get();
      }
      threads.shutdown();
      assertThat(index.count()).isEqualTo(200);
    }
  }

  @Test
  void everythingOpenedIsClosed() throws Exception {
    Path file = folder.resolve("index");
    long open = Faiss.open();
    long pointers = Pointer.totalCount();
    for (int i = 0; i < 200; i++) {
      try (VectorIndex index = VectorIndex.create("IVF4,Flat", D, Metric.L2)) {
        index.train(rows);
        index.add(rows);
        index.search(rows, 1, SearchOptions.DEFAULT.with(IdFilter.of(1, 2, 3)));
        index.write(file);
        VectorIndex.map(file).close();
        try (FlatVectors vectors = FlatVectors.allocate(2, D)) {
          vectors.inverseNorms(new float[] {1, 1});
          vectors.inverseNorms(new float[] {2, 2});
        }
        VectorIndex.read(file).close();
      }
      Files.write(file, new byte[] {'I', 'x', 'F', '2', 1});
      assertThatThrownBy(() -> VectorIndex.read(file)).isInstanceOf(IndexFormatException.class);
    }
    assertThat(Faiss.open()).isEqualTo(open);
    assertThat(Pointer.totalCount()).isEqualTo(pointers);
  }

  /** JavaCPP hands what is made inside a scope to the scope: an index must outlive its maker's. */
  @Test
  void anIndexOutlivesTheScopeItWasMadeIn() {
    VectorIndex index;
    try (PointerScope scope = new PointerScope()) {
      index = VectorIndex.create("HNSW8", D, Metric.L2);
      assertThat(PointerScope.getInnerScope()).isSameAs(scope);
    }
    try (index) {
      index.add(rows);
      assertThat(index.search(rows, 1).id(1, 0)).isEqualTo(1);
    }
  }

  @Test
  void aForgottenIndexIsFreedAfterGarbageCollection() throws Exception {
    long open = Faiss.open();
    for (int i = 0; i < 10; i++) {
      VectorIndex forgotten = VectorIndex.create("Flat", D, Metric.L2);
      forgotten.add(rows);
    }
    for (int i = 0; i < 100 && Faiss.open() > open; i++) {
      System.gc();
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(Faiss.open()).isEqualTo(open);
  }

  /** With its place of creation, where that was asked for; the log is the JDK's. */
  @Test
  void aLeakIsLoggedWithThePlaceItComesFrom() throws Exception {
    BlockingQueue<LogRecord> logged = new LinkedBlockingQueue<>();
    Handler handler = new Recording(logged);
    Logger logger = Logger.getLogger("dev.faissjvm.faiss");
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    System.setProperty(NativeHandle.TRACK_LEAKS, "true");
    try {
      forgetOne();
      List<LogRecord> leaks = new ArrayList<>();
      for (int i = 0; i < 100 && leaks.isEmpty(); i++) {
        System.gc();
        TimeUnit.MILLISECONDS.sleep(20);
        logged.drainTo(leaks);
      }
      assertThat(leaks).hasSize(1);
      LogRecord leak = leaks.get(0);
      assertThat(leak.getMessage())
          .isEqualTo("index: was not closed; freed by the garbage collector");
      assertThat(leak.getThrown()).hasMessage("made here");
      assertThat(leak.getThrown().getStackTrace())
          .anyMatch(frame -> frame.getMethodName().equals("forgetOne"));
    } finally {
      System.clearProperty(NativeHandle.TRACK_LEAKS);
      logger.removeHandler(handler);
      logger.setUseParentHandlers(true);
    }
  }

  private static void forgetOne() {
    assertThat(VectorIndex.create("Flat", D, Metric.L2).count()).isZero();
  }

  private static final class Recording extends Handler {
    private final BlockingQueue<LogRecord> records;

    private Recording(BlockingQueue<LogRecord> records) {
      this.records = records;
    }

    @Override
    public void publish(LogRecord logged) {
      records.add(logged);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @ValueSource(strings = {"Flat", "IDMap2,Flat", "IVF4,PQ8", "HNSW8", "PCA8,SQ8"})
  void memoryIsReported(String factory) {
    try (VectorIndex index = VectorIndex.create(factory, D, Metric.L2)) {
      index.train(rows);
      long empty = index.memoryBytes();
      long[] ids = new long[2_000];
      Arrays.setAll(ids, i -> i);
      if (index.supports(Operation.ADD)) {
        index.add(rows);
      } else {
        index.add(ids, rows);
      }
      assertThat(index.memoryBytes() - empty).isGreaterThanOrEqualTo(2_000L * 8);
      assertThat(index.memoryBytes()).isGreaterThanOrEqualTo(index.writtenSizeBytes());
      if (factory.startsWith("IDMap2")) { // what finds a vector by its id
        assertThat(index.memoryBytes() - index.writtenSizeBytes()).isGreaterThan(2_000L * 32);
      }
      if (factory.startsWith("IVF4,PQ")) {
        long with = index.memoryBytes();
        if (index.lists().hasPrecomputedTable()) {
          index.lists().dropTable();
        } else {
          index.lists().precomputeTable();
        }
        assertThat(Math.abs(index.memoryBytes() - with)).isEqualTo(4L * 8 * 256 * Float.BYTES);
      }
      long full = index.memoryBytes();
      index.reset();
      assertThat(index.memoryBytes()).isLessThan(full);
    }
  }
}
