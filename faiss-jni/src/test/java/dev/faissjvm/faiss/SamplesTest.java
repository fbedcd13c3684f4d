package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.faissjvm.faiss.testing.SampleData;
import dev.faissjvm.faiss.testing.Samples;
import dev.faissjvm.faiss.testing.Samples.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every sample in the Javadoc of what users call compiles as it stands, and runs. */
class SamplesTest {
  private static final Path SOURCES = Path.of("src", "main", "java", "dev", "faissjvm", "faiss");

  @TempDir Path folder = Path.of("");

  static List<Sample> samples() throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (Path source : sources()) {
      samples.addAll(Samples.inJavadoc(source));
    }
    return samples;
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aSampleCompilesAndRuns(Sample sample) {
    Class<? extends SampleData> data =
        sample.place().startsWith("BinaryIndex")
            ? SampleData.OfBits.class
            : SampleData.OfFloats.class;
    assertThatCode(() -> Samples.run(sample, data, folder)).doesNotThrowAnyException();
  }

  /** What has to be closed, and the package, is shown in use. */
  @Test
  void whatIsClosedIsShown() throws IOException {
    for (Path source : sources()) {
      String text = Files.readString(source);
      boolean isPublic = !source.startsWith(SOURCES.resolve("internal"));
      boolean closed =
          text.contains("\npublic final class") && text.contains("implements AutoCloseable");
      boolean shown = isPublic && closed;
      if (shown || source.equals(SOURCES.resolve("package-info.java"))) {
        assertThat(Samples.inJavadoc(source)).as(source.toString()).isNotEmpty();
      }
    }
    assertThat(samples()).hasSizeGreaterThan(15);
  }

  @Test
  void aSampleThatIsWrongIsSeen() throws IOException {
    Path source = folder.resolve("Wrong.java");
    Files.writeString(
        source,
        """
        /**
         * <pre>{@code
         * VectorIndex.create("Flat", 2);
         * }</pre>
         * <pre>{@code
         * VectorIndex.create("Flat", 0, Metric.L2);
         * }</pre>
         */
        """);
    List<Sample> wrong = Samples.inJavadoc(source);
    assertThatCode(() -> Samples.run(wrong.get(0), SampleData.OfFloats.class, folder("a")))
        .hasMessageStartingWith("Wrong.java, sample 1 does not compile: ")
        .hasMessageContaining(
            "method create in class VectorIndex cannot be applied to given types");
    assertThatCode(() -> Samples.run(wrong.get(1), SampleData.OfFloats.class, folder("b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("dimension: expected ");
    Files.writeString(source, "/** <pre>VectorIndex index;</pre> */");
    assertThatCode(() -> Samples.inJavadoc(source))
        .hasMessage(source + ": expected every sample as <pre>{@code ... }</pre>, got 0 of 1");
  }

  private Path folder(String name) throws IOException {
    return Files.createDirectory(folder.resolve(name));
  }
}
