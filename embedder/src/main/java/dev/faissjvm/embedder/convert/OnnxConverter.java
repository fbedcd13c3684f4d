package dev.faissjvm.embedder.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.faissjvm.embedder.EmbedderException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
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
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
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
      write(temporary.resolve("config.json"), config(name, graph));
      write(temporary.resolve("tokenizer.json"), withoutLimits(name, tokenizer));
      write(
          temporary.resolve("sentence_bert_config.json"),
          MAPPER.createObjectNode().put("max_seq_length", maxTokens).put("do_lower_case", false));
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

  private JsonNode config(String name, OnnxGraph graph) {
    int layers = 0;
    while (graph.tensors().containsKey("encoder.layer." + layers + ".output.dense.bias")) {
      layers++;
    }
    OnnxGraph.Tensor wide = graph.tensors().get("encoder.layer.0.intermediate.dense.bias");
    if (wide == null || wide.dimensions().size() != 1) {
      throw new EmbedderException(name + ": encoder.layer.0: expected a BERT encoder, got none");
    }
    ObjectNode config = MAPPER.createObjectNode();
    config.putArray("architectures").add("BertModel");
    return config
        .put("model_type", "bert")
        .put("hidden_act", "gelu")
        .put("hidden_size", hidden(name, graph))
        .put("intermediate_size", wide.dimensions().get(0))
        .put("layer_norm_eps", 1e-12)
        .put(
            "max_position_embeddings",
            dimensions(name, graph, "embeddings.position_embeddings.weight").get(0))
        .put("num_attention_heads", heads)
        .put("num_hidden_layers", layers)
        .put("pad_token_id", 0)
        .put("position_embedding_type", "absolute")
        .put(
            "type_vocab_size",
            dimensions(name, graph, "embeddings.token_type_embeddings.weight").get(0))
        .put("vocab_size", dimensions(name, graph, "embeddings.word_embeddings.weight").get(0));
  }

  private static JsonNode withoutLimits(String name, byte[] tokenizer) throws IOException {
    JsonNode json = MAPPER.readTree(tokenizer);
    if (!(json instanceof ObjectNode object)) {
      throw new EmbedderException(name + ": tokenizer.json: expected a JSON object");
    }
    return object.putNull("truncation").putNull("padding");
  }

  private void writeModules(Path folder, long hidden) throws IOException {
    var modules = MAPPER.createArrayNode();
    String[][] entries = {
      {"", "Transformer"}, {"1_Pooling", "Pooling"}, {"2_Normalize", "Normalize"}
    };
    for (String[] entry : entries) {
      modules
          .addObject()
          .put("idx", modules.size() - 1)
          .put("name", Integer.toString(modules.size() - 1))
          .put("path", entry[0])
          .put("type", MODULE + entry[1]);
    }
    write(folder.resolve("modules.json"), modules);
    Path poolingFolder = Files.createDirectory(folder.resolve("1_Pooling"));
    write(
        poolingFolder.resolve("config.json"),
        MAPPER
            .createObjectNode()
            .put("word_embedding_dimension", hidden)
            .put("pooling_mode_cls_token", pooling.equals("cls"))
            .put("pooling_mode_mean_tokens", pooling.equals("mean"))
            .put("pooling_mode_max_tokens", false)
            .put("pooling_mode_mean_sqrt_len_tokens", false));
  }

  private static void write(Path file, JsonNode json) throws IOException {
    Files.write(file, MAPPER.writeValueAsBytes(json));
  }
}
