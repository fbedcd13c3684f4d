package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.faissjvm.faiss.testing.Agreement;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What compares two Faisses refuses what it must: once, it looked at no distance of another id. */
class AgreementTest {
  private static final long[] IDS = {5, 6, 7, 8};
  private static final float[] DISTANCES = {1, 2, 2, 300};

  private static Throwable compared(long[] ids, float[] distances) {
    Neighbors found = new Neighbors(4, distances, ids);
    return catchThrowable(() -> Agreement.assertAgree("kind", IDS, DISTANCES, found));
  }

  private static float[] numbers(String text) {
    String[] parts = text.split(" ", -1);
    float[] numbers = new float[parts.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Float.parseFloat(parts[i]);
    }
    return numbers;
  }

  private static long[] ids(String text) {
    float[] numbers = numbers(text);
    long[] ids = new long[numbers.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (long) numbers[i];
    }
    return ids;
  }

  @ParameterizedTest
  @CsvSource({
    "5 6 7 8, 1 2 2 300", // the same
    "5 7 6 8, 1 2 2 300", // a tie
    "5 6 7 8, 1.0001 2 2 300.003", // rounding
  })
  void tiesAndRoundingAgree(String ids, String distances) {
    assertThat(compared(ids(ids), numbers(distances))).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "5 6 7 8, 1 2 2 300.004, kind at 3: distance 300.004",
    "5 6 7 9, 1 2 2 310, kind at 3: distance 310.0",
    "5 6 7 9, 1 2 2 300, kind: other ids at the end",
    "6 5 7 8, 1 2 2 300, 'kind at 0, id 6: distance 1.0'",
    "5 9 7 8, 1 2 2 300, 'kind at 1, id 9: distance 2.0'",
    "5 6 6 8, 1 2 2 300, 'kind at 2: id 6, once'",
    "5 6 7 -1, 1 2 2 300, kind at 3: whether there is none",
  })
  void everythingElseIsADifference(String ids, String distances, String difference) {
    assertThat(compared(ids(ids), numbers(distances)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(difference);
  }

  @Test
  void oneOf200MayTieWithTheLast() {
    long[] expected = LongStream.range(0, 400).toArray();
    Neighbors found = new Neighbors(1, new float[400], expected.clone());
    for (int others = 1; others <= 3; others++) {
      found.ids()[100 * others] = 1_000L + others;
      Throwable difference =
          catchThrowable(() -> Agreement.assertAgree("kind", expected, new float[400], found));
      assertThat(difference == null).as("%s others", others).isEqualTo(others <= 2);
    }
  }

  @Test
  void aRowThatIsNotFullHasFoundEverything() {
    long[] ids = {5, -1};
    float[] distances = {1, 9};
    Neighbors other = new Neighbors(2, new float[] {1, 7}, new long[] {4, -1});
    assertThat(catchThrowable(() -> Agreement.assertAgree("kind", ids, distances, other)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("kind at 0: what has no 4");
  }
}
