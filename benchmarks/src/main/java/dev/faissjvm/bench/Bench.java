package dev.faissjvm.bench;

import dev.faissjvm.faiss.Faiss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures this library beside its peers; {@code ./bench} prepares the machine and calls it. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measure beside the peers, tell two runs apart, write the tables.",
    subcommands = {
      Bench.Run.class,
      Bench.Jmh.class,
      Bench.Tell.class,
      Bench.Stability.class,
      Bench.Page.class
    })
public final class Bench {

  private Bench() {}

  /**
   * Runs a command.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Bench()).execute(args));
  }

  /** Measures. */
  @Command(name = "run", description = "Measure, and write a result file.")
  static final class Run implements Callable<Integer> {

    private static final int QUICK_ROUNDS = 5;
    private static final int FULL_ROUNDS = 9;

    @Option(names = "--full", description = "The long run: all data, more rounds, all peers.")
    private boolean full;

    @Option(
        names = "--only",
        split = ",",
        description =
            "Some groups only, and always limits: faiss, choice, lucene, encoder, line, growth, million.")
    private Set<String> only = new LinkedHashSet<>();

    @Option(
        names = "--prepare",
        description =
            "Build the peers' indexes of the group lucene, keep them, and measure nothing.")
    private boolean prepare;

    @Option(names = "--cache", required = true, description = "Where files are kept.")
    private Path cache = Path.of("");

    @Option(names = "--python", required = true, description = "A Python with the peers.")
    private Path python = Path.of("");

    @Option(names = "--driver", required = true, description = "The C++ driver.")
    private Path driver = Path.of("");

    @Option(names = "--commit", required = true, description = "The state of the tree.")
    private String commit = "";

    @Option(names = "--out", required = true, description = "The folder of result files.")
    private Path out = Path.of("");

    @Override
    public Integer call() throws IOException {
      Files.createDirectories(cache);
      Faiss.load();
      Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);
      String day = started.toString().replace(':', '-');
      Path written = out.resolve(day + (full ? "-full" : "-quick") + ".json");
      Machine machine = Machine.here(commit, Versions.ofPeers(python));
      List<Result> results = new ArrayList<>();
      Rounds.Recorder recorder =
          result -> {
            tell(result);
            results.add(result);
            // After each result: a long run that is stopped keeps what it has.
            new ResultFile(ResultFile.FORMAT, started.toString(), machine, results).write(written);
          };
      Rounds rounds = new Rounds(full ? FULL_ROUNDS : QUICK_ROUNDS, recorder);
      Setting setting = new Setting(full, prepare, rounds, cache, python, driver);
      for (Map.Entry<String, Group> group : groups(setting).entrySet()) {
        if (prepare ? group.getKey().equals("lucene") : asked(group.getKey())) {
          group.getValue().run();
        }
      }
      if (prepare) {
        return 0;
      }
      String name = written.getFileName().toString();
      System.out.print(Report.page(Map.of(name, ResultFile.read(written))));
      System.err.println("written: " + written);
      return 0;
    }

    /** What can be measured, in the order of the page. */
    private static Map<String, Group> groups(Setting setting) {
      Map<String, Group> groups = new LinkedHashMap<>();
      groups.put("limits", () -> new LimitsGroup(setting).run());
      groups.put("faiss", () -> new FaissGroup(setting).run());
      groups.put("choice", () -> new ChoiceGroup(setting).run());
      groups.put("lucene", () -> new LuceneGroup(setting).run());
      groups.put("encoder", () -> new EncoderGroup(setting).run());
      groups.put("line", () -> new LineGroup(setting).run());
      groups.put("growth", () -> new GrowthGroup(setting).run());
      groups.put("million", () -> new MillionGroup(setting).run());
      return groups;
    }

    /** What is measured together. */
    @FunctionalInterface
    private interface Group {
      void run() throws IOException;
    }

    private boolean asked(String group) {
      boolean inThisRun = full || !group.equals("million");
      boolean limits = group.equals("limits"); // some seconds, and what the others are shares of
      return only.isEmpty() ? inThisRun : limits || only.contains(group);
    }

    private static void tell(Result result) {
      System.err.printf(
          Locale.ROOT,
          "%s: %s %s %s%n",
          result.key(),
          Report.number(result.median()),
          result.unit(),
          result.beside().isEmpty() ? "" : result.beside());
    }
  }

  /** Runs the benchmarks under JMH. */
  @Command(name = "jmh", description = "Run the benchmarks under JMH, and write a result file.")
  static final class Jmh implements Callable<Integer> {

    @Option(names = "--commit", required = true, description = "The state of the tree.")
    private String commit = "";

    @Option(names = "--out", required = true, description = "The folder of result files.")
    private Path out = Path.of("");

    @Parameters(description = "JMH's own options, behind --.")
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
      Machine machine = Machine.here(commit, Versions.ofJars());
      Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);
      List<Result> results = JmhRun.results(arguments.toArray(new String[0]));
      if (results.isEmpty()) {
        return 0;
      }
      Path written = out.resolve(started.toString().replace(':', '-') + "-jmh.json");
      new ResultFile(ResultFile.FORMAT, started.toString(), machine, results).write(written);
      System.err.println("written: " + written);
      return 0;
    }
  }

  /** Compares two runs. */
  @Command(name = "compare", description = "Say what moved between two runs beyond their noise.")
  static final class Tell implements Callable<Integer> {

    @Parameters(index = "0", description = "The earlier result file.")
    private Path before = Path.of("");

    @Parameters(index = "1", description = "The later result file.")
    private Path after = Path.of("");

    @Override
    public Integer call() throws IOException {
      List<String> moved = Compare.moved(ResultFile.read(before), ResultFile.read(after));
      moved.forEach(System.out::println);
      if (moved.isEmpty()) {
        System.out.println("nothing moved beyond the noise");
      }
      return moved.stream().anyMatch(line -> line.contains(", worse by ")) ? 1 : 0;
    }
  }

  /** Says how stable several runs are. */
  @Command(name = "spread", description = "Say how far the figures of several runs lie apart.")
  static final class Stability implements Callable<Integer> {

    @Parameters(arity = "2..*", description = "The result files.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--page", description = "A file for the whole list, besides.")
    private @Nullable Path page;

    @Override
    public Integer call() throws IOException {
      Map<String, ResultFile> runs = read(files);
      List<Spread.Line> lines = Spread.of(List.copyOf(runs.values()));
      if (page != null) {
        Files.writeString(page, Spread.page(lines, runs));
      }
      lines.forEach(System.out::println);
      long unstable = lines.stream().filter(line -> !line.isStable()).count();
      System.out.println(lines.size() + " figures, " + unstable + " with an unstable ratio");
      return unstable == 0 ? 0 : 1;
    }
  }

  /** Writes the page of some runs, its plots, and the tables of READMEs. */
  @Command(name = "report", description = "Write the page of result files: tables and plots.")
  static final class Page implements Callable<Integer> {

    @Parameters(arity = "1..*", description = "The result files; later ones count more.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--out", required = true, description = "The folder of the page and the plots.")
    private Path out = Path.of("");

    @Option(names = "--readme", description = "A README whose table is written anew, too.")
    private List<Path> readmes = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
      Map<String, ResultFile> runs = read(files);
      for (ResultFile run : runs.values()) {
        Map<String, Plot> plots = Plots.of(run.results(), run.machine().jdkName());
        for (Map.Entry<String, Plot> plot : plots.entrySet()) {
          Files.writeString(out.resolve(plot.getKey()), plot.getValue().svg());
        }
      }
      Files.writeString(out.resolve("README.md"), Report.page(runs));
      for (Path readme : readmes) {
        Path folder = readme.toAbsolutePath().resolveSibling(".").normalize();
        String from = folder.relativize(out.toAbsolutePath().normalize()) + "/";
        Summary.insert(readme, runs, from);
      }
      return 0;
    }
  }

  private static Map<String, ResultFile> read(List<Path> files) throws IOException {
    Map<String, ResultFile> runs = new LinkedHashMap<>();
    for (Path file : files) {
      runs.put(file.getFileName().toString(), ResultFile.read(file));
    }
    return runs;
  }
}
