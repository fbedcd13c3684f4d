package dev.faissjvm.embedder.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.embedder.EmbedderException;
import dev.faissjvm.embedder.model.ModelFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DefaultModelTest {
  @TempDir Path temporary;

  private static Path jar() throws IOException {
    String resource = String.valueOf(DefaultModelTest.class.getResource("/all-minilm-l6-v2.onnx"));
    return Path.of(java.net.URI.create(resource.substring("jar:".length(), resource.indexOf('!'))));
  }

  private Path jarWith(String onnx) throws IOException {
    Path jar = temporary.resolve("model.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String name : List.of("all-minilm-l6-v2.onnx", "all-minilm-l6-v2-tokenizer.json")) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(
            name.endsWith("onnx")
                ? onnx.getBytes(StandardCharsets.UTF_8)
                : "{}".getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
    return jar;
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void theJarIsConvertedOnceAndWhole() throws IOException {
    Path folder = DefaultModel.folder(jar(), temporary);
    assertThat(folder.getFileName().toString()).matches("all-MiniLM-L6-v2-[0-9a-f]{64}");
    assertThat(names(folder))
        .containsExactly(
            "1_Pooling",
            "config.json",
            "model.safetensors",
            "modules.json",
            "sentence_bert_config.json",
            "tokenizer.json");
    assertThat(names(temporary)).containsExactly(folder.getFileName().toString(), "jars");
    ModelFolder model = ModelFolder.read(folder);
    assertThat(model.dimension()).isEqualTo(384);
    assertThat(model.maxTokens()).isEqualTo(256);
    assertThat(model.normalizes()).isTrue();
    assertThat(model.config().layers()).isEqualTo(6);

    var written = Files.getLastModifiedTime(folder.resolve("model.safetensors"));
    assertThat(DefaultModel.folder(jar(), temporary)).isEqualTo(folder);
    assertThat(Files.getLastModifiedTime(folder.resolve("model.safetensors"))).isEqualTo(written);
  }

  @Test
  void aJarWithoutAModelLeavesNothingBehind() throws IOException {
    for (String onnx : List.of("", "not a model", ":\2*\177")) {
      Path jar = jarWith(onnx);
      Path cache = temporary.resolve("cache" + onnx.length());
      assertThatThrownBy(() -> DefaultModel.folder(jar, cache))
          .isInstanceOf(EmbedderException.class)
          .hasMessageStartingWith("all-minilm-l6-v2.onnx: expected an ONNX model");
      assertThat(names(cache)).containsExactly("jars");
    }
    Path empty = temporary.resolve("empty.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(empty))) {
      zip.putNextEntry(new ZipEntry("something"));
    }
    assertThatThrownBy(() -> DefaultModel.folder(empty, temporary))
        .isInstanceOf(EmbedderException.class)
        .hasMessage(
            "default model: expected all-minilm-l6-v2.onnx in the jar, got none; jar=" + empty);
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OnnxConverter(0, 256, "mean"))
        .withMessage("conversion: expected positive numbers, got heads=0; maxTokens=256");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OnnxConverter(12, 256, "sum"))
        .withMessage("pooling: expected mean or cls, got sum");
  }

  @Test
  void truncatedOnnxIsRefused() throws IOException {
    byte[] name = "weight".getBytes(StandardCharsets.UTF_8);
    ByteBuffer tensor = ByteBuffer.allocate(64);
    tensor.put((byte) 0x42).put((byte) name.length).put(name); // 8: name
    tensor.put((byte) 0x4a).put((byte) 8).put(new byte[8]).flip(); // 9: eight bytes of data
    ByteBuffer model = ByteBuffer.allocate(64);
    int size = tensor.remaining();
    model.put((byte) 0x3a).put((byte) (size + 2)).put((byte) 0x2a).put((byte) size).put(tensor);
    model.flip();
    assertThat(OnnxGraph.parse("a", model).tensors()).containsKey("weight");
    for (int length = 0; length < model.limit(); length++) {
      ByteBuffer part = model.duplicate().limit(length);
      assertThatThrownBy(() -> OnnxGraph.parse("a", part)).isInstanceOf(EmbedderException.class);
    }
  }
}
