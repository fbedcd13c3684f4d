package dev.faissjvm.sync.search;

/** What makes a row an answer. */
public enum SearchMode {
  /** Its meaning: the nearest vectors. */
  SEMANTIC,
  /** Its words: BM25. */
  KEYWORD,
  /** Both, by the weighted sum of their scores, each within its list. */
  HYBRID
}
