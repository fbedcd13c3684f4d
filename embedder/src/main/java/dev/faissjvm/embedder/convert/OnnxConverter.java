package dev.faissjvm.embedder.convert;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.faissjvm.embedder.EmbedderException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A BERT in ONNX to a folder as sentence-transformers saves it:
 *
 * <pre>
 * model.safetensors                  the weights under their Hugging Face names
 * config.json                        sizes of the encoder
 * tokenizer.json                     as given, without its own truncation and padding
 * sentence_bert_config.json          max_seq_length
 * modules.json, 1_Pooling/config.json
 * </pre>
 *
 * @param heads of attention, which the weights do not tell
 * @param maxTokens the longest text, special tokens included
 * @param pooling {@code mean} or {@code cls}
 */
public record OnnxConverter(int heads, int maxTokens, String pooling) {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String MODULE = "sentence_transformers.models.";

  /**
   * Checks the settings.
   *
   * @param heads at least 1
   * @param maxTokens at least 1
   * @param pooling {@code mean} or {@code cls}
   */
  public OnnxConverter {
    if (heads < 1 || maxTokens < 1) {
      throw new IllegalArgumentException(
          "conversion: expected positive numbers, got heads=" + heads + "; maxTokens=" + maxTokens);
    }
    if (!List.of("mean", "cls").contains(pooling)) {
      throw new IllegalArgumentException("pooling: expected mean or cls, got " + pooling);
    }
  }

  /**
   * Converts a model. The folder appears whole or not at all; if it is there already, nothing is
   * done.
   *
   * @param name how errors call the model
   * @param onnx the bytes of the ONNX file
   * @param tokenizer the bytes of {@code tokenizer.json}
   * @param folder what to make
   * @throws IOException if it cannot be written
   * @throws EmbedderException if the model is not a BERT in float32 with its weights inside
   */
  public void convert(String name, ByteBuffer onnx, byte[] tokenizer, Path folder)
      throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    OnnxGraph graph = OnnxGraph.parse(name, onnx);
    Path parent = folder.toAbsolutePath().getParent();
    if (parent == null) {
      throw new EmbedderException("folder: expected one inside another, got " + folder);
    }
    Files.createDirectories(parent);
    Path temporary = Files.createTempDirectory(parent, folder.getFileName() + ".tmp");
    try {
      SafetensorsWriter.write(name, graph, temporary.resolve("model.safetensors"));
      write(temporary.resolve("config.json"), json -> writeConfig(json, name, graph));
      write(temporary.resolve("tokenizer.json"), json -> writeWithoutLimits(json, name, tokenizer));
      write(
          temporary.resolve("sentence_bert_config.json"),
          json -> {
            json.writeStartObject();
            json.writeNumberField("max_seq_length", maxTokens);
            json.writeBooleanField("do_lower_case", false);
            json.writeEndObject();
          });
      writeModules(temporary, hidden(name, graph));
      move(temporary, folder);
    } finally {
      delete(temporary);
    }
  }

  private static void move(Path temporary, Path folder) throws IOException {
    try {
      Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("model cache: expected a file system with atomic renames", e);
    } catch (FileSystemException e) {
      if (!Files.isDirectory(folder)) { // else another process was first, with the same bytes
        throw e;
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static List<Long> dimensions(String name, OnnxGraph graph, String tensor) {
    OnnxGraph.Tensor found = graph.tensors().get(tensor);
    if (found == null || found.dimensions().size() != 2) {
      throw new EmbedderException(name + ": " + tensor + ": expected a matrix, got none");
    }
    return found.dimensions();
  }

  private static long hidden(String name, OnnxGraph graph) {
    return dimensions(name, graph, "embeddings.word_embeddings.weight").get(1);
  }

  private void writeConfig(JsonGenerator json, String name, OnnxGraph graph) throws IOException {
    int layers = 0;
    while (graph.tensors().containsKey("encoder.layer." + layers + ".output.dense.bias")) {
      layers++;
    }
    OnnxGraph.Tensor wide = graph.tensors().get("encoder.layer.0.intermediate.dense.bias");
    if (wide == null || wide.dimensions().size() != 1) {
      throw new EmbedderException(name + ": encoder.layer.0: expected a BERT encoder, got none");
    }
    json.writeStartObject();
    json.writeArrayFieldStart("architectures");
    json.writeString("BertModel");
    json.writeEndArray();
    json.writeStringField("model_type", "bert");
    json.writeStringField("hidden_act", "gelu");
    json.writeNumberField("hidden_size", hidden(name, graph));
    json.writeNumberField("intermediate_size", wide.dimensions().get(0));
    json.writeNumberField("layer_norm_eps", 1e-12);
    json.writeNumberField(
        "max_position_embeddings", rows(name, graph, "embeddings.position_embeddings.weight"));
    json.writeNumberField("num_attention_heads", heads);
    json.writeNumberField("num_hidden_layers", layers);
    json.writeNumberField("pad_token_id", 0);
    json.writeStringField("position_embedding_type", "absolute");
    json.writeNumberField(
        "type_vocab_size", rows(name, graph, "embeddings.token_type_embeddings.weight"));
    json.writeNumberField("vocab_size", rows(name, graph, "embeddings.word_embeddings.weight"));
    json.writeEndObject();
  }

  private static long rows(String name, OnnxGraph graph, String tensor) {
    return dimensions(name, graph, tensor).get(0);
  }

  /** Copies a tokenizer.json, its truncation and padding set to null. */
  private static void writeWithoutLimits(JsonGenerator json, String name, byte[] tokenizer)
      throws IOException {
    try (JsonParser parser = JSON.createParser(tokenizer)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new EmbedderException(name + ": tokenizer.json: expected a JSON object");
      }
      Set<String> limits = new TreeSet<>(List.of("padding", "truncation"));
      json.writeStartObject();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String field = parser.currentName();
        parser.nextToken();
        if (limits.remove(field)) {
          json.writeNullField(field);
          parser.skipChildren();
        } else {
          json.writeFieldName(field);
          json.copyCurrentStructure(parser);
        }
      }
      for (String field : limits) {
        json.writeNullField(field);
      }
      json.writeEndObject();
    }
  }

  private void writeModules(Path folder, long hidden) throws IOException {
    String[][] entries = {
      {"", "Transformer"}, {"1_Pooling", "Pooling"}, {"2_Normalize", "Normalize"}
    };
    write(
        folder.resolve("modules.json"),
        json -> {
          json.writeStartArray();
          for (int i = 0; i < entries.length; i++) {
            json.writeStartObject();
            json.writeNumberField("idx", i);
            json.writeStringField("name", Integer.toString(i));
            json.writeStringField("path", entries[i][0]);
            json.writeStringField("type", MODULE + entries[i][1]);
            json.writeEndObject();
          }
          json.writeEndArray();
        });
    Path poolingFolder = Files.createDirectory(folder.resolve("1_Pooling"));
    write(
        poolingFolder.resolve("config.json"),
        json -> {
          json.writeStartObject();
          json.writeNumberField("word_embedding_dimension", hidden);
          json.writeBooleanField("pooling_mode_cls_token", pooling.equals("cls"));
          json.writeBooleanField("pooling_mode_mean_tokens", pooling.equals("mean"));
          json.writeBooleanField("pooling_mode_max_tokens", false);
          json.writeBooleanField("pooling_mode_mean_sqrt_len_tokens", false);
          json.writeEndObject();
        });
  }

  private interface Content {
    void write(JsonGenerator json) throws IOException;
  }

  private static void write(Path file, Content content) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        JsonGenerator json = JSON.createGenerator(out, JsonEncoding.UTF8)) {
      content.write(json);
    }
  }
}
