package dev.faissjvm.bench;

import dev.faissjvm.faiss.Faiss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures this library beside its peers; {@code ./bench} prepares the machine and calls it. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measure beside the peers, tell two runs apart, write the tables.",
    subcommands = {Bench.Run.class, Bench.Tell.class, Bench.Page.class})
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
        description = "Some groups only: limits, faiss, choice, lucene, encoder, line.")
    private Set<String> only = new LinkedHashSet<>();

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

    private final List<Result> results = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
      Files.createDirectories(cache);
      Faiss.load();
      Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);
      Rounds rounds = new Rounds(full ? FULL_ROUNDS : QUICK_ROUNDS, this::record);
      Setting setting = new Setting(full, rounds, cache, python, driver);
      if (asked("limits")) {
        new LimitsGroup(setting).run();
      }
      if (asked("faiss")) {
        new FaissGroup(setting).run();
      }
      if (asked("choice")) {
        new ChoiceGroup(setting).run();
      }
      if (asked("lucene")) {
        new LuceneGroup(setting).run();
      }
      if (asked("encoder")) {
        new EncoderGroup(setting).run();
      }
      if (asked("line")) {
        new LineGroup(setting).run();
      }
      ResultFile file =
          new ResultFile(ResultFile.FORMAT, started.toString(), Machine.here(commit), results);
      String day = started.toString().replace(':', '-');
      Path written = out.resolve(day + (full ? "-full" : "-quick") + ".json");
      file.write(written);
      System.out.print(Report.page(file, written.getFileName().toString()));
      System.err.println("written: " + written);
      return 0;
    }

    private boolean asked(String group) {
      return only.isEmpty() || only.contains(group);
    }

    private void record(Result result) {
      results.add(result);
      System.err.printf(
          Locale.ROOT,
          "%s: %s %s %s%n",
          result.key(),
          Report.number(result.median()),
          result.unit(),
          result.beside().isEmpty() ? "" : result.beside());
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

  /** Writes the page of a run. */
  @Command(name = "report", description = "Write the page of a result file: its tables.")
  static final class Page implements Callable<Integer> {

    @Parameters(index = "0", description = "The result file.")
    private Path file = Path.of("");

    @Option(names = "--out", required = true, description = "The page to write, Markdown.")
    private Path out = Path.of("");

    @Override
    public Integer call() throws IOException {
      Files.writeString(out, Report.page(ResultFile.read(file), file.getFileName().toString()));
      return 0;
    }
  }
}
