package dev.faissjvm.faiss.testing;

import dev.faissjvm.faiss.Metric;
import dev.faissjvm.faiss.VectorIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;

/**
 * A process that no other test has left memory to: says, by {@code /proc/self/smaps}, how many
 * kilobytes more an index made it ask for on huge pages, or have there.
 */
public final class HugePages {
  private static final int DIMENSION = 256;

  private HugePages() {}

  /** Takes {@code asked ROWS} or {@code read ROWS FILE}. */
  public static void main(String[] arguments) throws IOException {
    int rows = Integer.parseInt(arguments[1]);
    float[] vectors = Vectors.gaussian(rows, DIMENSION, 1);
    if (arguments[0].equals("asked")) {
      long before = asked();
      try (VectorIndex index = VectorIndex.create("Flat", DIMENSION, Metric.L2)) {
        index.add(vectors);
        System.out.println(index.count() + " rows " + (asked() - before));
      }
      return;
    }
    Path file = Path.of(arguments[2]);
    try (VectorIndex index = VectorIndex.create("IVF64,Flat", DIMENSION, Metric.L2)) {
      index.train(vectors);
      index.add(vectors);
      index.write(file);
    }
    long before = there();
    try (VectorIndex index = VectorIndex.read(file)) {
      System.out.println(index.count() + " rows " + (there() - before));
    }
  }

  private static long asked() throws IOException {
    return kilobytes("Size", flags -> flags.contains(" hg"));
  }

  private static long there() throws IOException {
    return kilobytes("AnonHugePages", flags -> true);
  }

  /** The sum of a field over the regions of memory whose flags are such. */
  private static long kilobytes(String field, Predicate<String> flags) throws IOException {
    long sum = 0;
    long region = 0;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      if (line.startsWith(field + ":")) {
        region = Long.parseLong(line.replaceAll("\\D", ""));
      } else if (line.startsWith("VmFlags:") && flags.test(line)) {
        sum += region;
      }
    }
    return sum;
  }
}
