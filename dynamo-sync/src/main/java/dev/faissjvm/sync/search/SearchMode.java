package dev.faissjvm.sync.search;

/** What makes a row an answer. */
public enum SearchMode {
  /** Its meaning: the nearest vectors. */
  SEMANTIC,
  /** Its words: BM25. */
  KEYWORD,
  /** Both, by reciprocal rank fusion. */
  HYBRID
}
