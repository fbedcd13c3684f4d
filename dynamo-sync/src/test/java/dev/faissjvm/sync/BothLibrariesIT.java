package dev.faissjvm.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faiss and libtorch bring OpenMP and BLAS each: a process of its own loads both. */
class BothLibrariesIT {

  @ParameterizedTest
  @ValueSource(strings = {"faiss", "torch"})
  void eitherMayBeLoadedFirst(String first, @TempDir Path folder)
      throws IOException, InterruptedException {
    File output = folder.resolve("output").toFile();
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                BothLibraries.class.getName(),
                first)
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start();
    try {
      assertThat(child.waitFor(3, TimeUnit.MINUTES)).isTrue();
    } finally {
      child.destroyForcibly();
    }

    String said = Files.readString(output.toPath());
    assertThat(child.exitValue()).as(said).isZero();
    assertThat(said).endsWith(BothLibraries.FOUND + "\n");
  }
}
