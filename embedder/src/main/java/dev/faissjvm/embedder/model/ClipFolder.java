package dev.faissjvm.embedder.model;

import dev.faissjvm.embedder.EmbedderException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The picture half of a folder as sentence-transformers saves a CLIP model; the text half is read
 * by {@link ModelFolder}.
 *
 * @param path of the folder
 * @param config sizes of the encoder
 * @param edge pixels of a picture in either direction
 * @param patch edge of a patch, in pixels
 * @param processor path of {@code preprocessor_config.json}
 * @param weights of both halves
 * @param stages the projection, and what follows it
 */
public record ClipFolder(
    Path path,
    TransformerConfig config,
    int edge,
    int patch,
    Path processor,
    Weights weights,
    List<Stage> stages) {

  /**
   * Reads a folder.
   *
   * @param path of the folder
   * @return what it says
   * @throws EmbedderException if a file is missing or broken, or it is not a CLIP model
   */
  public static ClipFolder read(Path path) {
    List<ModelFolder.Entry> modules = ModelFolder.modules(path);
    if (modules.isEmpty() || !modules.get(0).type().equals("CLIPModel")) {
      throw new EmbedderException(
          "modules.json: expected CLIPModel first, got "
              + (modules.isEmpty() ? "no modules" : modules.get(0).type()));
    }
    Path folder = modules.get(0).folder();
    JsonFile json = JsonFile.read(folder.resolve("config.json"));
    JsonFile vision = json.object("vision_config");
    int edge = vision.wholeOr("image_size", 1, 4096, 224);
    int patch = vision.wholeOr("patch_size", 1, edge, 32);
    vision.wholeOr("num_channels", 3, 3, 3);
    int across = edge / patch;
    Weights weights = Weights.open(folder);
    TransformerConfig config = TransformerConfig.clipVision(vision, across * across + 1);
    List<Stage> stages =
        projected(json, weights, "visual_projection.weight", config.hidden(), modules);
    Path processor = folder.resolve("preprocessor_config.json");
    return new ClipFolder(path, config, edge, patch, processor, weights, stages);
  }

  /** The stages of either half: its own projection, then the modules behind the model. */
  static List<Stage> projected(
      JsonFile json, Weights weights, String name, int hidden, List<ModelFolder.Entry> modules) {
    int dimension = json.wholeOr("projection_dim", 1, 65_536, 512);
    List<Stage> stages = new ArrayList<>();
    stages.add(Dense.projection(weights.get(name, dimension, hidden)));
    stages.addAll(ModelFolder.stages(modules.subList(1, modules.size()), dimension));
    return List.copyOf(stages);
  }

  /**
   * Returns the number of components of the model's vectors.
   *
   * @return at least 1
   */
  public int dimension() {
    return ModelFolder.dimension(stages, config.hidden());
  }

  /**
   * Says whether the last module makes unit vectors.
   *
   * @return the answer
   */
  public boolean normalizes() {
    return ModelFolder.normalizes(stages);
  }
}
