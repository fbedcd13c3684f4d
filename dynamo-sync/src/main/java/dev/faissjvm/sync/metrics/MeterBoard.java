package dev.faissjvm.sync.metrics;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/**
 * Keeps what is counted and timed, and shows it in two forms: the text that Prometheus fetches, and
 * the line of the log that CloudWatch reads (embedded metric format).
 *
 * <p><b>Units.</b> Counts and gauges as they were given; times in seconds, with buckets from a
 * millisecond to a minute.
 *
 * <p><b>Threads.</b> Safe for use by many threads. <b>Ownership.</b> Owns memory only, a few
 * hundred bytes for each metric. <b>Errors.</b> {@link IllegalStateException} for more than {@value
 * #MAX_METRICS} metrics: a label with a value of its own for each row or caller.
 *
 * <pre>{@code
 * MeterBoard board = new MeterBoard("faissjvm");
 * run.with(board).run(SyncProgress.SILENT);
 * System.out.print(board.prometheus());
 * }</pre>
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Prometheus' text
 *     format</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">Embedded
 *     metric format</a>
 */
public final class MeterBoard implements Metrics {

  /** The most metrics of one board. */
  public static final int MAX_METRICS = 500;

  private static final double[] BOUNDS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 15, 60
  };
  private static final int MAX_EMF_METRICS = 100;

  private final String prefix;
  private final Map<Metric, Meter> meters =
      new ConcurrentSkipListMap<>(Comparator.comparing(Metric::name).thenComparing(Metric::label));

  /** The numbers of one metric. */
  private static final class Meter {
    private final DoubleAdder sum = new DoubleAdder();
    private final LongAdder count = new LongAdder();
    private final LongAdder[] buckets = new LongAdder[BOUNDS.length];
    private volatile double last;

    Meter() {
      for (int i = 0; i < buckets.length; i++) {
        buckets[i] = new LongAdder();
      }
    }

    void add(double value) {
      last = value;
      count.increment();
      sum.add(value);
      for (int i = 0; i < BOUNDS.length; i++) {
        if (value <= BOUNDS[i]) {
          buckets[i].increment();
        }
      }
    }
  }

  /**
   * Creates an empty board.
   *
   * @param prefix what every name begins with in Prometheus' text, a word of lower case
   */
  public MeterBoard(String prefix) {
    this.prefix = prefix;
  }

  @Override
  public void record(Metric metric, double value) {
    Meter meter = meters.get(metric);
    if (meter == null) {
      if (meters.size() >= MAX_METRICS) {
        throw new IllegalStateException(
            "metrics: expected at most " + MAX_METRICS + ", got " + metric.name());
      }
      meter = meters.computeIfAbsent(metric, added -> new Meter());
    }
    meter.add(value);
  }

  /** {@return everything, in Prometheus' text format 0.0.4} */
  public String prometheus() {
    StringBuilder text = new StringBuilder();
    String before = "";
    for (Map.Entry<Metric, Meter> entry : meters.entrySet()) {
      Metric metric = entry.getKey();
      String name =
          prefix + "_" + metric.name() + (metric.kind() == Metric.Kind.COUNT ? "_total" : "");
      if (!name.equals(before)) {
        text.append("# HELP ").append(name).append(' ').append(metric.help()).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type(metric)).append('\n');
        before = name;
      }
      write(text, name, metric, entry.getValue());
    }
    return text.toString();
  }

  private static String type(Metric metric) {
    return switch (metric.kind()) {
      case COUNT -> "counter";
      case GAUGE -> "gauge";
      case TIME -> "histogram";
    };
  }

  private static void write(StringBuilder text, String name, Metric metric, Meter meter) {
    switch (metric.kind()) {
      case COUNT -> line(text, name, metric.label(), meter.sum.sum());
      case GAUGE -> line(text, name, metric.label(), meter.last);
      default -> {
        String comma = metric.label().isEmpty() ? "" : metric.label() + ",";
        for (int i = 0; i < BOUNDS.length; i++) {
          line(
              text,
              name + "_bucket",
              comma + "le=\"" + number(BOUNDS[i]) + "\"",
              (double) meter.buckets[i].sum());
        }
        line(text, name + "_bucket", comma + "le=\"+Inf\"", (double) meter.count.sum());
        line(text, name + "_sum", metric.label(), meter.sum.sum());
        line(text, name + "_count", metric.label(), (double) meter.count.sum());
      }
    }
  }

  private static void line(StringBuilder text, String name, String labels, double value) {
    text.append(name);
    if (!labels.isEmpty()) {
      text.append('{').append(labels).append('}');
    }
    text.append(' ').append(number(value)).append('\n');
  }

  /** A whole number without a point, another with six digits behind it at most. */
  private static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return String.valueOf((long) value);
    }
    return String.format(Locale.ROOT, "%.6f", value).replaceAll("0+$", "");
  }

  /**
   * Returns everything as a line of the log that CloudWatch reads as metrics: of a count the sum
   * since the board was made, so that a board is for one call; of anything else the last value.
   *
   * @param namespace where CloudWatch shows them
   * @param dimension what they are of, for example {@code Function}
   * @param of its value
   * @param epochMillis when, since 1970
   * @return one JSON object; its members may be added to
   */
  public ObjectNode emf(String namespace, String dimension, String of, long epochMillis) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    ObjectNode aws = line.putObject("_aws").put("Timestamp", epochMillis);
    ObjectNode group = aws.putArray("CloudWatchMetrics").addObject();
    group.put("Namespace", namespace).putArray("Dimensions").addArray().add(dimension);
    ArrayNode metrics = group.putArray("Metrics");
    line.put(dimension, of);
    for (Map.Entry<Metric, Meter> entry : meters.entrySet()) {
      Metric metric = entry.getKey();
      // CloudWatch takes no more in one line; labels would be dimensions of their own.
      if (metric.label().isEmpty() && metrics.size() < MAX_EMF_METRICS) {
        metrics.addObject().put("Name", camel(metric.name())).put("Unit", unit(metric));
        Meter meter = entry.getValue();
        double value = metric.kind() == Metric.Kind.COUNT ? meter.sum.sum() : meter.last;
        if (value == Math.rint(value)) {
          line.put(camel(metric.name()), (long) value);
        } else {
          line.put(camel(metric.name()), value);
        }
      }
    }
    return line;
  }

  private static String unit(Metric metric) {
    return metric.name().endsWith("_seconds")
        ? "Seconds"
        : metric.name().endsWith("_bytes")
            ? "Bytes"
            : metric.name().endsWith("_per_second") ? "Count/Second" : "Count";
  }

  /** {@code rows_embedded} as {@code RowsEmbedded}; the unit stands beside it. */
  private static String camel(String name) {
    StringBuilder camel = new StringBuilder();
    for (String word : name.replaceAll("_seconds$", "").split("_", -1)) {
      camel.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
    }
    return camel.toString();
  }
}
