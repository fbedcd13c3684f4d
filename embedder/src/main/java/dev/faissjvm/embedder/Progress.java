package dev.faissjvm.embedder;

/**
 * Told how far a long call has come, on the thread that made the call. What it throws ends the call
 * and comes out of it.
 */
@FunctionalInterface
public interface Progress {

  /**
   * Some more inputs are done.
   *
   * @param done inputs so far, from 1 to {@code total}, never less than before
   * @param total inputs in all
   */
  void embedded(long done, long total);
}
