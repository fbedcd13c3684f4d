package dev.faissjvm.lambda.testing;

import dev.faissjvm.lambda.IndexMaker;
import dev.faissjvm.lambda.SearchFunction;
import dev.faissjvm.sync.aws.DynamoDbLocalServer;
import dev.faissjvm.sync.change.RowKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * Measures starts and calls in the image's layout on an index that is there: from the start of the
 * process to the first answer (time, and time of processors), then warm, and the most memory
 * resident.
 *
 * <pre>
 * ColdStart STORAGE DATABASE TABLE STARTS     a folder with index/, a folder of DynamoDB Local's file
 * </pre>
 */
public final class ColdStart {

  private static final Duration TIME = Duration.ofMinutes(5);
  private static final int WARM_CALLS = 50;

  private ColdStart() {}

  /** Measures, and prints a line for each kind of call. */
  public static void main(String[] arguments) throws IOException {
    int starts = Integer.parseInt(arguments[3]);
    try (DynamoDbLocalServer database = DynamoDbLocalServer.fork(Path.of(arguments[1]));
        Deployment deployment =
            new Deployment(database, arguments[2], Path.of(arguments[0]).toAbsolutePath())) {
      try (FunctionProcess maker = deployment.start(IndexMaker.class)) {
        System.out.println("before: " + maker.invoke("{}", TIME).text());
      }
      String search = Events.get("/search", "q=a+place+where+bread+is+made&k=5");
      measure(deployment, "search", SearchFunction.class, search, starts, () -> {});
      measure(deployment, "maker, nothing pending", IndexMaker.class, "{}", starts, () -> {});
      measure(
          deployment,
          "maker, one row pending",
          IndexMaker.class,
          "{}",
          starts,
          () ->
              deployment.table.put(
                  RowKey.of("noun", "measured"),
                  Map.of("content", "a row of " + System.nanoTime())));
    }
  }

  private static void measure(
      Deployment deployment,
      String name,
      Class<?> handler,
      String event,
      int starts,
      Runnable before)
      throws IOException {
    double[] cold = new double[starts];
    double[] processor = new double[starts];
    double[] warm = new double[WARM_CALLS];
    long megabytes = 0;
    String text = "";
    for (int i = 0; i < starts; i++) {
      before.run();
      long start = System.nanoTime();
      try (FunctionProcess function = deployment.start(handler)) {
        text = function.invoke(event, TIME).text();
        cold[i] = (System.nanoTime() - start) / 1e6;
        processor[i] = function.processorTime().toMillis();
        for (int call = 0; call < WARM_CALLS; call++) {
          long called = System.nanoTime();
          function.invoke(event, TIME);
          warm[call] = (System.nanoTime() - called) / 1e6;
        }
        megabytes = Math.max(megabytes, function.peakMegabytes());
      }
    }
    Arrays.sort(cold);
    Arrays.sort(processor);
    Arrays.sort(warm);
    System.out.printf(
        Locale.ROOT,
        "%s: cold %.0f ms (%.0f to %.0f), %.0f ms of them a processor's, warm %.1f ms, peak %d MB; %.100s%n",
        name,
        cold[starts / 2],
        cold[0],
        cold[starts - 1],
        processor[starts / 2],
        warm[WARM_CALLS / 2],
        megabytes,
        text);
  }
}
