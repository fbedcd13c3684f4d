package dev.faissjvm.bench;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** An engine with an index of its own, which is asked every query at one of its settings. */
interface SearchEngine extends Closeable {

  /** {@return the name in the tables} */
  String name();

  /** {@return what the index cost, {@link LuceneIndex#SECONDS} among it} */
  Map<String, Double> figures();

  /** {@return how many settings there are, from the cheapest to the dearest} */
  int settings();

  /** {@return whether it can be asked for vectors that a filter accepts} */
  boolean filters();

  /**
   * What came of all queries.
   *
   * @param millis a query, of the processor: neighbours on the machine count less than by the clock
   * @param products of each query with its hits
   */
  record Answers(double millis, List<float[]> products) {}

  /**
   * Asks every query for ten neighbours.
   *
   * @param setting its number
   * @param share the number of the filter in {@link TrueNeighbours#SHARES}
   * @return what came of it
   * @throws IOException if the index cannot be read
   */
  Answers ask(int setting, int share) throws IOException;
}
