package dev.faissjvm.embedder;

import dev.faissjvm.embedder.testing.Fixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Whether a text's vector depends on its company: the largest difference of a component and the
 * least cosine between the rows of one list and those of each text alone, of a shuffled list, and
 * of eight threads that share the instance. Arguments: a model folder, a precision, a file with a
 * text a line.
 */
public final class SameVectors {
  private static final int THREADS = 8;

  private SameVectors() {}

  /** Prints the figures. */
  public static void main(String[] arguments) throws Exception {
    List<String> texts = Files.readAllLines(Path.of(arguments[2]));
    try (TextEmbedder embedder =
        TextEmbedder.builder(Path.of(arguments[0]))
            .precision(Precision.valueOf(arguments[1]))
            .load()) {
      float[][] expected = embedder.embed(texts);
      compare("alone", expected, texts.stream().map(embedder::embed).toArray(float[][]::new));
      compare("shuffled", expected, shuffled(embedder, texts, 1));
      ExecutorService pool = Executors.newFixedThreadPool(THREADS);
      List<Future<float[][]>> all = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        int seed = thread;
        all.add(pool.submit(() -> shuffled(embedder, texts, seed)));
      }
      for (Future<float[][]> rows : all) {
        compare("one of eight threads", expected, rows.get());
      }
      pool.shutdown();
    }
  }

  private static float[][] shuffled(TextEmbedder embedder, List<String> texts, long seed) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(seed));
    float[][] rows = embedder.embed(order.stream().map(texts::get).toList());
    float[][] back = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      back[order.get(i)] = rows[i];
    }
    return back;
  }

  private static void compare(String name, float[][] expected, float[][] actual) {
    double cosine = 1;
    for (int i = 0; i < expected.length; i++) {
      cosine = Math.min(cosine, Fixtures.cosine(expected[i], actual[i]));
    }
    System.out.printf(
        "%s: %d texts; max |difference| %.2e; cosine min %.6f%n",
        name, expected.length, Fixtures.maxDifference(expected, actual), cosine);
  }
}
