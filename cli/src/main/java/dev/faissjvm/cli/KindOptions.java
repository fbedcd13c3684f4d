package dev.faissjvm.cli;

import dev.faissjvm.faiss.Metric;
import dev.faissjvm.faiss.VectorIndex;
import java.io.IOException;
import picocli.CommandLine.Option;

/** Which kind of Faiss index is made, and by how many vectors it is trained. */
final class KindOptions {

  @Option(
      names = {"--kind", "--factory"},
      paramLabel = "KIND",
      defaultValue = "Flat",
      description = "Faiss's factory string; Flat by default, which keeps every vector as it is.")
  private String kind = "Flat";

  @Option(
      names = "--train",
      paramLabel = "N",
      defaultValue = "250000",
      description = "Train on the first N vectors at most, if the kind must be trained.")
  private int train;

  /** Gives the first vectors, so many at most. */
  @FunctionalInterface
  interface Sample {
    float[] first(int most) throws IOException;
  }

  /** Creates an index, trained where it must be; the caller closes it. */
  VectorIndex create(int dimension, Metric metric, Command command, Sample sample)
      throws IOException {
    VectorIndex index;
    try {
      index = VectorIndex.create(kind, dimension, metric);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "index: " + e.getMessage(), e);
    }
    try {
      if (!index.isTrained()) {
        float[] vectors = sample.first(train);
        command.note("index: training " + kind + " on " + vectors.length / dimension + " vectors");
        index.train(vectors);
        command.context.interruption().checkpoint();
      }
      return index;
    } catch (IllegalArgumentException | IllegalStateException e) {
      index.close();
      throw new CommandFailure(ExitCode.BAD_INPUT, "training: " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      index.close();
      throw e;
    }
  }
}
