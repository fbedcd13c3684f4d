package dev.faissjvm.embedder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.embedder.testing.Fixtures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders that lie: each is refused with the file and the field. */
final class HostileFolderTest {
  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void copy() {
    folder = Fixtures.copy("bert-mean-normalize", temporary);
  }

  private void refused(String message) {
    assertThatThrownBy(() -> TextEmbedder.load(folder))
        .isInstanceOf(EmbedderException.class)
        .hasMessage(message);
  }

  private void replace(String file, String from, String to) throws IOException {
    Path path = folder.resolve(file);
    String text = Files.readString(path);
    assertThat(text).contains(from);
    Files.writeString(path, text.replace(from, to));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"hidden_size\": 32|\"hidden_size\": 30|"
            + "config.json: hidden size: expected a multiple of the heads, got 30; heads=4",
        "\"hidden_size\": 32|\"hidden_size\": -1|"
            + "config.json: hidden_size: expected a whole number of 1 to 65536, got -1",
        "\"hidden_size\": 32|\"hidden_size\": \"32\"|"
            + "config.json: hidden_size: expected a whole number of 1 to 65536, got \"32\"",
        "\"num_hidden_layers\": 2|\"num_hidden_layers\": 3|"
            + "model.safetensors: encoder.layer.2.attention.self.query.weight:"
            + " expected a tensor, got none",
        "\"intermediate_size\": 48|\"intermediate_size\": 49|"
            + "model.safetensors: encoder.layer.0.intermediate.dense.weight: shape:"
            + " expected [49, 32], got [48, 32]",
        "\"model_type\": \"bert\"|\"model_type\": \"t5\"|"
            + "config.json: model_type: expected bert, distilbert, roberta, xlm-roberta, camembert"
            + " or mpnet, got t5",
        "\"hidden_act\": \"gelu\"|\"hidden_act\": \"mish\"|"
            + "config.json: hidden_act: expected gelu, gelu_new, quick_gelu or relu, got mish",
        "\"model_type\": \"bert\"|\"num_hidden_layers\": 2|"
            + "config.json: expected JSON, got Duplicate field 'num_hidden_layers'",
      })
  void aLyingConfigIsRefused(String from, String to, String message) throws IOException {
    replace("config.json", from, to);
    refused(message);
  }

  @Test
  void modulesThatCannotBeRunAreRefusedByName() throws IOException {
    replace("modules.json", "models.Normalize", "models.WeightedLayerPooling");
    refused(
        "modules.json: type: expected Transformer, CLIPModel, Pooling, Dense, LayerNorm or"
            + " Normalize, got WeightedLayerPooling");
    replace("modules.json", "models.Transformer", "models.Router");
    refused("modules.json: expected Transformer or CLIPModel first, got Router");
    replace("modules.json", "1_Pooling", "../1_Pooling");
    refused("modules.json[1]: path: expected a folder inside the model's, got ../1_Pooling");
    Files.writeString(folder.resolve("modules.json"), "{");
    assertThatThrownBy(() -> TextEmbedder.load(folder))
        .isInstanceOf(EmbedderException.class)
        .hasMessageStartingWith("modules.json: expected JSON, got ");
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    Files.delete(folder.resolve("tokenizer.json"));
    refused("tokenizer.json: expected a file, got none; path=" + folder.resolve("tokenizer.json"));
    Files.delete(folder.resolve("model.safetensors"));
    refused(
        "model.safetensors: expected a file, got none; path="
            + folder.resolve("model.safetensors"));
    Files.delete(folder.resolve("1_Pooling").resolve("config.json"));
    refused(
        "1_Pooling/config.json: expected a file, got none; path="
            + folder.resolve("1_Pooling").resolve("config.json"));
    folder = folder.resolve("nowhere");
    refused("model: expected a folder, got none; path=" + folder);
  }

  @Test
  void aPoolingOfAnotherWidthIsRefused() throws IOException {
    replace("1_Pooling/config.json", "dimension\": 32", "dimension\": 64");
    refused("1_Pooling/config.json: word_embedding_dimension: expected 32, got 64");
    replace("1_Pooling/config.json", "\"pooling_mode_mean_tokens\": true", "\"x\": true");
    replace("1_Pooling/config.json", "dimension\": 64", "dimension\": 32");
    refused("1_Pooling/config.json: pooling_mode: expected at least one known mode, got null");
  }

  @Test
  void aTokenizerWithIdsBeyondTheVocabularyIsRefused() throws IOException {
    replace("tokenizer.json", "\"[CLS]\": 2,", "\"[CLS]\": 70000,");
    replace("tokenizer.json", "\"id\": 2,", "\"id\": 70000,");
    try (TextEmbedder embedder = TextEmbedder.load(folder)) {
      assertThatThrownBy(() -> embedder.embed("bread [CLS]"))
          .isInstanceOf(EmbedderException.class)
          .hasMessageStartingWith("tokenizer.json: expected ids below vocab_size, got 70000");
    }
  }

  @Test
  void aBrokenTokenizerIsRefused() throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), "{\"version\": \"1.0\"}");
    assertThatThrownBy(() -> TextEmbedder.load(folder))
        .isInstanceOf(EmbedderException.class)
        .hasMessageStartingWith("tokenizer.json: expected a Hugging Face tokenizer, got ");
  }

  @Test
  void everyTruncationOfTheWeightsIsRefused() throws IOException {
    Path file = folder.resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(file);
    for (int size : new int[] {0, 7, 8, 9, 500, 20_000, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, size));
      assertThatThrownBy(() -> TextEmbedder.load(folder))
          .as("of %s bytes", size)
          .isInstanceOf(EmbedderException.class)
          .hasMessageStartingWith("model.safetensors: ");
    }
    Files.write(file, Arrays.copyOf(whole, whole.length + 4));
    assertThatThrownBy(() -> TextEmbedder.load(folder))
        .isInstanceOf(EmbedderException.class)
        .hasMessageMatching(
            "model.safetensors: data: expected \\d+ bytes after the header, got \\d+");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
            + "'b':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}}|"
            + "model.safetensors: b: data_offsets: expected to start at 8 and to end by 16, got"
            + " [4, 12]",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,16]}}|"
            + "model.safetensors: a: data_offsets: expected to start at 0 and to end by 16, got"
            + " [8, 16]",
        "{'a':{'dtype':'F32','shape':[5],'data_offsets':[0,20]}}|"
            + "model.safetensors: a: data_offsets: expected to start at 0 and to end by 16, got"
            + " [0, 20]",
        "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,0]}}|"
            + "model.safetensors: a: data_offsets: expected F32 [4294967296, 4294967296] to take 0"
            + " bytes, got a shape that does not",
        "{'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,16]}}|"
            + "model.safetensors: a: shape: expected a list of whole numbers, got [-1]",
        "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,16,16]}}|"
            + "model.safetensors: a: data_offsets: expected two, got 3",
        "{'a':7}|model.safetensors: a: expected an object, got 7",
      })
  void aHostileHeaderIsRefused(String header, String message) throws IOException {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + json.length + 16).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(folder.resolve("model.safetensors"), file.putLong(json.length).put(json).array());
    refused(message);
  }

  @Test
  void aHeaderOfAGigabyteIsRefusedUnread() throws IOException {
    ByteBuffer file = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(folder.resolve("model.safetensors"), file.putLong(1L << 30).array());
    refused(
        "model.safetensors: header length: expected 2 to 56 bytes, got 1073741824; fileBytes=64");
  }

  @Test
  void aShardOutsideTheFolderIsRefused() throws IOException {
    Files.delete(folder.resolve("model.safetensors"));
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"a\": \"../model.safetensors\"}}");
    refused(
        "model.safetensors.index.json: weight_map: a: expected a .safetensors file of the same"
            + " folder, got ../model.safetensors");
  }
}
