package dev.faissjvm.embedder;

import dev.faissjvm.embedder.convert.DefaultModel;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/**
 * From the start of the JVM to the first vector, which it prints in part with the time that it
 * took. Argument: a model folder; the default model without one.
 */
public final class ColdStart {
  private ColdStart() {}

  /** Loads, embeds one text, prints. */
  public static void main(String[] arguments) throws Exception {
    Path folder = arguments.length == 0 ? DefaultModel.folder() : Path.of(arguments[0]);
    try (TextEmbedder embedder = TextEmbedder.builder(folder).precision(Precision.FLOAT32).load()) {
      float[] vector = embedder.embed("a place where bread is made");
      long started = ManagementFactory.getRuntimeMXBean().getStartTime();
      var system =
          (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      System.out.println(
          String.format(
              "first=%s; wallMillis=%d; cpuMillis=%d",
              vector[0],
              System.currentTimeMillis() - started,
              system.getProcessCpuTime() / 1_000_000));
    }
  }
}
