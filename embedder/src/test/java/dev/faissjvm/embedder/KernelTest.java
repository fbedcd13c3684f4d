package dev.faissjvm.embedder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.embedder.testing.Child;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels that this CPU would not choose by itself, each in a JVM of its own. */
final class KernelTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(strings = {"none", "avx2", "avx512", "amx"})
  void everyKernelGivesTheReferencesVectors(String most) throws Exception {
    String output =
        Child.run(
            temporary.resolve("log"),
            5,
            List.of("-Xcheck:jni", "-Dembedder.kernels=" + most),
            KernelCheck.class);
    assertThat(output).doesNotContain("FusedLibrary");
  }

  @Test
  void aQueryDoesWithoutLibtorch() throws Exception {
    String loaded =
        Child.run(temporary.resolve("log"), 5, List.of("-Xlog:library=info"), ColdStart.class);
    assertThat(loaded).contains("libfaissjvm-embedder.so").doesNotContain("libtorch");
  }
}
