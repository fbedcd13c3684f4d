package dev.faissjvm.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * One axis of a plot: where a value lies on it, and which values are written beside it.
 *
 * @param title what is written along it, with the unit
 * @param low the least value
 * @param high the greatest value, above {@code low}
 * @param logarithmic whether equal ratios are equally long; then {@code low} is above 0
 */
record Axis(String title, double low, double high, boolean logarithmic) {

  private static final int INTERVALS = 6;
  private static final double[] STEPS = {1, 2, 5, 10};
  private static final double ALMOST = 1e-9;

  /** Returns an axis that holds all values. */
  static Axis linear(String title, Collection<Double> values) {
    double low = values.stream().mapToDouble(Double::doubleValue).min().orElse(0);
    double high = values.stream().mapToDouble(Double::doubleValue).max().orElse(1);
    double step = step((high > low ? high - low : 1) / INTERVALS);
    double from = Math.floor(low / step) * step;
    double to = Math.ceil(high / step) * step;
    return new Axis(title, to > from ? from : to - step, to, false);
  }

  /** Returns an axis of powers of ten that holds all values, each of them above 0. */
  static Axis logarithmic(String title, Collection<Double> values) {
    double low = values.stream().mapToDouble(Double::doubleValue).min().orElse(1);
    double high = values.stream().mapToDouble(Double::doubleValue).max().orElse(10);
    double from = Math.pow(10, Math.floor(Math.log10(low) + ALMOST));
    double to = Math.pow(10, Math.ceil(Math.log10(high) - ALMOST));
    return new Axis(title, from, to > from ? to : 10 * from, true);
  }

  /** Returns where a value lies, 0 at the low end and 1 at the high one. */
  double share(double value) {
    return logarithmic
        ? Math.log(value / low) / Math.log(high / low)
        : (value - low) / (high - low);
  }

  /** Returns the values that are written beside the axis. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    if (logarithmic) {
      for (double tick = low; tick <= high * (1 + ALMOST); tick *= 10) {
        ticks.add(tick);
      }
    } else {
      double step = step((high - low) / INTERVALS);
      for (int i = 0; low + i * step <= high + step * ALMOST; i++) {
        ticks.add(low + i * step);
      }
    }
    return ticks;
  }

  /** Returns 1, 2 or 5 times a power of ten, the least that is not below. */
  private static double step(double atLeast) {
    double power = Math.pow(10, Math.floor(Math.log10(atLeast)));
    for (double step : STEPS) {
      if (step * power >= atLeast * (1 - ALMOST)) {
        return step * power;
      }
    }
    return 10 * power;
  }

  /** Writes a value as briefly as it can be. */
  static String label(double value) {
    if (value >= 1e6) {
      return String.format(Locale.ROOT, "%.4g M", value / 1e6).replaceAll("\\.?0+ M", " M");
    } else if (value >= 1e3) {
      return String.format(Locale.ROOT, "%.4g k", value / 1e3).replaceAll("\\.?0+ k", " k");
    }
    String text = String.format(Locale.ROOT, "%.4f", value);
    return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
  }
}
