package dev.faissjvm.bench;

import java.io.IOException;
import java.util.Map;

/** One who does the work that is measured. */
interface Contestant {

  /** {@return the name in the tables} */
  String name();

  /**
   * Does the work once, and measures it where it is done: the way to a child process is not in it.
   *
   * @return one sample, in the unit of the case
   * @throws IOException if the work fails
   */
  double sample() throws IOException;

  /**
   * {@return what belongs beside the time, known after a sample}
   *
   * @throws IOException if it cannot be read
   */
  default Map<String, Double> beside() throws IOException {
    return Map.of();
  }
}
