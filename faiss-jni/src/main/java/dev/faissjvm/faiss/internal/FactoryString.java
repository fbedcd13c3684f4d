package dev.faissjvm.faiss.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Faiss's factory strings, before Faiss sees them: it builds broken indexes from some, and trains
 * polysemous codes, six seconds a sub-quantizer, behind every plain {@code PQ}.
 */
public final class FactoryString {
  private static final int MAX_LENGTH = 1_000;
  private static final long MAX_NUMBER = 1 << 26;
  private static final Pattern NUMBER = Pattern.compile("(\\d+)");
  private static final Pattern GRAPH = Pattern.compile("(?:HNSW|NSG)(\\d+)");
  private static final Pattern LISTS = Pattern.compile("IVF(\\d+)");
  private static final Pattern PLAIN_PQ =
      Pattern.compile("(?<![A-Za-z+])(PQ\\d+(?:x\\d+)?)(?=$|[,)])");

  private FactoryString() {}

  /** Returns what to give Faiss: {@code PQ16} as {@code PQ16np}, everything else unchanged. */
  public static String checked(String factory) {
    Checks.atMost("factory length", MAX_LENGTH, factory.length());
    if (factory.isBlank() || factory.indexOf('\0') >= 0) {
      throw refused("a description such as IVF1024,Flat", factory);
    }
    if (factory.contains("Lattice")) {
      throw new UnsupportedOperationException(
          "factory: lattice indexes crash when searched; use SQ8 or PQ instead; factory="
              + factory);
    }
    Matcher numbers = NUMBER.matcher(factory);
    while (numbers.find()) {
      if (numbers.group().length() > 8 || Long.parseLong(numbers.group()) > MAX_NUMBER) {
        throw refused("numbers up to " + MAX_NUMBER, factory);
      }
    }
    atLeast(GRAPH, 2, "graphs with at least 2 links a vector", factory);
    atLeast(LISTS, 1, "at least one list", factory);
    atLeast(NUMBER, 1, "numbers from 1", factory); // Faiss divides by some of them
    return factory.contains("Residual") // codes for a graph: nothing polysemous, and no np
        ? factory
        : PLAIN_PQ.matcher(factory).replaceAll("$1np");
  }

  private static void atLeast(Pattern pattern, int least, String expected, String factory) {
    Matcher matcher = pattern.matcher(factory);
    while (matcher.find()) {
      if (Long.parseLong(matcher.group(1)) < least) {
        throw refused(expected, factory);
      }
    }
  }

  private static IllegalArgumentException refused(String expected, String factory) {
    return new IllegalArgumentException("factory: expected " + expected + ", got " + factory);
  }
}
