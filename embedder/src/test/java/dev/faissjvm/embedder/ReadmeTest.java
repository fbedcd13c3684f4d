package dev.faissjvm.embedder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.embedder.convert.DefaultModel;
import dev.faissjvm.embedder.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The README's samples are regions of this test, to the letter, and say what they print. */
final class ReadmeTest {
  private final StringBuilder printed = new StringBuilder();

  @Test
  void theFirstSampleRunsAndIsTheOneInTheReadme() throws IOException {
    // words
    try (TextEmbedder embedder = TextEmbedder.load(DefaultModel.folder())) {
      float[] query = embedder.embedQuery("a place where bread is made");
      float[][] documents = embedder.embed(List.of("bakery", "barn"));
      println("bakery %.2f, barn %.2f", dot(query, documents[0]), dot(query, documents[1]));
    }
    // end
    assertThat(readme()).contains(region("words")).contains(printed);
    assertThat(printed).hasToString("bakery 0.61, barn 0.33");
  }

  @Test
  void theSampleOfPicturesRunsAndIsTheOneInTheReadme() throws IOException {
    Path folder = Fixtures.model("clip-root");
    List<byte[]> files =
        List.of(
            Files.readAllBytes(Fixtures.model("pictures").resolve("photo.jpg")),
            Files.readAllBytes(Fixtures.model("pictures").resolve("wide.png")));
    // pictures
    try (ImageEmbedder pictures = ImageEmbedder.builder(folder).normalized().load();
        TextEmbedder words = TextEmbedder.builder(folder).normalized().load()) {
      float[][] rows = pictures.embed(files); // each the bytes of a JPEG or PNG
      float[] query = words.embedQuery("a dog in the snow");
      println("%.2f", dot(query, rows[0])); // the greater, the more of it is in the picture
    }
    // end
    assertThat(readme()).contains(region("pictures"));
    assertThat(Double.parseDouble(printed.toString())).isBetween(-1.0, 1.0);
  }

  private void println(String format, Object... values) {
    printed.append(String.format(Locale.ROOT, format, values));
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static String readme() throws IOException {
    return Files.readString(Path.of("README.md"));
  }

  private static String region(String name) throws IOException {
    Path source = Path.of("src", "test", "java", "dev", "faissjvm", "embedder", "ReadmeTest.java");
    String text = Files.readString(source);
    int start = text.indexOf("    // " + name + "\n");
    String body = text.substring(text.indexOf('\n', start) + 1, text.indexOf("    // end", start));
    return body.lines().map(line -> line.substring(4)).collect(Collectors.joining("\n"));
  }
}
