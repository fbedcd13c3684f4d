package dev.faissjvm.cli.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorFilesTest {

  private static final int DIMENSION = 3;

  @TempDir Path folder = Path.of("");

  private static float[] vectors(int n) {
    float[] vectors = new float[n * DIMENSION];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = i * 0.5f - 1;
    }
    return vectors;
  }

  private Path write(String name, int n) throws IOException {
    Path file = folder.resolve(name);
    try (VectorWriter writer = VectorWriter.create(file, DIMENSION)) {
      float[] all = vectors(n);
      writer.write(Arrays.copyOf(all, 2 * DIMENSION));
      writer.write(Arrays.copyOfRange(all, 2 * DIMENSION, all.length));
    }
    return file;
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.fvecs", "a.npy", "a.f32"})
  void whatIsWrittenIsReadInBatches(String name) throws IOException {
    Path file = write(name, 7);
    try (VectorReader reader = VectorReader.open(file, DIMENSION)) {
      assertThat(reader.dimension()).isEqualTo(DIMENSION);
      assertThat(reader.count()).isEqualTo(7);
      assertThat(reader.next(5)).isEqualTo(Arrays.copyOf(vectors(7), 5 * DIMENSION));
      assertThat(reader.next(5))
          .isEqualTo(Arrays.copyOfRange(vectors(7), 5 * DIMENSION, 7 * DIMENSION));
      assertThat(reader.next(5)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.fvecs", "a.npy", "a.f32"})
  void everyTruncationIsRefused(String name) throws IOException {
    Path file = write(name, 3);
    byte[] whole = Files.readAllBytes(file);
    int vector = DIMENSION * Float.BYTES + (name.endsWith(".fvecs") ? Integer.BYTES : 0);
    for (int length = 1; length < whole.length; length++) {
      boolean wholeVectors = !name.endsWith(".npy") && length % vector == 0;
      if (wholeVectors) {
        continue; // such a file is not told from a shorter one
      }
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> VectorReader.open(file, DIMENSION)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void theBytesOfAnNpyFileAreNumPys() throws IOException {
    byte[] bytes = Files.readAllBytes(write("a.npy", 7));
    assertThat(new String(bytes, 1, 5, StandardCharsets.US_ASCII)).isEqualTo("NUMPY");
    assertThat(Arrays.copyOfRange(bytes, 6, 10)).containsExactly(1, 0, 118, 0);
    assertThat(new String(bytes, 10, 118, StandardCharsets.US_ASCII).strip())
        .isEqualTo("{'descr': '<f4', 'fortran_order': False, 'shape': (7, 3), }");
    assertThat(bytes).hasSize(128 + 7 * DIMENSION * Float.BYTES);
  }

  @Test
  void otherFormsSayWhatTheyAre() throws IOException {
    assertRefused(
        "a.npy", "not a numpy file, really", "a.npy: expected a NumPy file, got other bytes");
    Path file = write("b.npy", 3);
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    assertRefused("c.npy", text.replace("<f4", "<f8"), "c.npy: expected float32 (<f4), got <f8");
    assertRefused(
        "d.npy",
        text.replace("False", "True "),
        "d.npy: expected rows one after the other, got Fortran order");
    assertRefused("e.npy", text.replace("(3, 3)", "(4, 3)"), "e.npy: expected 4 vectors, got 3");
    assertRefused("f.fvecs", "\0\0\0\0", "f.fvecs: expected a dimension from 1 to 1048576, got 0");
    assertThatThrownBy(() -> VectorReader.open(write("g.bin", 3), 0))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "g.bin: expected .fvecs, .npy, or raw float32 with --dimension, got no dimension");
  }

  @Test
  void aVectorOfAnotherDimensionInTheMiddleIsRefused() throws IOException {
    Path file = write("a.fvecs", 3);
    byte[] bytes = Files.readAllBytes(file);
    bytes[16] = 4;
    Files.write(file, bytes);
    try (VectorReader reader = VectorReader.open(file, 0)) {
      assertThatThrownBy(() -> reader.next(3))
          .isInstanceOf(IOException.class)
          .hasMessage("a.fvecs: expected dimension 3, got 4; vector=1");
    }
  }

  @Test
  void aHalfVectorIsNotWritten() throws IOException {
    try (VectorWriter writer = VectorWriter.create(folder.resolve("a.npy"), DIMENSION)) {
      assertThatThrownBy(() -> writer.write(new float[4]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("vectors: expected a multiple of dimension floats, got 4; dimension=3");
    }
  }

  private void assertRefused(String name, String content, String message) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content, StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> VectorReader.open(file, DIMENSION))
        .isInstanceOf(IOException.class)
        .hasMessage(message);
  }
}
