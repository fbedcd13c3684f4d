package dev.faissjvm.spark;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/**
 * Runs a job as a program of its own, for {@code faissjvm backfill} and for {@code spark-submit}.
 *
 * <p>The settings come from a file of properties, or from standard input where that is {@code -}:
 * those of {@link Job}, {@code master}, and any {@code spark.*}. What happens is told as one JSON
 * object a line:
 *
 * <pre>
 *   {"rows":1200,"shards":3,"of":16}             progress
 *   {"done":{"rows":2000, ...}}                  the end
 *   {"failed":"what, and what to do","kind":"MODEL"}   the other end; exit code 1
 * </pre>
 */
public final class Main {

  private Main() {}

  /**
   * Runs a job.
   *
   * @param arguments the file of settings, or {@code -}
   * @throws IOException if it cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 1) {
      System.err.println("usage: dev.faissjvm.spark.Main SETTINGS.properties | -");
      System.exit(2);
    }
    Map<String, String> settings = read(arguments[0]);
    // Whatever Spark writes, standard output carries our lines alone.
    PrintStream out = System.out;
    System.setOut(System.err);
    int code;
    try {
      BackfillReport report = run(settings, out);
      out.println(object().set("done", json(report)).toString());
      code = 0;
    } catch (IOException | RuntimeException | LinkageError e) {
      ObjectNode failed = object().put("failed", message(e)).put("kind", kind(e));
      out.println(failed);
      code = 1;
    }
    out.flush();
    System.exit(code);
  }

  private static BackfillReport run(Map<String, String> settings, PrintStream out)
      throws IOException {
    Cluster cluster = Cluster.of(settings);
    cluster.checkReachable();
    Job job = Job.of(settings);
    try (JavaSparkContext spark = cluster.start()) {
      Job sized = JobSize.partitions(job, spark.defaultParallelism());
      Job threaded =
          sized.get("threads") == null ? sized.with("threads", cluster.threads()) : sized;
      return new Backfill(spark, threaded)
          .run((rows, done, of) -> out.println(progress(rows, done, of)));
    }
  }

  private static Map<String, String> read(String file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader =
        file.equals("-")
            ? new InputStreamReader(System.in, StandardCharsets.UTF_8)
            : Files.newBufferedReader(Path.of(file))) {
      properties.load(reader);
    }
    Map<String, String> settings = new TreeMap<>();
    properties.stringPropertyNames().forEach(n -> settings.put(n, properties.getProperty(n)));
    return settings;
  }

  private static ObjectNode progress(long rows, int done, int of) {
    return object().put("rows", rows).put("shards", done).put("of", of);
  }

  private static ObjectNode json(BackfillReport report) {
    return object()
        .put("alreadyBuilt", report.alreadyBuilt())
        .put("rows", report.rows())
        .put("embedded", report.sum(ShardReport::embedded))
        .put("kept", report.sum(ShardReport::kept))
        .put("parked", report.sum(ShardReport::parked))
        .put("shards", report.shards().size())
        .put("shardsBuilt", report.shardsBuilt())
        .put("sizeBytes", report.sum(ShardReport::sizeBytes))
        .put("buildMillis", report.buildMillis())
        .put("joinMillis", report.joinMillis())
        .put("snapshot", report.snapshot());
  }

  private static String message(Throwable failure) {
    String message = failure.getMessage();
    if (isDriverFull(failure)) {
      return message + "; make room on this machine, then run the same job again";
    }
    return message == null ? failure.toString() : message;
  }

  /** Names what the caller does next: a kind of ours, else the class of the failure. */
  private static @Nullable String kind(Throwable failure) {
    if (failure instanceof BackfillException known) {
      return known.kind().name();
    }
    return isDriverFull(failure)
        ? BackfillException.Kind.SPACE.name()
        : failure.getClass().getSimpleName();
  }

  private static boolean isDriverFull(Throwable failure) {
    return failure instanceof IOException && ShardException.isDiskFull(failure);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
