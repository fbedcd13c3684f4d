package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.faiss.testing.Agreement;
import dev.faissjvm.faiss.testing.PythonFiles;
import dev.faissjvm.faiss.testing.PythonFiles.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Python's Faiss wrote a file of every binary kind; here the same files answer the same. */
@Tag("variant")
class BinaryOracleTest {
  private static final int K = 10;

  @TempDir Path folder = Path.of("");

  static Stream<Kind> binaryKinds() {
    return PythonFiles.kinds().stream().filter(Kind::isBinary);
  }

  @Test
  void everyBinaryKindIsThere() {
    assertThat(binaryKinds()).hasSize(8);
  }

  @ParameterizedTest
  @MethodSource("binaryKinds")
  void aFileOfPythonsAnswersAndIsRewrittenTheSame(Kind kind) throws Exception {
    Path rewritten = folder.resolve("rewritten");
    try (BinaryIndex index = BinaryIndex.read(kind.file());
        BinaryIndex mapped = BinaryIndex.map(kind.file())) {
      assertThat(index.count()).isEqualTo(kind.count());
      for (int n : new int[] {1, 19, 20, 64}) {
        byte[] queries = PythonFiles.bits("query.u8", n * kind.dimension() / 8);
        Neighbors found = index.search(queries, K);
        Agreement.assertSameBits(kind.ids(n), kind.distances(n), found);
        assertThat(mapped.search(queries, K)).isEqualTo(found);
      }
      index.write(rewritten);
    }
    if (kind.name().endsWith("Hash")) { // tables have no order: Python differs from itself too
      assertThat(rewritten).hasSize(Files.size(kind.file()));
      byte[] queries = PythonFiles.bits("query.u8", 64 * kind.dimension() / 8);
      try (BinaryIndex again = BinaryIndex.read(rewritten)) {
        Agreement.assertSameBits(kind.ids(64), kind.distances(64), again.search(queries, K));
      }
    } else {
      assertThat(rewritten).hasSameBinaryContentAs(kind.file());
    }
  }

  @Test
  void aFileOverFloatsIsRefusedByName() {
    Kind floats =
        PythonFiles.kinds().stream().filter(kind -> !kind.isBinary()).findFirst().orElseThrow();
    assertThatThrownBy(() -> BinaryIndex.read(floats.file()))
        .isInstanceOf(IndexFormatException.class)
        .hasMessage(floats.file() + ": file: expected an index over bits, got one over floats");
  }
}
