package dev.faissjvm.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.Main;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** The benchmarks under JMH as results among the others: time and allocation of a call. */
final class JmhRun {

  private static final String ALLOCATED = "gc.alloc.rate.norm";
  private static final String PACKAGE = "dev.faissjvm.bench.jmh.";

  private JmhRun() {}

  /**
   * Runs benchmarks, the allocation profiler on.
   *
   * @param arguments JMH's own; if they ask for help or for a list there are no results
   * @throws IOException if JMH cannot write
   * @throws IllegalArgumentException if JMH does not know them
   */
  static List<Result> results(String... arguments) throws IOException {
    try {
      CommandLineOptions asked = new CommandLineOptions(arguments);
      if (asked.shouldHelp() || asked.shouldList()) {
        Main.main(arguments);
        return List.of();
      }
      return new Runner(new OptionsBuilder().parent(asked).addProfiler(GCProfiler.class).build())
          .run().stream().map(JmhRun::result).toList();
    } catch (NoBenchmarksException e) {
      String expected = "jmh: expected patterns of benchmarks, which -l lists, got ";
      throw new IllegalArgumentException(expected + String.join(" ", arguments), e);
    } catch (CommandLineOptionException | RunnerException e) {
      throw new IllegalArgumentException("jmh: " + e.getMessage(), e);
    }
  }

  private static Result result(RunResult run) {
    StringBuilder name = new StringBuilder(run.getParams().getBenchmark().replace(PACKAGE, ""));
    for (String parameter : run.getParams().getParamsKeys()) {
      name.append(name.indexOf(" ") < 0 ? " " : ", ").append(parameter).append('=');
      name.append(run.getParams().getParam(parameter));
    }
    List<Double> samples = new ArrayList<>();
    for (BenchmarkResult fork : run.getBenchmarkResults()) {
      for (IterationResult iteration : fork.getIterationResults()) {
        samples.add(iteration.getPrimaryResult().getScore());
      }
    }
    Map<String, Double> beside = new TreeMap<>();
    run.getSecondaryResults()
        .forEach(
            (label, result) -> {
              if (label.endsWith(ALLOCATED)) {
                beside.put("heap bytes a call", result.getScore());
              }
            });
    int threads = run.getParams().getThreads();
    return new Result(
        "jmh",
        name.toString(),
        threads == 1 ? "1 thread" : threads + " threads",
        run.getPrimaryResult().getScoreUnit().replace("/op", ""),
        samples,
        beside);
  }
}
