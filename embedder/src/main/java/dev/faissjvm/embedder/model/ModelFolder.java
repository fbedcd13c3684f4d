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
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A folder as sentence-transformers saves it, read and checked, its weights mapped and not yet
 * loaded. One without {@code modules.json} is a plain encoder and is pooled by the mean. Of a CLIP
 * model this is the text half; {@link ClipFolder} is the other.
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
 * @param endToken id of the token behind which nothing counts, or -1 for none, -2 for the greatest
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
    Prompts prompts,
    int endToken) {
  private static final int NO_END = -1;
  private static final int GREATEST = -2;

  private static final List<String> TRANSFORMER_SETTINGS =
      List.of(
          "sentence_bert_config.json",
          "sentence_roberta_config.json",
          "sentence_distilbert_config.json",
          "sentence_camembert_config.json",
          "sentence_xlm-roberta_config.json");

  /** One entry of {@code modules.json}: the last part of its type, and where it lies. */
  record Entry(String type, Path folder) {}

  /**
   * Reads a folder.
   *
   * @param path of the folder
   * @return what it says
   * @throws EmbedderException if a file is missing or broken, or names a module or an architecture
   *     that cannot be run
   */
  public static ModelFolder read(Path path) {
    List<Entry> modules = modules(path);
    String first = modules.isEmpty() ? "no modules" : modules.get(0).type();
    return switch (first) {
      case "Transformer" -> transformer(path, modules);
      case "CLIPModel" -> clip(path, modules);
      default ->
          throw new EmbedderException(
              "modules.json: expected Transformer or CLIPModel first, got " + first);
    };
  }

  private static ModelFolder transformer(Path path, List<Entry> modules) {
    Path encoder = modules.get(0).folder();
    TransformerConfig config =
        TransformerConfig.read(JsonFile.read(encoder.resolve("config.json")));
    Pooling pooling = Pooling.mean(config.hidden());
    for (int i = 1; i < modules.size(); i++) {
      Entry module = modules.get(i);
      if (module.type().equals("Pooling") != (i == 1)) {
        throw new EmbedderException(
            "modules.json: expected Pooling second and only there, got "
                + module.type()
                + " at "
                + i);
      }
    }
    if (modules.size() > 1) {
      JsonFile json = JsonFile.read(modules.get(1).folder().resolve("config.json"));
      pooling = Pooling.read(json, config.hidden());
    } else if (Files.exists(path.resolve("modules.json"))) {
      throw new EmbedderException("modules.json: expected Pooling second, got nothing");
    }
    return new ModelFolder(
        path,
        config,
        Weights.open(encoder),
        encoder.resolve("tokenizer.json"),
        maxTokens(encoder, config),
        lowerCase(encoder),
        pooling,
        stages(modules.subList(Math.min(2, modules.size()), modules.size()), pooling.dimension()),
        prompts(path),
        NO_END);
  }

  private static ModelFolder clip(Path path, List<Entry> modules) {
    Path folder = modules.get(0).folder();
    JsonFile json = JsonFile.read(folder.resolve("config.json"));
    JsonFile text = json.object("text_config");
    TransformerConfig config = TransformerConfig.clipText(text);
    Weights weights = Weights.open(folder);
    // Configurations from before 2023 say 2, whatever the end is; the reference then takes the
    // greatest id, which the end is in CLIP's vocabulary.
    int end = text.wholeOr("eos_token_id", 0, Integer.MAX_VALUE, 49_407);
    return new ModelFolder(
        path,
        config,
        weights,
        folder.resolve("tokenizer.json"),
        maxTokens(folder, config),
        false,
        new Pooling(config.hidden(), List.of(Pooling.Mode.LAST), true),
        ClipFolder.projected(json, weights, "text_projection.weight", config.hidden(), modules),
        prompts(path),
        end == 2 ? GREATEST : end);
  }

  private static Prompts prompts(Path path) {
    Path settings = path.resolve("config_sentence_transformers.json");
    return Files.exists(settings)
        ? Prompts.read(JsonFile.read(settings))
        : new Prompts(Map.of(), null);
  }

  /** Reads {@code modules.json}; a folder without it is one Transformer. */
  static List<Entry> modules(Path path) {
    if (!Files.isDirectory(path)) {
      throw new EmbedderException("model: expected a folder, got none; path=" + path);
    }
    Path file = path.resolve("modules.json");
    if (!Files.exists(file)) {
      return List.of(new Entry("Transformer", path));
    }
    List<Entry> modules = new ArrayList<>();
    for (JsonFile module : JsonFile.readList(file)) {
      String type = module.text("type");
      Path folder = path.resolve(module.text("path")).normalize();
      if (!folder.startsWith(path.normalize())) {
        throw new EmbedderException(
            module.name()
                + ": path: expected a folder inside the model's, got "
                + module.text("path"));
      }
      modules.add(new Entry(type.substring(type.lastIndexOf('.') + 1), folder));
    }
    return modules;
  }

  /** Reads the modules behind the pooled vector. */
  static List<Stage> stages(List<Entry> modules, int dimension) {
    List<Stage> stages = new ArrayList<>();
    for (Entry module : modules) {
      stages.add(stage(module, dimension(stages, dimension)));
    }
    return List.copyOf(stages);
  }

  private static Stage stage(Entry module, int dimension) {
    return switch (module.type()) {
      case "Dense" -> Dense.read(module.folder(), dimension);
      case "LayerNorm" -> LayerNorm.read(module.folder(), dimension);
      case "Normalize" -> new Normalize();
      default ->
          throw new EmbedderException(
              "modules.json: type: expected Transformer, CLIPModel, Pooling, Dense, LayerNorm or"
                  + " Normalize, got "
                  + module.type());
    };
  }

  static int dimension(List<Stage> stages, int in) {
    int dimension = in;
    for (Stage stage : stages) {
      dimension = stage.dimension(dimension);
    }
    return dimension;
  }

  static boolean normalizes(List<Stage> stages) {
    return !stages.isEmpty() && stages.get(stages.size() - 1) instanceof Normalize;
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
    return dimension(stages, pooling.dimension());
  }

  /**
   * Cuts a sequence behind the first end token, whose vector is the one that a model with such a
   * token reads. Without one in it, that is the first token.
   *
   * @param tokens of one text
   * @return them, or their beginning
   */
  public int[] untilEnd(int[] tokens) {
    if (endToken == NO_END || tokens.length == 0) {
      return tokens;
    }
    int end = endToken == GREATEST ? Arrays.stream(tokens).max().orElseThrow() : endToken;
    int length = 1;
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] == end) {
        length = i + 1;
        break;
      }
    }
    return Arrays.copyOf(tokens, length);
  }

  /**
   * Says whether the last module makes unit vectors.
   *
   * @return the answer
   */
  public boolean normalizes() {
    return normalizes(stages);
  }

  /**
   * Computes the SHA-256 of everything that makes the vectors: names and contents of the JSON and
   * safetensors files.
   *
   * @return 64 hexadecimal digits
   * @throws EmbedderException if a file cannot be read
   */
  public String contentHash() {
    return contentHash(path);
  }

  /**
   * Computes {@link #contentHash()} of a folder without reading it as a model.
   *
   * @param path of the folder
   * @return 64 hexadecimal digits
   * @throws EmbedderException if a file cannot be read
   */
  public static String contentHash(Path path) {
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
