package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.faiss.testing.Operated;
import dev.faissjvm.faiss.testing.PythonFiles;
import dev.faissjvm.faiss.testing.PythonFiles.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One operation after the other, and every form of a filter, on each kind of index that can. */
class EveryKindTest {
  private static Stream<Kind> that(Operation... operations) {
    return PythonFiles.kinds().stream()
        .filter(
            kind -> {
              try (Operated index = Operated.open(kind)) {
                return Stream.of(operations).allMatch(index::supports);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  static Stream<Kind> thatAddAndRemove() {
    return that(Operation.ADD, Operation.REMOVE);
  }

  static Stream<Kind> thatFilter() {
    return that(Operation.FILTER);
  }

  /** Ids went on past the removed ones even where they are positions, which Faiss refused. */
  @ParameterizedTest
  @MethodSource("thatAddAndRemove")
  void whatIsAddedAfterAnAdditionAndARemovalIsThere(Kind kind) throws IOException {
    try (Operated index = Operated.open(kind)) {
      index.after(Operation.ADD);
      assertThat(index.remove(Operated.SOME)).isEqualTo(300);
      index.after(Operation.ADD);
      assertThat(index.count()).isEqualTo(kind.count() - 300 + 2 * Operated.ADDED);
    }
  }

  @ParameterizedTest
  @MethodSource("thatFilter")
  void filtersLetThroughWhatTheySay(Kind kind) throws IOException {
    IdFilter some = Operated.SOME;
    LongPredicate isEven = id -> id % 2 == 0 && id < 2_000;
    IdFilter even = IdFilter.of(LongStream.range(0, 2_000).filter(isEven).toArray());
    long[] words = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
    LongPredicate isSome = Operated::isOneOfSome;
    Map<IdFilter, LongPredicate> forms = new LinkedHashMap<>();
    forms.put(some, isSome);
    forms.put(even, isEven);
    forms.put(IdFilter.bitmap(words, 640), id -> id < 640);
    forms.put(some.not(), isSome.negate());
    forms.put(some.and(even), isSome.and(isEven));
    forms.put(some.or(even), isSome.or(isEven));
    forms.put(some.xor(even), id -> isSome.test(id) != isEven.test(id));
    try (Operated index = Operated.open(kind)) {
      long[] all = index.search(SearchOptions.DEFAULT).ids();
      forms.forEach(
          (filter, lets) -> {
            long[] found = index.search(SearchOptions.DEFAULT.with(filter)).ids();
            assertThat(LongStream.of(found))
                .anyMatch(id -> id >= 0)
                .allMatch(id -> id < 0 || lets.test(id));
            // What was found without a filter, and is let through, is found.
            long wanted = LongStream.of(all).filter(id -> id >= 0 && lets.test(id)).count();
            long got = LongStream.of(found).filter(id -> id >= 0).count();
            assertThat(got).isGreaterThanOrEqualTo(wanted);
          });
    }
  }
}
