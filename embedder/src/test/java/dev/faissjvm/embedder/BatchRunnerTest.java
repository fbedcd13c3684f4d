package dev.faissjvm.embedder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BatchRunnerTest {
  private static int[][] texts(int... lengths) {
    return Arrays.stream(lengths).mapToObj(int[]::new).toArray(int[][]::new);
  }

  private static List<Integer> sizes(List<int[]> batches) {
    return batches.stream().map(batch -> batch.length).toList();
  }

  @Test
  void aShortListIsSharedEvenlyAmongTheWorkers() {
    int[][] hundred = texts(IntStream.range(0, 100).map(i -> 15).toArray());
    assertThat(sizes(BatchRunner.batches(hundred, 1024, 2))).containsExactly(50, 50);
    assertThat(sizes(BatchRunner.batches(hundred, 1024, 4))).containsExactly(25, 25, 25, 25);
    assertThat(sizes(BatchRunner.batches(hundred, 1024, 1))).containsExactly(50, 50);
  }

  @Test
  void aFewTokensStayTogether() {
    assertThat(sizes(BatchRunner.batches(texts(15, 15, 15, 15, 15), 1024, 16))).containsExactly(5);
    assertThat(sizes(BatchRunner.batches(texts(0, 0, 0), 1024, 2))).containsExactly(3);
    assertThat(BatchRunner.batches(texts(), 1024, 2)).isEmpty();
  }

  @Test
  void aTextLongerThanABatchIsOneOfItsOwn() {
    assertThat(sizes(BatchRunner.batches(texts(10, 300, 10, 200), 64, 2))).containsExactly(1, 1, 2);
  }

  @Test
  void everyTextIsInOneBatchAndNoBatchIsTooLarge() {
    Random random = new Random(5);
    for (int round = 0; round < 50; round++) {
      int threads = 1 + random.nextInt(8);
      int[][] tokens =
          texts(IntStream.range(0, random.nextInt(2000)).map(i -> random.nextInt(60)).toArray());
      List<int[]> batches = BatchRunner.batches(tokens, 512, threads);
      assertThat(batches.stream().flatMapToInt(Arrays::stream).sorted().toArray())
          .isEqualTo(IntStream.range(0, tokens.length).toArray());
      assertThat(batches)
          .allSatisfy(
              batch ->
                  assertThat(Arrays.stream(batch).map(i -> tokens[i].length).sum())
                      .isLessThanOrEqualTo(512));
      int total = Arrays.stream(tokens).mapToInt(ids -> ids.length).sum();
      int fewest = Math.max(1, (total + 511) / 512);
      assertThat(batches).hasSizeLessThanOrEqualTo(fewest + threads + 1 + fewest / 8);
      assertThat(batches.stream().map(batch -> tokens[batch[batch.length - 1]].length).toList())
          .isSortedAccordingTo((a, b) -> b - a);
    }
  }
}
