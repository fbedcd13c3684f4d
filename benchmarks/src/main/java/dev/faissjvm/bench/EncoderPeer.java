package dev.faissjvm.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The model in a process of its own, under that process's own settings; it measures itself. */
record EncoderPeer(String name, Child child, Path cache) implements AutoCloseable {

  /** Starts {@code encoder_peer.py}; its answer to the first question says that it is ready. */
  static EncoderPeer start(Setting setting, String name, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(setting.python().toString(), setting.resource("encoder_peer.py").toString()));
    command.addAll(List.of(arguments));
    Child child = Child.start(name, command, Map.of());
    try {
      String version = child.ask("hello").get(0);
      return new EncoderPeer(name + " (" + version + ")", child, setting.cache());
    } catch (IOException e) {
      child.close();
      throw e;
    }
  }

  /** Many texts at once, in texts a second. */
  Contestant many(List<String> texts, List<float[]> expected) throws IOException {
    Path in = file(texts);
    Path out = cache.resolve("encoder-vectors.f32");
    return new Turn() {
      @Override
      public double sample() throws IOException {
        return texts.size() / child.askNumber("embed", in.toString(), out.toString());
      }

      @Override
      public Map<String, Double> beside() throws IOException {
        sample();
        float[] flat = new VectorFile(out, Setting.DIMENSION).all();
        float[][] rows = new float[texts.size()][Setting.DIMENSION];
        for (int i = 0; i < rows.length; i++) {
          System.arraycopy(flat, i * Setting.DIMENSION, rows[i], 0, Setting.DIMENSION);
        }
        return Map.of("cosine", EncoderGroup.meanCosine(expected, rows));
      }
    };
  }

  /** One text a call, in milliseconds. */
  Contestant single(List<String> texts) throws IOException {
    Path in = file(texts);
    return new Turn() {
      @Override
      public double sample() throws IOException {
        return child.askNumber("single", in.toString(), String.valueOf(texts.size()));
      }
    };
  }

  /** What this peer does in one case. */
  private abstract class Turn implements Contestant {
    @Override
    public String name() {
      return name;
    }
  }

  private Path file(List<String> texts) throws IOException {
    return Files.write(cache.resolve("encoder-texts-" + texts.hashCode() + ".txt"), texts);
  }

  @Override
  public void close() throws IOException {
    child.close();
  }
}
