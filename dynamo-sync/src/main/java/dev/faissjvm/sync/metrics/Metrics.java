package dev.faissjvm.sync.metrics;

import java.time.Duration;

/**
 * Takes what is counted and timed. One method to implement: another system of metrics is a lambda.
 *
 * <p><b>Units.</b> Those of the {@link Metric}; times are seconds.
 *
 * <p><b>Threads.</b> Called by many threads at once; it should return quickly and not throw.
 *
 * <pre>{@code
 * Metrics metrics = (metric, value) -> System.out.println(metric.name() + " " + value);
 * }</pre>
 */
@FunctionalInterface
public interface Metrics {

  /** Takes nothing down. */
  Metrics NONE = (metric, value) -> {};

  /**
   * Takes a number down: adds it to a count, sets a gauge to it, or puts it among the observed
   * times.
   *
   * @param metric what it is of
   * @param value in the metric's unit
   */
  void record(Metric metric, double value);

  /**
   * Takes a whole number down.
   *
   * @param metric what it is of
   * @param value in the metric's unit
   */
  default void record(Metric metric, long value) {
    record(metric, (double) value);
  }

  /**
   * Takes a time down.
   *
   * @param metric what took it
   * @param took how long
   */
  default void record(Metric metric, Duration took) {
    record(metric, took.toNanos() / 1e9);
  }
}
