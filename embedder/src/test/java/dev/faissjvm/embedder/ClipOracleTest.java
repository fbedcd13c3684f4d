package dev.faissjvm.embedder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.embedder.testing.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both halves of CLIP against vectors of Python's sentence-transformers. */
final class ClipOracleTest {
  private static final double TOLERANCE = 1e-5;

  @TempDir Path temporary;

  private static List<Path> files() {
    try (Stream<Path> files = Files.list(Fixtures.model("pictures"))) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<byte[]> pictures() {
    return files().stream().map(ClipOracleTest::bytes).toList();
  }

  private static ImageEmbedder load(String name) {
    return ImageEmbedder.builder(Fixtures.model(name)).precision(Precision.FLOAT32).load();
  }

  @ParameterizedTest
  @ValueSource(strings = {"clip-root", "clip-normalize"})
  void textsEqualTheReference(String name) {
    List<String> texts = Fixtures.texts();
    float[][] expected = Fixtures.rows(Fixtures.model(name).resolve("texts.f32"), texts.size());
    try (TextEmbedder embedder =
        TextEmbedder.builder(Fixtures.model(name)).precision(Precision.FLOAT32).load()) {
      assertThat(embedder.maxTokens()).isEqualTo(20);
      assertThat(Fixtures.maxDifference(expected, embedder.embed(texts))).isLessThan(TOLERANCE);
      float[][] single = texts.stream().map(embedder::embedQuery).toArray(float[][]::new);
      assertThat(Fixtures.maxDifference(expected, single)).isLessThan(TOLERANCE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"clip-root", "clip-normalize"})
  void picturesEqualTheReference(String name) {
    List<Path> files = files();
    Path reference = Fixtures.model(name).resolve("pictures.f32");
    float[][] expected = Fixtures.rows(reference, files.size());
    try (ImageEmbedder embedder = load(name)) {
      assertThat(embedder.dimension()).isEqualTo(24);
      float[][] actual = embedder.embed(pictures());
      for (int i = 0; i < files.size(); i++) {
        float[][] one = {embedder.embed(bytes(files.get(i)))};
        assertThat(Fixtures.maxDifference(new float[][] {actual[i]}, one)).isLessThan(1e-6);
        if (files.get(i).toString().endsWith(".jpg")) { // another decoder: not the same pixels
          assertThat(Fixtures.cosine(expected[i], actual[i])).isGreaterThan(0.999);
        } else {
          assertThat(Fixtures.maxDifference(new float[][] {expected[i]}, one))
              .as(files.get(i).toString())
              .isLessThan(TOLERANCE);
        }
      }
    }
  }

  @Test
  void otherPrecisionsComeClose() {
    List<byte[]> pictures = pictures();
    try (ImageEmbedder whole = load("clip-root")) {
      float[][] expected = whole.embed(pictures);
      for (Precision precision : Fixtures.precisions()) {
        try (ImageEmbedder embedder =
            ImageEmbedder.builder(Fixtures.model("clip-root")).precision(precision).load()) {
          float[][] actual = embedder.embed(pictures);
          for (int i = 0; i < actual.length; i++) {
            assertThat(Fixtures.cosine(expected[i], actual[i]))
                .as("%s", precision)
                .isGreaterThan(precision == Precision.INT8 ? 0.99 : 0.9995);
          }
        }
      }
    }
  }

  @Test
  void bothHalvesShareAFingerprint() {
    Path folder = Fixtures.model("clip-normalize");
    try (ImageEmbedder pictures = ImageEmbedder.load(folder);
        TextEmbedder words = TextEmbedder.load(folder);
        ImageEmbedder other = ImageEmbedder.load(Fixtures.model("clip-root"))) {
      assertThat(pictures.fingerprint())
          .isEqualTo(words.fingerprint())
          .endsWith("-float-tokens20-dimension24-unit");
      assertThat(other.fingerprint()).isNotEqualTo(pictures.fingerprint());
    }
  }

  @Test
  void nothingNativeIsLeftBehind() {
    List<byte[]> pictures = pictures();
    load("clip-root").close();
    long before = Pointer.totalCount();
    try (ImageEmbedder embedder = load("clip-root")) {
      embedder.embed(pictures);
      long warm = Pointer.totalCount();
      embedder.embed(pictures);
      embedder.embed(pictures.get(0));
      assertThat(Pointer.totalCount() - warm).as("calls").isZero();
    }
    assertThat(Pointer.totalCount() - before).as("a life").isZero();
  }

  @Test
  void orderIsKeptAndProgressTold() {
    List<byte[]> pictures = new ArrayList<>();
    Collections.nCopies(5, pictures()).forEach(pictures::addAll);
    try (ImageEmbedder embedder = load("clip-normalize")) {
      List<Long> told = new ArrayList<>();
      float[][] rows = embedder.embed(pictures, (done, total) -> told.add(done));
      assertThat(told).isSorted().hasSize(5).endsWith((long) pictures.size());
      Collections.reverse(pictures);
      float[][] backwards = embedder.embed(pictures);
      Collections.reverse(Arrays.asList(backwards));
      assertThat(Fixtures.maxDifference(rows, backwards)).isLessThan(1e-6);
      assertThat(embedder.embed(List.<byte[]>of())).isEmpty();
    }
  }

  @Test
  void whatIsNoPictureIsRefused() {
    ImageEmbedder embedder = load("clip-root");
    byte[] text = "no picture".getBytes(StandardCharsets.UTF_8);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> embedder.embed(text))
        .withMessage("picture: expected a format that ImageIO reads, got another; sizeBytes=10");
    byte[] whole = bytes(Fixtures.model("pictures").resolve("wide.png"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> embedder.embed(List.of(whole, Arrays.copyOf(whole, 60))))
        .withMessageStartingWith("picture: cannot be decoded: ");
    byte[] huge = whole.clone();
    huge[16] = 0x7f; // the width, 2 GiB of pixels
    assertThatIllegalArgumentException()
        .isThrownBy(() -> embedder.embed(huge))
        .withMessage("picture: expected at most 178956970 pixels, got 2130706529x50");
    assertThatThrownBy(() -> embedder.embed(Arrays.asList(whole, null)))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("input");
    embedder.close();
    embedder.close();
    assertThatIllegalStateException().isThrownBy(() -> embedder.embed(whole));
  }

  /** Behind the header, whose sizes could ask for more memory than a test has. */
  @Test
  void aBrokenPictureHasAVectorOrIsRefused() {
    Random random = new Random(5);
    int refused = 0;
    try (ImageEmbedder embedder = load("clip-normalize")) {
      for (byte[] whole : pictures()) {
        for (int round = 0; round < 25; round++) {
          byte[] broken = whole.clone();
          for (int i = 0; i <= random.nextInt(4); i++) {
            broken[33 + random.nextInt(broken.length - 33)] = (byte) random.nextInt(256);
          }
          try {
            assertThat(embedder.embed(broken)).hasSize(24);
          } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageStartingWith("picture: ");
            refused++;
          }
        }
      }
    }
    assertThat(refused).isBetween(10, 190);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "preprocessor_config.json|\"resample\": 3|\"resample\": 1|"
            + "preprocessor_config.json: resample: expected 2 (bilinear) or 3 (bicubic), got 1",
        "preprocessor_config.json|\"do_resize\": true|\"do_resize\": false|"
            + "preprocessor_config.json: do_resize: expected true, got false",
        "preprocessor_config.json|\"shortest_edge\": 32|\"shortest_edge\": 31|"
            + "preprocessor_config.json: size: shortest_edge: expected a whole number of 32 to"
            + " 8192, got 31",
        "preprocessor_config.json|\"width\": 32|\"width\": 33|"
            + "preprocessor_config.json: crop_size: width: expected a whole number of 32 to 32,"
            + " got 33",
        "preprocessor_config.json|\"image_std\": [|\"image_std\": [0,|"
            + "preprocessor_config.json: image_std: expected a list of 3 numbers from 1.0E-6, got"
            + " [0,0.26862954,0.26130258,0.27577711]",
        "config.json|\"patch_size\": 8|\"patch_size\": 16|"
            + "model.safetensors: vision_model.embeddings.patch_embedding.weight: shape: expected"
            + " [32, 3, 16, 16], got [32, 3, 8, 8]",
        "config.json|\"patch_size\": 8|\"patch_size\": 64|"
            + "config.json: vision_config: patch_size: expected a whole number of 1 to 32, got 64",
        "config.json|\"projection_dim\": 24|\"projection_dim\": 25|"
            + "model.safetensors: visual_projection.weight: shape: expected [25, 32], got [24, 32]",
        "modules.json|CLIPModel|Transformer|"
            + "modules.json: expected CLIPModel first, got Transformer",
      })
  void aFolderThatLiesIsRefused(String file, String from, String to, String message)
      throws IOException {
    Path folder = Fixtures.copy("clip-root", temporary);
    String text = Files.readString(folder.resolve(file));
    assertThat(text).contains(from);
    Files.writeString(folder.resolve(file), text.replace(from, to));
    assertThatThrownBy(() -> ImageEmbedder.load(folder))
        .isInstanceOf(EmbedderException.class)
        .hasMessage(message);
  }
}
