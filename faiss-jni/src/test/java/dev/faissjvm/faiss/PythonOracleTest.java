package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.faiss.testing.PythonFiles;
import dev.faissjvm.faiss.testing.PythonFiles.Kind;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Python's Faiss 1.12.0 wrote a file of every kind and answered from it; here the same files answer
 * the same.
 */
@Tag("variant")
class PythonOracleTest {
  private static final int K = 10;
  private static final int[] BATCHES = {1, 19, 20, 64};

  @TempDir Path folder = Path.of("");

  static Stream<Kind> floatKinds() {
    return PythonFiles.kinds().stream().filter(kind -> !kind.isBinary());
  }

  @Test
  void everyFloatKindIsThere() {
    assertThat(floatKinds()).hasSizeGreaterThanOrEqualTo(58);
  }

  @ParameterizedTest
  @MethodSource("floatKinds")
  void aFileOfPythonsAnswersAndIsRewrittenTheSame(Kind kind) throws Exception {
    float[] queries = PythonFiles.floats("query.f32");
    Path rewritten = folder.resolve("rewritten");
    try (VectorIndex index = VectorIndex.read(kind.file())) {
      assertThat(index.count()).isEqualTo(kind.count());
      for (int n : BATCHES) {
        float[] batch = Arrays.copyOf(queries, n * kind.dimension());
        Neighbors found = index.search(batch, K);
        assertSame(kind, found, n);
      }
      index.write(rewritten);
    }
    assertThat(rewritten).hasSameBinaryContentAs(kind.file());
  }

  @ParameterizedTest
  @MethodSource("floatKinds")
  void aMappedFileAnswersAsAReadOne(Kind kind) throws Exception {
    if (kind.name().equals("HNSW2Level")) {
      assertThatThrownBy(() -> VectorIndex.map(kind.file()))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageEndingWith("read it instead");
      return;
    }
    float[] queries = PythonFiles.floats("query.f32");
    try (VectorIndex index = VectorIndex.read(kind.file());
        VectorIndex mapped = VectorIndex.map(kind.file())) {
      assertThat(mapped.search(queries, K)).isEqualTo(index.search(queries, K));
    }
  }

  private static void assertSame(Kind kind, Neighbors found, int n) {
    long[] ids = kind.ids(n);
    float[] distances = kind.distances(n);
    assertThat(overlap(ids, found.ids()))
        .isGreaterThanOrEqualTo(kind.name().contains("RaBitQ") ? 0.98 : 0.995);
    for (int i = 0; i < distances.length; i++) {
      if (ids[i] == found.ids()[i] && ids[i] >= 0) {
        float tolerance = 1e-5f * Math.abs(distances[i]) + 1e-4f;
        assertThat(found.distances()[i])
            .isCloseTo(distances[i], org.assertj.core.data.Offset.offset(tolerance));
      }
    }
  }

  private static double overlap(long[] expected, long[] found) {
    int same = 0;
    for (int row = 0; row < expected.length; row += K) {
      Set<Long> wanted = new HashSet<>();
      Arrays.stream(expected, row, row + K).forEach(wanted::add);
      same += (int) Arrays.stream(found, row, row + K).filter(wanted::contains).count();
    }
    return (double) same / expected.length;
  }

  @Test
  void aBinaryFileIsRefusedByName() {
    Kind binary = PythonFiles.kinds().stream().filter(Kind::isBinary).findFirst().orElseThrow();
    assertThatThrownBy(() -> VectorIndex.read(binary.file()))
        .isInstanceOf(IndexFormatException.class)
        .hasMessageEndingWith("file: expected an index over floats, got a binary one");
  }
}
