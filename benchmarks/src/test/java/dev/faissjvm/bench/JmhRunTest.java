package dev.faissjvm.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class JmhRunTest {

  @Test
  void aBenchmarkBecomesAResultWithItsParametersAndAllocation() throws IOException {
    List<Result> results =
        JmhRun.results(
            "-f",
            "0",
            "-wi",
            "0",
            "-i",
            "2",
            "-r",
            "20ms",
            "-v",
            "SILENT",
            "-p",
            "nq=1",
            "-p",
            "factory=Flat",
            "SearchBenchmark.reuse");
    assertThat(results).hasSize(1);
    Result result = results.get(0);
    assertThat(result.key()).isEqualTo("jmh | SearchBenchmark.reuse factory=Flat, nq=1 | 1 thread");
    assertThat(result.unit()).isEqualTo("us");
    assertThat(result.samples()).hasSize(2).allMatch(micros -> micros > 0);
    assertThat(result.beside()).containsOnlyKeys("heap bytes a call");
  }

  @Test
  void unknownBenchmarksAndOptionsAreRefused() {
    assertThatThrownBy(() -> JmhRun.results("-v", "SILENT", "NoSuchBenchmark"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "jmh: expected patterns of benchmarks, which -l lists, got -v SILENT NoSuchBenchmark");
    assertThatThrownBy(() -> JmhRun.results("-x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("jmh: ")
        .hasMessageContaining("x");
  }
}
