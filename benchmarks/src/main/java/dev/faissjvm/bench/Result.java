package dev.faissjvm.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one contestant did in one case, sample by sample.
 *
 * @param group what is measured, such as {@code faiss} or {@code encoder}
 * @param name the case, such as {@code IVF1024,Flat nq=64}
 * @param contestant who did it
 * @param unit of a sample, such as {@code us}; a smaller one is better unless it ends in {@code /s}
 * @param samples one a round, in the order of the rounds
 * @param beside what belongs beside the time, such as {@code recall} or {@code bytes}
 */
public record Result(
    String group,
    String name,
    String contestant,
    String unit,
    List<Double> samples,
    Map<String, Double> beside) {

  /**
   * Copies samples and remarks.
   *
   * @param group what is measured
   * @param name the case
   * @param contestant who did it
   * @param unit of a sample
   * @param samples one a round
   * @param beside what belongs beside the time
   */
  public Result {
    samples = List.copyOf(samples);
    beside = new TreeMap<>(beside);
  }

  /** {@return whether a greater sample is the better one} */
  boolean greaterIsBetter() {
    return unit.endsWith("/s");
  }

  /** {@return the middle sample} */
  double median() {
    double[] sorted = samples.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** {@return how far the middle half of the samples reaches, as a share of the median} */
  double spread() {
    double[] sorted = samples.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double[] middle =
        Arrays.copyOfRange(sorted, sorted.length / 4, sorted.length - sorted.length / 4);
    return (middle[middle.length - 1] - middle[0]) / median();
  }

  /** {@return what says which results may be compared} */
  String key() {
    return group + " | " + name + " | " + contestant;
  }
}
