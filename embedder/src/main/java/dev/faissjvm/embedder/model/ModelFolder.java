package dev.faissjvm.embedder.model;

import dev.faissjvm.embedder.EmbedderException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A folder as sentence-transformers saves it, read and checked, its weights mapped and not yet
 * loaded. One without {@code modules.json} is a plain encoder and is pooled by the mean.
 *
 * <p><b>Ownership.</b> The files must not be changed while a model of them is in use: they are
 * mapped, and a file that is cut short under a mapping ends the process.
 *
 * @param path of the folder
 * @param config sizes of the encoder
 * @param weights of the encoder
 * @param tokenizer path of {@code tokenizer.json}
 * @param maxTokens the model's own limit of a text, special tokens included
 * @param lowerCase whether texts are lower-cased first
 * @param pooling tokens to one vector
 * @param stages what follows
 * @param prompts what the model wants before its inputs
 */
public record ModelFolder(
    Path path,
    TransformerConfig config,
    Weights weights,
    Path tokenizer,
    int maxTokens,
    boolean lowerCase,
    Pooling pooling,
    List<Stage> stages,
    Prompts prompts) {
  private static final List<String> TRANSFORMER_SETTINGS =
      List.of(
          "sentence_bert_config.json",
          "sentence_roberta_config.json",
          "sentence_distilbert_config.json",
          "sentence_camembert_config.json",
          "sentence_xlm-roberta_config.json");

  private record Entry(String type, Path folder) {}

  /**
   * Reads a folder.
   *
   * @param path of the folder
   * @return what it says
   * @throws EmbedderException if a file is missing or broken, or names a module or an architecture
   *     that cannot be run
   */
  public static ModelFolder read(Path path) {
    if (!Files.isDirectory(path)) {
      throw new EmbedderException("model: expected a folder, got none; path=" + path);
    }
    List<Entry> entries = entries(path);
    if (entries.isEmpty() || !entries.get(0).type().equals("Transformer")) {
      throw new EmbedderException(
          "modules.json: expected Transformer first, got "
              + (entries.isEmpty() ? "no modules" : entries.get(0).type()));
    }
    Path encoder = entries.get(0).folder();
    TransformerConfig config =
        TransformerConfig.read(JsonFile.read(encoder.resolve("config.json")));
    Pooling pooling = Pooling.mean(config.hidden());
    List<Stage> stages = new ArrayList<>();
    int dimension = config.hidden();
    for (int i = 1; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (entry.type().equals("Pooling") != (i == 1)) {
        throw new EmbedderException(
            "modules.json: expected Pooling second and only there, got "
                + entry.type()
                + " at "
                + i);
      }
      if (i == 1) {
        pooling = Pooling.read(JsonFile.read(entry.folder().resolve("config.json")), dimension);
        dimension = pooling.dimension();
      } else {
        Stage stage = stage(entry, dimension);
        stages.add(stage);
        dimension = stage.dimension(dimension);
      }
    }
    Path settings = path.resolve("config_sentence_transformers.json");
    return new ModelFolder(
        path,
        config,
        Weights.open(encoder),
        encoder.resolve("tokenizer.json"),
        maxTokens(encoder, config),
        lowerCase(encoder),
        pooling,
        List.copyOf(stages),
        Files.exists(settings)
            ? Prompts.read(JsonFile.read(settings))
            : new Prompts(java.util.Map.of(), null));
  }

  private static List<Entry> entries(Path path) {
    Path file = path.resolve("modules.json");
    if (!Files.exists(file)) {
      return List.of(new Entry("Transformer", path));
    }
    List<Entry> entries = new ArrayList<>();
    for (JsonFile module : JsonFile.readList(file)) {
      String type = module.text("type");
      Path folder = path.resolve(module.text("path")).normalize();
      if (!folder.startsWith(path.normalize())) {
        throw new EmbedderException(
            module.name()
                + ": path: expected a folder inside the model's, got "
                + module.text("path"));
      }
      entries.add(new Entry(type.substring(type.lastIndexOf('.') + 1), folder));
    }
    if (entries.size() == 1) {
      throw new EmbedderException("modules.json: expected Pooling second, got nothing");
    }
    return entries;
  }

  private static Stage stage(Entry entry, int dimension) {
    return switch (entry.type()) {
      case "Dense" -> Dense.read(entry.folder(), dimension);
      case "LayerNorm" -> LayerNorm.read(entry.folder(), dimension);
      case "Normalize" -> new Normalize();
      default ->
          throw new EmbedderException(
              "modules.json: type: expected Transformer, Pooling, Dense, LayerNorm or Normalize,"
                  + " got "
                  + entry.type());
    };
  }

  private static int maxTokens(Path encoder, TransformerConfig config) {
    int positions = config.maxTokens();
    for (String name : TRANSFORMER_SETTINGS) {
      Path file = encoder.resolve(name);
      if (Files.exists(file)) {
        JsonFile json = JsonFile.read(file);
        if (json.has("max_seq_length")) {
          return Math.min(positions, json.whole("max_seq_length", 1, Integer.MAX_VALUE));
        }
      }
    }
    Path tokenizer = encoder.resolve("tokenizer_config.json");
    if (Files.exists(tokenizer)) {
      double stated =
          JsonFile.read(tokenizer).numberOr("model_max_length", 1, Double.MAX_VALUE, positions);
      return (int) Math.min(positions, stated);
    }
    return positions;
  }

  private static boolean lowerCase(Path encoder) {
    for (String name : TRANSFORMER_SETTINGS) {
      Path file = encoder.resolve(name);
      if (Files.exists(file)) {
        return JsonFile.read(file).flagOr("do_lower_case", false);
      }
    }
    return false;
  }

  /**
   * Returns the number of components of the model's vectors.
   *
   * @return at least 1
   */
  public int dimension() {
    int dimension = pooling.dimension();
    for (Stage stage : stages) {
      dimension = stage.dimension(dimension);
    }
    return dimension;
  }

  /**
   * Says whether the last module makes unit vectors.
   *
   * @return the answer
   */
  public boolean normalizes() {
    return !stages.isEmpty() && stages.get(stages.size() - 1) instanceof Normalize;
  }

  /**
   * Computes the SHA-256 of everything that makes the vectors: names and contents of the JSON and
   * safetensors files.
   *
   * @return 64 hexadecimal digits
   * @throws EmbedderException if a file cannot be read
   */
  public String contentHash() {
    try (Stream<Path> all = Files.walk(path, 2)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      TreeSet<String> names = new TreeSet<>();
      all.filter(Files::isRegularFile)
          .map(file -> path.relativize(file).toString())
          .filter(name -> name.endsWith(".json") || name.endsWith(".safetensors"))
          .forEach(names::add);
      byte[] buffer = new byte[1 << 18];
      for (String name : names) {
        digest.update(
            (name + "\0" + Files.size(path.resolve(name)) + "\0").getBytes(StandardCharsets.UTF_8));
        try (InputStream in = Files.newInputStream(path.resolve(name))) {
          for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            digest.update(buffer, 0, n);
          }
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new EmbedderException("model: cannot be read; path=" + path, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
