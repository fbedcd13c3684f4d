package dev.faissjvm.lucene;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceleratorOptionsTest {

  @ParameterizedTest
  @CsvSource({
    "384, 256, 'IVF16,PQ96x4fs'",
    "384, 4096, 'IVF64,PQ96x4fs'",
    "384, 4097, 'IVF64,PQ96x4fs'",
    "384, 20000, 'IVF256,PQ96x4fs'",
    "384, 1000000, 'IVF512,PQ96x4fs'",
    "128, 1000000, 'IVF1024,PQ32x4fs'",
    "2048, 1000000, 'IVF64,PQ512x4fs'",
    "7, 5000, 'IVF128,PQ7x4fs'"
  })
  void listsFollowTheRootOfTheSizeAsFarAsASampleTrainsThem(
      int dimension, int vectors, String factory) {
    assertThat(AcceleratorOptions.DEFAULT.factoryFor(dimension, vectors)).isEqualTo(factory);
  }

  @ParameterizedTest
  @CsvSource({"384", "2048"})
  void aFactoryOfTheCallersStaysAsItIs(int dimension) {
    AcceleratorOptions options = AcceleratorOptions.DEFAULT.withFactory("IVF8,Flat");
    assertThat(options.factoryFor(dimension, 5000)).isEqualTo("IVF8,Flat");
  }
}
