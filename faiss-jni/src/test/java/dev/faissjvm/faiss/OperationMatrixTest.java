package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.data.Offset.offset;

import dev.faissjvm.faiss.testing.Agreement;
import dev.faissjvm.faiss.testing.Operated;
import dev.faissjvm.faiss.testing.PythonFiles;
import dev.faissjvm.faiss.testing.PythonFiles.Kind;
import dev.faissjvm.faiss.testing.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Every kind of index, every operation: it answers as Python's Faiss does, or is refused in words.
 * What was found is compared with OPERATIONS.md, which this test makes.
 */
class OperationMatrixTest {
  private static final Path COMMITTED = Path.of("OPERATIONS.md");
  private static final Set<Operation> OVER_FLOATS =
      Set.of(
          Operation.SEARCH_AND_RECONSTRUCT,
          Operation.ENCODE,
          Operation.COPY_SUBSET,
          Operation.LISTS);
  private static final Path MADE = Path.of("target", "OPERATIONS.md");

  private static final String HEAD =
      """
      # What each kind of index can do

      Made by `OperationMatrixTest` from its own run on one file of each kind that Python's Faiss 1.12.0 wrote; not edited.

      - `=` works, and the answer equals that of Python's Faiss 1.12.0: the same ids but for ties, distances within 1e-5 relative;
      - `+` works here, and not in Python: the note has Python's outcome;
      - `-` is refused with an `UnsupportedOperationException` before Faiss is called: the note has its words;
      - nothing: a `BinaryIndex` has no such method.

      """;

  private final Map<String, String> outcomes = PythonFiles.outcomes();
  private final List<String> wrong = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  @Test
  void everyKindDoesWhatPythonDoesOrSaysWhyNot() throws Exception {
    StringBuilder text = new StringBuilder(HEAD);
    text.append("| kind | factory |");
    for (Operation operation : Operation.values()) {
      text.append(' ').append(operation.name().toLowerCase(java.util.Locale.ROOT)).append(" |");
    }
    text.append("\n|").append(" --- |".repeat(2 + Operation.values().length)).append('\n');
    for (Kind kind : PythonFiles.kinds()) {
      text.append("| ").append(kind.name()).append(" | `").append(kind.factory()).append("` |");
      for (Operation operation : Operation.values()) {
        text.append(' ').append(checked(kind, operation)).append(" |");
      }
      text.append('\n');
    }
    text.append('\n');
    for (int i = 0; i < notes.size(); i++) {
      text.append(i + 1).append(". ").append(notes.get(i).replace("<", "&lt;")).append('\n');
    }
    assertThat(wrong).isEmpty();
    Files.writeString(MADE, text);
    assertThat(Files.readString(COMMITTED))
        .as("the kinds have changed: cp faiss-jni/%s faiss-jni/%s", MADE, COMMITTED)
        .isEqualTo(text.toString());
  }

  private String checked(Kind kind, Operation operation) throws IOException {
    try {
      return cell(kind, operation);
    } catch (AssertionError | RuntimeException e) {
      wrong.add(kind + " " + operation + ": " + e.getMessage());
      return "wrong";
    }
  }

  private String cell(Kind kind, Operation operation) throws IOException {
    String python = outcomes.get(kind.name() + " " + operation);
    try (Operated index = Operated.open(kind)) {
      if (kind.isBinary() && OVER_FLOATS.contains(operation)) {
        assertThat(index.supports(operation)).isFalse();
        return "";
      }
      if (!index.supports(operation)) {
        Throwable refusal = catchThrowable(() -> attempt(index, operation));
        assertThat(refusal)
            .as("%s %s", kind, operation)
            .isInstanceOf(UnsupportedOperationException.class);
        String[] parts = String.valueOf(refusal.getMessage()).split(": ", 2);
        return "- " + note(parts[1].substring(0, parts[1].lastIndexOf("; kind=")));
      }
      if ("ok".equals(python)) {
        assertEqualsPythons(kind, operation, index);
        return "=";
      }
      assertDone(kind, operation, index);
      return "+ " + note("Python: " + python);
    }
  }

  private String note(String text) {
    if (!notes.contains(text)) {
      notes.add(text);
    }
    return "<sup>" + (notes.indexOf(text) + 1) + "</sup>";
  }

  private static Object attempt(Operated index, Operation operation) throws IOException {
    return switch (operation) {
      case SEARCH -> index.search(SearchOptions.DEFAULT);
      case SEARCH_AND_RECONSTRUCT -> index.searchAndReconstruct();
      case ASSIGN -> index.assign();
      case RANGE_SEARCH -> index.range(1);
      case RECONSTRUCT -> index.reconstruct(index.places());
      case UPSERT -> index.upsert();
      case ENCODE -> index.decode(index.encode());
      case LISTS -> index.listSizes();
      case FILTER -> index.search(SearchOptions.DEFAULT.with(Operated.SOME));
      default -> index.after(operation);
    };
  }

  private static void assertEqualsPythons(Kind kind, Operation operation, Operated index)
      throws IOException {
    String name = kind.name() + "." + operation + ".";
    String what = kind + " " + operation;
    switch (operation) {
      case SEARCH_AND_RECONSTRUCT -> {
        NeighborVectors found = index.searchAndReconstruct();
        assertAgree(kind, operation, found.neighbors());
        assertSameVectors(what, found, PythonFiles.longs(name + "ids.i64"), name + "vectors.f32");
      }
      case ASSIGN -> {
        float[] distances = index.search(SearchOptions.DEFAULT).distances();
        Neighbors found = new Neighbors(Operated.K, distances, index.assign());
        float[] expected = PythonFiles.floats(kind.name() + ".SEARCH.distances.f32");
        assertAgree(kind, PythonFiles.longs(name + "ids.i64"), expected, found);
      }
      case RECONSTRUCT -> {
        float[] expected =
            kind.isBinary()
                ? unsigned(name + "vectors.u8")
                : PythonFiles.floats(name + "vectors.f32");
        assertNear(what, index.reconstruct(index.places()), expected);
      }
      case RANGE_SEARCH -> assertEqualsPythonsHits(kind, what, name, index);
      case LISTS ->
          assertThat(index.listSizes()).as(what).isEqualTo(PythonFiles.longs(name + "sizes.i64"));
      case ENCODE -> assertEqualsPythonsCodes(name, index);
      default -> assertAgree(kind, operation, (Neighbors) attempt(index, operation));
    }
  }

  private static void assertEqualsPythonsHits(Kind kind, String what, String name, Operated index) {
    RangeHits hits = index.range(PythonFiles.floats(kind.name() + ".radius.f32")[0]);
    RangeHits expected =
        new RangeHits(
            PythonFiles.longs(name + "limits.i64"),
            PythonFiles.floats(name + "distances.f32"),
            PythonFiles.longs(name + "ids.i64"));
    int same = 0;
    for (int query = 0; query < hits.queries(); query++) {
      same += shared(hits.ids(query), expected.ids(query));
      assertThat(hits.ids(query)).as(what).doesNotHaveDuplicates();
    }
    assertSameDistances(what, hits, expected);
    int most = Math.max(hits.ids().length, expected.ids().length);
    assertThat(same).as(what).isGreaterThanOrEqualTo((int) (0.99 * most));
  }

  private static void assertAgree(Kind kind, Operation operation, Neighbors found) {
    String name = kind.name() + "." + operation + ".";
    float[] distances = PythonFiles.floats(name + "distances.f32");
    assertAgree(kind, PythonFiles.longs(name + "ids.i64"), distances, found);
  }

  private static void assertAgree(Kind kind, long[] ids, float[] distances, Neighbors found) {
    if (kind.isBinary()) {
      Agreement.assertSameBits(ids, distances, found);
    } else {
      Agreement.assertAgree(kind.name(), ids, distances, found);
    }
  }

  /** Of the ids that both have, which are nearly all. */
  private static void assertSameVectors(
      String what, NeighborVectors found, long[] ids, String file) {
    float[] vectors = PythonFiles.floats(file);
    assertThat(found.vectors()).as(what).hasSameSizeAs(vectors);
    int width = vectors.length / ids.length;
    int same = 0;
    int all = 0;
    for (int i = 0; i < ids.length; i++) {
      long id = found.neighbors().ids()[i];
      all += id < 0 ? 0 : 1;
      int row = i - i % Operated.K;
      for (int other = row; other < row + Operated.K && id >= 0; other++) {
        if (ids[other] == id) {
          same++;
          assertNear(
              what, Vectors.row(found.vectors(), width, i), Vectors.row(vectors, width, other));
        }
      }
    }
    assertThat(same).as(what).isGreaterThanOrEqualTo((int) (0.98 * all)).isPositive();
  }

  /** A number on the edge between two codes may fall to either side, by the last digit. */
  private static void assertEqualsPythonsCodes(String name, Operated index) {
    byte[] codes = PythonFiles.bits(name + "codes.u8");
    float[] vectors = PythonFiles.floats(name + "vectors.f32");
    assertNear(name, index.decode(codes), vectors);
    byte[] found = index.encode();
    assertThat(found).as(name).hasSameSizeAs(codes);
    float[] decoded = index.decode(found);
    int different = 0;
    for (int i = 0; i < vectors.length; i++) {
      different += Agreement.isNear(decoded[i], vectors[i]) ? 0 : 1;
    }
    assertThat(different).as(name).isLessThanOrEqualTo(vectors.length / 100);
  }

  private static float[] unsigned(String file) {
    byte[] bytes = PythonFiles.bits(file);
    float[] values = new float[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      values[i] = bytes[i] & 0xff;
    }
    return values;
  }

  private static void assertNear(String what, float[] found, float[] expected) {
    assertThat(found).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(Agreement.isNear(found[i], expected[i]))
          .as("%s at %s: %s, expected %s", what, i, found[i], expected[i])
          .isTrue();
    }
  }

  /** Of the hits that both have. */
  private static void assertSameDistances(String what, RangeHits found, RangeHits expected) {
    for (int query = 0; query < found.queries(); query++) {
      Map<Long, Float> theirs = new HashMap<>();
      for (int i = 0; i < expected.ids(query).length; i++) {
        theirs.put(expected.ids(query)[i], expected.distances(query)[i]);
      }
      for (int i = 0; i < found.ids(query).length; i++) {
        float distance = found.distances(query)[i];
        Float other = theirs.get(found.ids(query)[i]);
        assertThat(other == null || Agreement.isNear(distance, other))
            .as("%s: %s, expected %s", what, distance, other)
            .isTrue();
      }
    }
  }

  private static int shared(long[] a, long[] b) {
    Set<Long> all = Arrays.stream(a).boxed().collect(Collectors.toSet());
    return (int) Arrays.stream(b).filter(all::contains).count();
  }

  /** Where Python's Faiss has nothing to compare with, the answer itself tells. */
  private static void assertDone(Kind kind, Operation operation, Operated index)
      throws IOException {
    Neighbors before = index.search(SearchOptions.DEFAULT);
    String what = kind + " " + operation;
    switch (operation) {
      case COPY -> assertThat(index.after(operation)).as(what).isEqualTo(before);
      case SEARCH_AND_RECONSTRUCT -> {
        NeighborVectors found = index.searchAndReconstruct();
        assertThat(found.neighbors()).as(what).isEqualTo(before);
        for (int i = 0; i < before.ids().length; i++) {
          float[] vector = Vectors.row(found.vectors(), kind.dimension(), i);
          if (before.ids()[i] < 0) {
            assertThat(vector).as(what).containsOnly(Float.NaN);
          } else {
            assertThat(vector).as(what).isEqualTo(index.reconstruct(before.ids()[i]));
          }
        }
      }
      case RESET ->
          assertThat(Arrays.stream(index.after(operation).ids()).boxed())
              .as(what)
              .anyMatch(id -> id >= 0)
              .allMatch(id -> id < Operated.REFILLED);
      case REMOVE ->
          assertThat(Arrays.stream(index.after(operation).ids()))
              .as(what)
              .noneMatch(Operated::isOneOfSome);
      case FILTER ->
          assertThat(
                  Arrays.stream(index.search(SearchOptions.DEFAULT.with(Operated.SOME)).ids())
                      .boxed())
              .as(what)
              .anyMatch(id -> id >= 0)
              .allMatch(id -> id < 0 || Operated.isOneOfSome(id));
      case UPSERT -> assertThat(index.upsert()).as(what).isEqualTo(2);
      case ENCODE -> {
        float[] rows = PythonFiles.floats("data.f32");
        float[] decoded = index.decode(index.encode());
        for (int i = 0; i < decoded.length; i++) {
          assertThat(decoded[i]).as(what).isCloseTo(rows[i], offset(0.05f));
        }
      }
      default -> throw new AssertionError(what + ": supported, but nothing says what is right");
    }
  }
}
