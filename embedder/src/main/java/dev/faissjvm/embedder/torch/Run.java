package dev.faissjvm.embedder.torch;

import java.util.ArrayList;
import java.util.List;

/**
 * Neighbouring sequences of equal length, which share one attention call.
 *
 * @param first row of the first token
 * @param sequences how many
 * @param length of each, in tokens
 */
record Run(int first, int sequences, int length) {

  /** Cuts a batch into its runs. */
  static List<Run> of(int[] lengths) {
    List<Run> runs = new ArrayList<>();
    int row = 0;
    int i = 0;
    while (i < lengths.length) {
      int end = i + 1;
      while (end < lengths.length && lengths[end] == lengths[i]) {
        end++;
      }
      Run run = new Run(row, end - i, lengths[i]);
      runs.add(run);
      row += run.tokens();
      i = end;
    }
    return runs;
  }

  int tokens() {
    return sequences * length;
  }
}
