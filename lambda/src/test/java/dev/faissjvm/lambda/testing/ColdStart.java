package dev.faissjvm.lambda.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.faissjvm.lambda.IndexMaker;
import dev.faissjvm.lambda.SearchFunction;
import dev.faissjvm.sync.aws.DynamoDbLocalServer;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Measures starts and calls in the image's layout on an index that is there: from the start of the
 * process to the first answer (time, and time of processors), then warm, the most memory resident,
 * and rows a second in the maker.
 *
 * <pre>
 * ColdStart STORAGE DATABASE TABLE STARTS COMMIT RESULT.json
 * </pre>
 *
 * <p>STORAGE is a folder with index/, DATABASE a folder of DynamoDB Local's file (of the demo's
 * table, table.db under the name shared-local-instance.db), RESULT a file in the form of
 * benchmarks/results. The rows that are embedded are those of the table, changed.
 */
public final class ColdStart {

  private static final Duration TIME = Duration.ofMinutes(5);
  private static final int WARM_CALLS = 50;
  private static final int CHANGED = 1_000;

  private final ArrayNode results = JsonNodeFactory.instance.arrayNode();

  private ColdStart() {}

  /** Measures, prints a line for each kind of call, and writes the file. */
  public static void main(String[] arguments) throws IOException {
    String started = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    int starts = Integer.parseInt(arguments[3]);
    ColdStart run = new ColdStart();
    try (DynamoDbLocalServer database = DynamoDbLocalServer.fork(Path.of(arguments[1]));
        Deployment deployment =
            new Deployment(database, arguments[2], Path.of(arguments[0]).toAbsolutePath())) {
      // As the demo made it.
      deployment.environment.put("FAISSJVM_FILTERS", "content_group=string,words=string");
      run.all(deployment, starts);
    }
    if (arguments.length > 5) {
      ObjectNode file = JsonNodeFactory.instance.objectNode().put("format", 1);
      file.put("started", started).set("machine", machine(arguments[4]));
      file.set("results", run.results);
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValue(Path.of(arguments[5]).toFile(), file);
    }
  }

  private void all(Deployment deployment, int starts) throws IOException {
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
                RowKey.of("noun", "measured"), Map.of("content", "a row of " + System.nanoTime())));
    manyRows(deployment);
  }

  private void measure(
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
    double[] megabytes = new double[starts];
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
        megabytes[i] = function.peakMegabytes();
      }
    }
    result(name, "cold start to first answer", "ms", cold);
    result(name, "processor time of it", "ms", processor);
    result(name, "warm call", "ms", warm);
    result(name, "peak memory", "MB", megabytes);
    System.out.printf("%s: %.100s%n", name, text);
  }

  /** On one processor, about what 2,048 MB have; the table has the others. */
  private void manyRows(Deployment deployment) throws IOException {
    try (FunctionProcess maker =
        deployment.start(IndexMaker.class, List.of("taskset", "-c", "0"))) {
      deployment.table.put(RowKey.of("noun", "measured"), Map.of("content", "loads the model"));
      maker.invoke("{}", TIME);
      Map<RowKey, Map<String, Object>> changed = new LinkedHashMap<>();
      try (RowPages<Row> pages = deployment.table.rows().rows()) {
        for (Optional<List<Row>> page = pages.next();
            page.isPresent() && changed.size() < CHANGED;
            page = pages.next()) {
          for (Row row : page.get()) {
            String text = row.attributes().get("content") + " at " + System.nanoTime() % 1_000;
            if (changed.size() < CHANGED) {
              changed.put(row.key(), Map.of("content", text));
            }
          }
        }
      }
      changed.forEach(deployment.table::put); // a load leaves alone what it has loaded before
      long start = System.nanoTime();
      String text = maker.invoke("{}", TIME).text();
      double seconds = (System.nanoTime() - start) / 1e9;
      if (!text.contains("\"embedded\":" + CHANGED + ",")) {
        throw new IOException("maker: expected " + CHANGED + " rows embedded, got " + text);
      }
      result(
          "maker, " + CHANGED + " rows pending",
          "warm, one processor",
          "rows/s",
          CHANGED / seconds);
      System.out.println(text);
    }
  }

  private void result(String name, String contestant, String unit, double... samples) {
    ObjectNode result = results.addObject().put("group", "lambda").put("name", name);
    ArrayNode kept = result.put("contestant", contestant).put("unit", unit).putArray("samples");
    Arrays.stream(samples).forEach(kept::add);
    result.putObject("beside");
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    System.out.printf(
        Locale.ROOT,
        "%s, %s: %.1f %s (%.1f to %.1f)%n",
        name,
        contestant,
        sorted[sorted.length / 2],
        unit,
        sorted[0],
        sorted[sorted.length - 1]);
  }

  private static ObjectNode machine(String commit) throws IOException {
    String cpu = "";
    for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
      if (line.startsWith("model name")) {
        cpu = line.substring(line.indexOf(':') + 1).strip();
      }
    }
    ObjectNode machine = JsonNodeFactory.instance.objectNode().put("cpu", cpu);
    machine.put("cores", Runtime.getRuntime().availableProcessors());
    machine
        .putObject("versions")
        .put("jdk", System.getProperty("java.vm.name") + " " + Runtime.version());
    return machine.put("commit", commit);
  }
}
