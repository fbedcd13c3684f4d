package dev.faissjvm.bench;

import dev.faissjvm.cli.demo.Dictionary;
import dev.faissjvm.cli.demo.Synset;
import dev.faissjvm.embedder.TextEmbedder;
import dev.faissjvm.embedder.convert.DefaultModel;
import dev.faissjvm.faiss.Faiss;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * What every group of measurements is given.
 *
 * @param full whether this is the long run
 * @param prepare whether what is kept is made and nothing is measured
 * @param sideBySide runs contestants and keeps their results
 * @param cache where files are kept from run to run
 * @param python a Python that has the peers of {@code requirements.txt}
 * @param driver the C++ driver
 */
record Setting(
    boolean full, boolean prepare, Rounds sideBySide, Path cache, Path python, Path driver) {

  /** The dimension of the default model. */
  static final int DIMENSION = 384;

  private static final int QUERIES = 1_000;
  private static final long SEED = 7;

  /**
   * Vectors to search among and others to search for.
   *
   * @param name what they are
   * @param base the vectors that are indexed
   * @param queries those that are asked for, none of them indexed
   */
  record Data(String name, VectorFile base, VectorFile queries) {}

  /** Returns the texts of WordNet in an order of no meaning, the same each time. */
  static List<String> glosses(int count) throws IOException {
    List<Synset> synsets = new ArrayList<>(Dictionary.everyday().synsets());
    Collections.shuffle(synsets, new Random(SEED));
    return synsets.subList(0, count).stream().map(Synset::gloss).toList();
  }

  /** Returns glosses under the default model, embedded once and kept. */
  Data glossVectors(int base) throws IOException {
    int count = base + QUERIES;
    Path file = cache.resolve("glosses-" + count + ".f32");
    if (!Files.exists(file)) {
      List<String> texts = glosses(count);
      System.err.println("embedding " + count + " glosses, once");
      try (TextEmbedder embedder = TextEmbedder.load(DefaultModel.folder())) {
        VectorFile.kept(
            file,
            DIMENSION,
            count,
            (from, n) -> flat(embedder.embed(texts.subList(from, from + n))));
      }
    }
    return split(new VectorFile(file, DIMENSION), "glosses-" + count, base);
  }

  /** Returns clusters made from a seed. */
  Data clusteredVectors(int base, int dimension) throws IOException {
    int count = base + QUERIES;
    String name = "clustered-" + dimension + "-" + count;
    VectorFile all = VectorFile.clustered(cache.resolve(name + ".f32"), count, dimension, SEED);
    return split(all, name, base);
  }

  private Data split(VectorFile all, String name, int base) throws IOException {
    return new Data(
        name,
        all.part(cache.resolve(name + "-base.f32"), 0, base),
        all.part(cache.resolve(name + "-queries.f32"), base, QUERIES));
  }

  private static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[i].length, rows[i].length);
    }
    return flat;
  }

  /** Starts the C++ driver under the settings under which Java runs. */
  Child startDriver() throws IOException {
    return Child.start(
        "C++ driver", List.of(driver.toString()), Map.of("OMP_WAIT_POLICY", "passive"));
  }

  /** Starts a Python peer, its Faiss for the instructions that ours was built for. */
  Child startPython(String script, String... arguments) throws IOException {
    Path file = resource(script);
    List<String> command = new ArrayList<>(List.of(python.toString(), file.toString()));
    command.addAll(List.of(arguments));
    String ours = Faiss.variant();
    String level = ours.equals("generic") ? "NONE" : ours.toUpperCase(Locale.ROOT);
    Map<String, String> environment =
        Map.of("OMP_WAIT_POLICY", "passive", "FAISS_SIMD_LEVEL", level);
    return Child.start(script, command, environment);
  }

  /** Takes a file out of a jar: a script of ours, or the peer's model. */
  Path resource(String name) throws IOException {
    Path file = cache.resolve(name);
    try (InputStream in = open(name)) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }

  /** Reads a resource. */
  static String text(String name) throws IOException {
    try (InputStream in = open(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static InputStream open(String name) throws IOException {
    InputStream in = Setting.class.getResourceAsStream("/" + name);
    if (in == null) {
      throw new IOException(name + ": expected among the resources, got none");
    }
    return in;
  }
}
