package dev.faissjvm.embedder.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WeightTest {

  @Test
  void halvesBecomeTheSameNumbers() {
    assertThat(Weight.fromHalf((short) 0x3c00)).isEqualTo(1f);
    assertThat(Weight.fromHalf((short) 0xc000)).isEqualTo(-2f);
    assertThat(Weight.fromHalf((short) 0x7bff)).isEqualTo(65504f);
    assertThat(Weight.fromHalf((short) 0x0001)).isEqualTo(0x1p-24f);
    assertThat(Weight.fromHalf((short) 0x8000)).isEqualTo(-0f);
    assertThat(Weight.fromHalf((short) 0x7c00)).isInfinite();
    assertThat(Weight.fromHalf((short) 0x7e00)).isNaN();
  }

  @Test
  void allTypesBecomeFloats() {
    assertThat(weight(WeightType.F32, 0x3fc00000).toFloats()).containsExactly(1.5f);
    assertThat(weight(WeightType.BF16, 0xc0203fc0).toFloats()).containsExactly(1.5f, -2.5f);
    assertThat(weight(WeightType.F16, 0xc1003e00).toFloats()).containsExactly(1.5f, -2.5f);
  }

  private static Weight weight(WeightType type, int bits) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(4).order(ByteOrder.LITTLE_ENDIAN);
    return new Weight("w", type, List.of(4 / type.bytes()), bytes.putInt(0, bits));
  }
}
