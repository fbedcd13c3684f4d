package dev.faissjvm.spark;

import dev.faissjvm.spark.BackfillException.Kind;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The Spark that a job runs on: {@code local[N]}, or a master and its workers.
 *
 * <p>A master that does not answer, and one without workers, are told within a minute; Spark itself
 * would wait for minutes, or for ever.
 *
 * @param master Spark's name of it
 * @param settings what Spark is told besides; {@code spark.*}
 */
record Cluster(String master, Map<String, String> settings) {

  private static final int CONNECT_MILLIS = 3_000;
  private static final Duration WORKERS = Duration.ofSeconds(60);
  private static final long POLL_MILLIS = 100;
  private static final String STANDALONE = "spark://";
  private static final String EXTRA_CLASS_PATH = "spark.executor.extraClassPath";
  private static final String SPARK_JARS = "faissjvm.sparkJars";

  static Cluster of(Map<String, String> all) {
    Map<String, String> own = new TreeMap<>();
    all.forEach(
        (name, value) -> {
          if (name.startsWith("spark.")) {
            own.put(name, value);
          }
        });
    return new Cluster(all.getOrDefault("master", "local[*]"), own);
  }

  boolean isLocal() {
    return master.startsWith("local");
  }

  /** Returns how many threads an executor's model gets: as many as it has cores. */
  String threads() {
    String cores = master.replaceAll("local\\[(\\d+).*", "$1");
    if (isLocal() && cores.matches("\\d+")) {
      return cores;
    }
    return settings.getOrDefault("spark.executor.cores", "");
  }

  /** Makes sure that one of the masters takes connections. */
  void checkReachable() {
    if (!master.startsWith(STANDALONE)) {
      return;
    }
    IOException last = null;
    for (String place : master.substring(STANDALONE.length()).split(",", -1)) {
      int colon = place.lastIndexOf(':');
      if (colon < 1 || !place.substring(colon + 1).matches("\\d{1,5}")) {
        throw new BackfillException(
            Kind.SETTINGS, "master: expected spark://HOST:PORT, got " + master, null);
      }
      try (Socket socket = new Socket()) {
        int port = Integer.parseInt(place.substring(colon + 1));
        socket.connect(new InetSocketAddress(place.substring(0, colon), port), CONNECT_MILLIS);
        return;
      } catch (IOException e) {
        last = e;
      }
    }
    throw new BackfillException(
        Kind.CLUSTER,
        "master: expected it to answer, got "
            + (last == null ? "none" : last.getMessage())
            + "; master="
            + master
            + "; start it, name another, or use --local N",
        last);
  }

  /** Connects, and waits for a first executor. */
  JavaSparkContext start() {
    JavaSparkContext spark = new JavaSparkContext(conf());
    try {
      awaitExecutor(spark);
      return spark;
    } catch (RuntimeException e) {
      spark.close();
      throw e;
    }
  }

  private SparkConf conf() {
    SparkConf conf =
        new SparkConf()
            .setMaster(master)
            .setAppName("faissjvm backfill")
            .set("spark.ui.enabled", "false")
            .set("spark.executor.extraJavaOptions", "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
    if (isLocal() || master.contains("//127.0.0.1:") || master.contains("//localhost:")) {
      conf.set("spark.driver.host", "127.0.0.1").set("spark.driver.bindAddress", "127.0.0.1");
    }
    settings.forEach(conf::set);
    if (!isLocal() && !conf.contains(EXTRA_CLASS_PATH) && !conf.contains("spark.jars")) {
      conf.setJars(ownJars());
    }
    return conf;
  }

  /** Returns the jars of this program that are not Spark's; executors have those. */
  private static String[] ownJars() {
    Path sparks = Path.of(System.getProperty(SPARK_JARS, "jars")).toAbsolutePath();
    List<String> own = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
      Path jar = Path.of(entry).toAbsolutePath();
      if (entry.endsWith(".jar") && !jar.startsWith(sparks)) {
        own.add(jar.toString());
      }
    }
    return own.toArray(String[]::new);
  }

  private void awaitExecutor(JavaSparkContext spark) {
    if (isLocal()) {
      return;
    }
    long end = System.nanoTime() + WORKERS.toNanos();
    // The driver counts as one.
    while (spark.sc().statusTracker().getExecutorInfos().length < 2) {
      if (System.nanoTime() - end > 0) {
        throw new BackfillException(
            Kind.CLUSTER,
            "workers: expected one with a free core and "
                + spark.getConf().get("spark.executor.memory", "1g")
                + " of memory, got none in "
                + WORKERS.toSeconds()
                + " s; master="
                + master
                + "; start workers, or ask for less with spark.executor.memory",
            null);
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BackfillException(Kind.CLUSTER, "workers: expected time, got interrupted", e);
      }
    }
  }
}
