package dev.faissjvm.sync;

import dev.faissjvm.sync.document.Document;
import java.util.List;

/**
 * Rows that are ready for the index.
 *
 * @param plans what is to be done, without rows that need vectors
 * @param embedded rows that got them
 */
record EmbeddedBatch(List<RowPlan> plans, List<Embedded> embedded) {

  int rows() {
    return plans.size() + embedded.size();
  }

  /** A row with its vectors. */
  record Embedded(RowPlan.Embed plan, List<float[]> vectors) {
    Document document() {
      return plan.document();
    }
  }
}
