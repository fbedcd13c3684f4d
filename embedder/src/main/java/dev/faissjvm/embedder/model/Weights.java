package dev.faissjvm.embedder.model;

import dev.faissjvm.embedder.EmbedderException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The weights of one module: the tensors of {@code model.safetensors}, or of the shards that {@code
 * model.safetensors.index.json} names.
 *
 * <p><b>Threads.</b> Immutable.
 */
public final class Weights {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private final String source;
  private final Map<String, Safetensors> byName;

  private Weights(String source, Map<String, Safetensors> byName) {
    this.source = source;
    this.byName = byName;
  }

  /**
   * Opens the weights of a folder.
   *
   * @param folder where they lie
   * @return their table of contents, checked
   * @throws EmbedderException if there are none, or a file is broken
   */
  public static Weights open(Path folder) {
    Path single = folder.resolve(SINGLE);
    Path index = folder.resolve(INDEX);
    if (Files.exists(single) || !Files.exists(index)) {
      Safetensors file = Safetensors.open(single);
      Map<String, Safetensors> byName = new LinkedHashMap<>();
      file.names().forEach(name -> byName.put(name, file));
      return new Weights(file.displayName(), byName);
    }
    JsonFile map = JsonFile.read(index).object("weight_map");
    Map<String, String> shardOf = new LinkedHashMap<>();
    for (String name : map.fields()) {
      String shard = map.text(name);
      if (shard.contains("/") || shard.contains("\\") || !shard.endsWith(".safetensors")) {
        throw new EmbedderException(
            map.name()
                + ": "
                + name
                + ": expected a .safetensors file of the same folder, got "
                + shard);
      }
      shardOf.put(name, shard);
    }
    Map<String, Safetensors> shards = new LinkedHashMap<>();
    for (String shard : new TreeSet<>(shardOf.values())) {
      shards.put(shard, Safetensors.open(folder.resolve(shard)));
    }
    Map<String, Safetensors> byName = new LinkedHashMap<>();
    shardOf.forEach((name, shard) -> byName.put(name, shards.get(shard)));
    return new Weights(INDEX, byName);
  }

  /**
   * Says whether a tensor is there.
   *
   * @param name of the tensor
   * @return the answer
   */
  public boolean has(String name) {
    return byName.containsKey(name);
  }

  /**
   * Maps a tensor whose shape is known.
   *
   * @param name of the tensor
   * @param shape what its dimensions must be
   * @return the tensor
   * @throws EmbedderException if there is none, or its shape differs
   */
  public Weight get(String name, int... shape) {
    Weight weight = find(name);
    if (weight == null) {
      throw new EmbedderException(source + ": " + name + ": expected a tensor, got none");
    }
    List<Integer> expected = new ArrayList<>();
    for (int dimension : shape) {
      expected.add(dimension);
    }
    if (!weight.shape().equals(expected)) {
      throw new EmbedderException(
          source + ": " + name + ": shape: expected " + expected + ", got " + weight.shape());
    }
    return weight;
  }

  private @Nullable Weight find(String name) {
    Safetensors file = byName.get(name);
    return file == null ? null : file.map(name);
  }
}
