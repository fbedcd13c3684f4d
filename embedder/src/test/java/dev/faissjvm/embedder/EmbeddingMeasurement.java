package dev.faissjvm.embedder;

import dev.faissjvm.embedder.convert.DefaultModel;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Measures the default model: texts a second from text to vector, and single queries. Arguments: a
 * precision, a file with a text a line, and, if not the default, the tokens of a batch.
 */
public final class EmbeddingMeasurement {
  private static final int ROUNDS = 5;
  private static final int QUERIES = 300;

  private EmbeddingMeasurement() {}

  /** Prints the numbers. */
  public static void main(String[] arguments) throws Exception {
    Precision precision = Precision.valueOf(arguments[0]);
    TextEmbedder.Builder builder = TextEmbedder.builder(DefaultModel.folder()).precision(precision);
    if (arguments.length > 2) {
      builder.batchTokens(Integer.parseInt(arguments[2]));
    }
    try (TextEmbedder embedder = builder.load()) {
      List<String> texts = Files.readAllLines(Path.of(arguments[1]));
      embedder.embed(texts.subList(0, Math.min(200, texts.size())));
      for (int round = 0; round < ROUNDS; round++) {
        long cpu = cpuNanos();
        long wall = System.nanoTime();
        embedder.embed(texts);
        double seconds = (System.nanoTime() - wall) / 1e9;
        System.out.printf(
            "texts/s: %.0f, cpu ms/text: %.3f%n",
            texts.size() / seconds, (cpuNanos() - cpu) / 1e6 / texts.size());
      }
      List<Double> millis = new ArrayList<>();
      for (int i = 0; i < QUERIES; i++) {
        long wall = System.nanoTime();
        embedder.embedQuery(texts.get(i % texts.size()));
        millis.add((System.nanoTime() - wall) / 1e6);
      }
      double[] sorted = millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      System.out.printf(
          "query ms: p50 %.2f, p99 %.2f; least %.2f%n",
          sorted[QUERIES / 2], sorted[QUERIES * 99 / 100], sorted[0]);
      System.out.println(
          Arrays.stream(Files.readString(Path.of("/proc/self/status")).split("\n"))
              .filter(line -> line.startsWith("VmHWM"))
              .findFirst()
              .orElse(""));
    }
  }

  private static long cpuNanos() {
    var bean =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return bean.getProcessCpuTime();
  }
}
