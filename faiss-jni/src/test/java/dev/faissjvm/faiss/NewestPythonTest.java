package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.faiss.testing.Agreement;
import dev.faissjvm.faiss.testing.PythonFiles;
import dev.faissjvm.faiss.testing.PythonFiles.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Python's newest Faiss, 1.15.1: its files answer here as they do there, and files made here answer
 * there as they do here. What only that version knows is refused by name.
 */
class NewestPythonTest {
  private static final int K = 10;
  private static final int QUERIES = 64;
  private static final Map<String, String> ITS_OWN =
      Map.of(
          "RaBitQ4", "Ixrr",
          "IVFRaBitQ4", "Iwrr",
          "RaBitQfs", "Irfn",
          "IVFRaBitQfs", "Iwrn",
          "Panorama", "IxFP",
          "IVFPanorama", "IwP2",
          "HNSWPanorama", "IHfP");

  @TempDir Path folder = Path.of("");

  static Stream<Kind> known() {
    return PythonFiles.newestKinds().stream().filter(kind -> !ITS_OWN.containsKey(kind.name()));
  }

  static Stream<Kind> unknown() {
    return PythonFiles.newestKinds().stream().filter(kind -> ITS_OWN.containsKey(kind.name()));
  }

  @Test
  void everyKindIsThere() {
    assertThat(known()).hasSameSizeAs(PythonFiles.kinds());
    assertThat(unknown()).hasSameSizeAs(ITS_OWN.entrySet());
  }

  @ParameterizedTest
  @MethodSource("known")
  void itsFilesAnswerHereAsThereAndAreRewrittenTheSame(Kind kind) throws Exception {
    Path rewritten = folder.resolve("rewritten");
    if (kind.isBinary()) {
      try (BinaryIndex index = BinaryIndex.read(kind.file())) {
        Neighbors found = index.search(PythonFiles.bits("query.u8"), K);
        Agreement.assertSameBits(kind.ids(QUERIES), kind.distances(QUERIES), found);
        index.write(rewritten);
      }
    } else {
      try (VectorIndex index = VectorIndex.read(kind.file())) {
        for (int n : new int[] {1, 19, 20, QUERIES}) {
          float[] queries = Arrays.copyOf(PythonFiles.floats("query.f32"), n * kind.dimension());
          Neighbors found = asTheNewestSays(kind, index.search(queries, K));
          Agreement.assertAgree(kind.name(), kind.ids(n), kind.distances(n), found);
        }
        index.write(rewritten);
      }
    }
    assertThat(rewritten).hasSize(Files.size(kind.file()));
    if (!kind.name().endsWith("Hash")) { // tables have no order
      assertThat(rewritten).hasSameBinaryContentAs(kind.file());
    }
  }

  @ParameterizedTest
  @MethodSource("unknown")
  void aKindOfItsOwnIsRefusedByName(Kind kind) {
    assertThatThrownBy(() -> VectorIndex.read(kind.file()))
        .isInstanceOf(IndexFormatException.class)
        .hasMessageStartingWith(kind.file() + ": ")
        .hasMessageContaining(
            "expected a kind of Faiss 1.12.0 that can be read safely, got "
                + ITS_OWN.get(kind.name()));
  }

  /** Built from the same rows, so each side also searches what the other did not train. */
  @Test
  void filesMadeHereAnswerInBothVersionsAsHere() throws Exception {
    Map<Kind, Neighbors> answers = new LinkedHashMap<>();
    for (Kind kind : PythonFiles.kinds()) {
      answers.put(kind, kind.isBinary() ? madeOfBits(kind) : madeOfFloats(kind));
    }
    for (String queries : new String[] {"query.f32", "query.u8"}) {
      Files.copy(PythonFiles.folder().resolve(queries), folder.resolve(queries));
    }
    List<String> different = new ArrayList<>();
    for (Kind kind : answers.keySet()) {
      Path ours = folder.resolve(kind.name() + ".faiss");
      if (!dependsOnSums(kind) && Files.mismatch(kind.file(), ours) >= 0) {
        different.add(kind.name());
      }
    }
    assertThat(different).as("files that Python 1.12.0 writes otherwise").isEmpty();
    PythonFiles.answer(folder);
    answers.forEach(
        (kind, found) -> {
          for (String version : new String[] {"same", "newest"}) {
            String name = kind.name() + "." + version;
            long[] ids = PythonFiles.longs(folder.resolve(name + ".ids.i64"));
            float[] distances = PythonFiles.floats(folder.resolve(name + ".distances.f32"));
            if (kind.isBinary()) {
              Agreement.assertSameBits(ids, distances, found);
            } else {
              Neighbors said = version.equals("same") ? found : asTheNewestSays(kind, found);
              Agreement.assertAgree(name, ids, distances, said);
            }
          }
        });
  }

  /** RaBitQ estimates distances, also below 0, for which 1.15.1 says 0. */
  private static Neighbors asTheNewestSays(Kind kind, Neighbors found) {
    if (!kind.factory().contains("RaBitQ") || !kind.metric().equals("l2")) {
      return found;
    }
    float[] distances = found.distances().clone();
    for (int i = 0; i < distances.length; i++) {
      distances[i] = Math.max(0, distances[i]);
    }
    return new Neighbors(found.k(), distances, found.ids());
  }

  /** Its floats depend on the order of sums in BLAS or under SIMD; README.md names them. */
  private static boolean dependsOnSums(Kind kind) {
    return kind.factory().matches(".*(PCA|OPQ|ITQ|RR|RQ|LSQ|L2norm|RaBitQ|RCQ).*")
        || (kind.factory().startsWith("IVF") && kind.metric().equals("ip"));
  }

  private Neighbors madeOfFloats(Kind kind) throws Exception {
    int d = kind.dimension();
    float[] rows = PythonFiles.floats("data.f32");
    Metric metric =
        switch (kind.metric()) {
          case "ip" -> Metric.INNER_PRODUCT;
          case "l1" -> Metric.L1;
          default -> Metric.L2;
        };
    try (VectorIndex index = VectorIndex.create(kind.factory(), d, metric)) {
      index.train(rows);
      if (kind.isMapped()) {
        index.add(ids(kind), Arrays.copyOf(rows, kind.count() * d));
      } else {
        index.add(Arrays.copyOf(rows, kind.count() * d));
      }
      index.write(folder.resolve(kind.name() + ".faiss"));
      return index.search(PythonFiles.floats("query.f32"), K);
    }
  }

  private Neighbors madeOfBits(Kind kind) throws Exception {
    byte[] rows = PythonFiles.bits("data.u8");
    try (BinaryIndex index = BinaryIndex.create(kind.factory(), kind.dimension())) {
      index.train(rows);
      byte[] some = Arrays.copyOf(rows, kind.count() * kind.dimension() / 8);
      if (kind.isMapped()) {
        index.add(ids(kind), some);
      } else {
        index.add(some);
      }
      index.write(folder.resolve(kind.name() + ".faiss"));
      return index.search(PythonFiles.bits("query.u8"), K);
    }
  }

  private static long[] ids(Kind kind) {
    long[] ids = new long[kind.count()];
    Arrays.setAll(ids, i -> 3L * i + 5);
    return ids;
  }
}
