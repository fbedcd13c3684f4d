package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.faiss.testing.Agreement;
import dev.faissjvm.faiss.testing.PythonFiles;
import dev.faissjvm.faiss.testing.PythonFiles.Kind;
import java.nio.file.Path;
import java.util.Arrays;
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
        Agreement.assertAgree(kind.name(), kind.ids(n), kind.distances(n), found);
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

  @Test
  void aBinaryFileIsRefusedByName() {
    Kind binary = PythonFiles.kinds().stream().filter(Kind::isBinary).findFirst().orElseThrow();
    assertThatThrownBy(() -> VectorIndex.read(binary.file()))
        .isInstanceOf(IndexFormatException.class)
        .hasMessageEndingWith("file: expected an index over floats, got a binary one");
  }
}
