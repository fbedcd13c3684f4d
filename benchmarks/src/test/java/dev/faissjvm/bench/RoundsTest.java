package dev.faissjvm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundsTest {
  private static final Machine MACHINE =
      new Machine("cpu", 2, "avx2", 1024, Map.of("jdk", "17"), "abc");

  private static Result result(String contestant, String unit, Double... samples) {
    return new Result("g", "c", contestant, unit, List.of(samples), Map.of());
  }

  @Test
  void everyContestantHasItsTurnInEachRoundAndEachBeginsOnce() throws IOException {
    List<String> turns = new ArrayList<>();
    List<Result> results = new ArrayList<>();
    record Counter(String name, List<String> turns) implements Contestant {
      @Override
      public double sample() {
        turns.add(name);
        return turns.size();
      }
    }
    new Rounds(2, results::add)
        .run("g", "c", "us", List.of(new Counter("a", turns), new Counter("b", turns)));
    assertThat(turns).containsExactly("a", "b", "a", "b", "b", "a");
    assertThat(results.get(0).samples()).containsExactly(3.0, 6.0);
    assertThat(results.get(1).samples()).containsExactly(4.0, 5.0);
  }

  @Test
  void theMiddleHalfIsTheSpread() {
    Result result = result("a", "us", 10.0, 11.0, 9.0, 100.0, 10.5, 9.5, 1.0, 10.0);
    assertThat(result.median()).isEqualTo(10.0);
    assertThat(result.spread()).isEqualTo(0.1);
  }

  @Test
  void onlyWhatMovedBeyondTheNoiseIsTold(@TempDir Path folder) throws IOException {
    ResultFile before =
        new ResultFile(
            1,
            "2026-01-01T00:00:00Z",
            MACHINE,
            List.of(
                result("a", "us", 10.0, 10.0, 10.0),
                result("b", "rows/s", 100.0, 100.0, 100.0),
                result("c", "us", 10.0, 30.0, 20.0)));
    ResultFile after =
        new ResultFile(
            1,
            "2026-01-02T00:00:00Z",
            MACHINE,
            List.of(
                result("a", "us", 12.0, 12.0, 12.0),
                result("b", "rows/s", 200.0, 200.0, 200.0),
                result("c", "us", 12.0, 36.0, 24.0)));
    before.write(folder.resolve("before.json"));
    assertThat(ResultFile.read(folder.resolve("before.json"))).isEqualTo(before);
    assertThat(Compare.moved(before, after))
        .containsExactly(
            "g | c | b: 100.0 -> 200.0 rows/s, better by 50 % (noise 5 %)",
            "g | c | a: 10.00 -> 12.00 us, worse by 20 % (noise 5 %)");
  }

  @Test
  void aLostRecallIsTold() {
    Result then = new Result("g", "c", "a", "us", List.of(10.0), Map.of("recall", 0.99));
    Result now = new Result("g", "c", "a", "us", List.of(10.0), Map.of("recall", 0.95));
    Result other = new Result("g", "c", "b", "us", List.of(10.0), Map.of());
    assertThat(
            Compare.moved(
                new ResultFile(1, "", MACHINE, List.of(then, other)),
                new ResultFile(1, "", MACHINE, List.of(now))))
        .containsExactly(
            "g | c | a: recall 0.9900 -> 0.9500, worse by 4.0 %",
            "g | c | b: only in the first run");
  }
}
