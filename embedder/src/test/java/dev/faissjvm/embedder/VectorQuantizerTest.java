package dev.faissjvm.embedder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected bytes are those of sentence-transformers 5.1.2's {@code quantize_embeddings}. */
final class VectorQuantizerTest {
  private static final float[][] VECTORS = {
    {0.1f, -0.2f, 0.3f, 0.0f, 0.5f, -0.6f, 0.7f, 0.8f},
    {-0.3f, 0.4f, 0.1f, 0.2f, -0.5f, 0.6f, 0.2f, -0.1f},
    {0.05f, 0.1f, 0.15f, 0.1f, 0.25f, 0.3f, 0.35f, 0.4f}
  };

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INT8|127 -128 127 -128 126 -128 126 127|95 0 -64 0 63 63 -51 13",
        "UINT8|-1 0 -1 0 -2 0 -2 -1|-33 127 63 127 -65 -65 76 -115",
        "BINARY|43|127",
        "UBINARY|-85|-1"
      })
  void bytesEqualTheReference(VectorQuantizer.Kind kind, String first, String third) {
    VectorQuantizer quantizer = VectorQuantizer.of(kind, VECTORS);
    assertThat(words(quantizer.quantize(VECTORS[0]))).isEqualTo(first);
    assertThat(words(quantizer.quantize(VECTORS[2]))).isEqualTo(third);
  }

  @Test
  void whatIsOutsideTheRangeIsHeldAtItsEnd() {
    VectorQuantizer quantizer = VectorQuantizer.of(VectorQuantizer.Kind.INT8, VECTORS);
    assertThat(words(quantizer.quantize(new float[] {9, -9, 9, -9, 9, -9, 9, -9})))
        .isEqualTo("127 -128 127 -128 127 -128 127 -128");
  }

  @Test
  void anotherLengthIsRefused() {
    VectorQuantizer quantizer = VectorQuantizer.of(VectorQuantizer.Kind.BINARY, VECTORS);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> quantizer.quantize(new float[7]))
        .withMessage("vector: expected 8 components, got 7");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VectorQuantizer.of(VectorQuantizer.Kind.INT8, new float[0][]))
        .withMessage("calibration: expected at least one vector, got none");
  }

  private static String words(byte[] bytes) {
    StringBuilder words = new StringBuilder();
    for (byte b : bytes) {
      words.append(words.isEmpty() ? "" : " ").append(b);
    }
    return words.toString();
  }
}
