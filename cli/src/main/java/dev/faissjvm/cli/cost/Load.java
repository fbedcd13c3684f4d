package dev.faissjvm.cli.cost;

/**
 * What is asked of an index, and how fast its parts are. The rates are measured ones: give your
 * own.
 *
 * @param rows rows in the table
 * @param changedPerDay rows whose text changes each day
 * @param searchesPerDay searches each day
 * @param dimension components of a vector
 * @param textBytes bytes of a row's text
 * @param functionRowsPerSecond rows that the maker's function embeds in a second
 * @param serverRowsPerSecond rows that a server of four processors embeds in a second
 * @param gpuRowsPerSecond rows that a server with a GPU embeds in a second
 * @param searchMillis time of one warm search, in milliseconds
 */
public record Load(
    double rows,
    double changedPerDay,
    double searchesPerDay,
    int dimension,
    int textBytes,
    double functionRowsPerSecond,
    double serverRowsPerSecond,
    double gpuRowsPerSecond,
    double searchMillis) {

  /**
   * Checks that the numbers make sense.
   *
   * @param rows rows in the table
   * @param changedPerDay rows whose text changes each day
   * @param searchesPerDay searches each day
   * @param dimension components of a vector
   * @param textBytes bytes of a row's text
   * @param functionRowsPerSecond rows that the maker's function embeds in a second
   * @param serverRowsPerSecond rows that a server of four processors embeds in a second
   * @param gpuRowsPerSecond rows that a server with a GPU embeds in a second
   * @param searchMillis time of one warm search, in milliseconds
   */
  public Load {
    if (rows < 1 || changedPerDay < 0 || searchesPerDay < 0 || dimension < 1 || textBytes < 0) {
      throw new IllegalArgumentException("load: expected one row or more, and no negative numbers");
    }
    if (!(functionRowsPerSecond > 0 && serverRowsPerSecond > 0 && gpuRowsPerSecond > 0)
        || !(searchMillis > 0)) {
      throw new IllegalArgumentException("rates: expected numbers above zero");
    }
  }

  /** {@return gigabytes of all vectors} */
  double vectorGigabytes() {
    return rows * dimension * Float.BYTES / 1e9;
  }
}
