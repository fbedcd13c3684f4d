package dev.faissjvm.faiss.testing;

import dev.faissjvm.faiss.Metric;
import dev.faissjvm.faiss.VectorIndex;
import java.util.concurrent.CountDownLatch;

/** The child process that exits while another thread multiplies matrices, for seconds. */
public final class ExitWhileSearching {
  private static final int D = 768;
  private static final int N = 20_000;

  private ExitWhileSearching() {}

  /** Ends with 0 unless the exit is not survived. */
  public static void main(String[] arguments) throws Exception {
    float[] rows = Vectors.gaussian(N, D, 1);
    VectorIndex index = VectorIndex.create("Flat", D, Metric.L2);
    index.add(rows);
    CountDownLatch started = new CountDownLatch(1);
    Thread searching =
        new Thread(
            () -> {
              started.countDown();
              index.search(rows, 10);
              System.out.println("the search was too short");
            });
    searching.start();
    started.await();
    Thread.sleep(300);
    System.exit(0);
  }
}
