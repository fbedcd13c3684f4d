package dev.faissjvm.faiss.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A binary factory string, checked: Faiss reads the beginning of one and ignores the rest, reads no
 * IDMap before it, and takes numbers that its own code cannot work with.
 *
 * @param faissText what Faiss is given
 * @param idMap 0 for none, 1 for IDMap, 2 for IDMap2
 */
public record BinaryFactory(String faissText, int idMap) {
  private static final int MAX_HASH_BITS = 57; // read from any bit of an unaligned 64-bit word
  private static final Pattern GRAMMAR =
      Pattern.compile(
          "(IDMap2?,)?(BFlat|BIVF(\\d{1,8})(?:_HNSW(\\d{1,8}))?|BHNSW(\\d{1,8})"
              + "|BHash(?:(\\d{1,8})x)?(\\d{1,8}))");

  /** Returns the parts of a factory string for vectors of {@code dimension} bits. */
  public static BinaryFactory parse(String factory, int dimension) {
    Matcher parts = GRAMMAR.matcher(factory);
    if (!parts.matches()) {
      throw refused(
          "[IDMap,|IDMap2,] and BFlat, BIVF32, BIVF32_HNSW16, BHNSW16, BHash16 or BHash4x16",
          factory);
    }
    within(parts, 3, 1, 1 << 26, "1 to 67108864 lists");
    within(parts, 4, 2, 1 << 12, "graphs with 2 to 4096 links a vector");
    within(parts, 5, 2, 1 << 12, "graphs with 2 to 4096 links a vector");
    int most = Math.min(MAX_HASH_BITS, dimension);
    within(parts, 7, 1, most, "hashes of 1 to " + most + " bits");
    if (parts.group(6) != null) {
      int hashes = dimension / Integer.parseInt(parts.group(7));
      within(parts, 6, 1, hashes, "1 to " + hashes + " hashes of " + parts.group(7) + " bits");
    }
    int idMap = parts.group(1) == null ? 0 : parts.group(1).equals("IDMap,") ? 1 : 2;
    return new BinaryFactory(parts.group(2), idMap);
  }

  private static void within(Matcher parts, int group, int least, int most, String expected) {
    String number = parts.group(group);
    if (number != null && (Integer.parseInt(number) < least || Integer.parseInt(number) > most)) {
      throw refused(expected, parts.group());
    }
  }

  private static IllegalArgumentException refused(String expected, String factory) {
    return new IllegalArgumentException("factory: expected " + expected + ", got " + factory);
  }
}
