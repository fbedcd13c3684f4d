package dev.faissjvm.sync;

import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.document.Document;
import dev.faissjvm.sync.index.IndexedRow;

/** What is to be done about a pending row. */
sealed interface RowPlan {

  Row row();

  /** Its text is new: it needs vectors. */
  record Embed(Row row, Document document) implements RowPlan {}

  /** Something beside its text is new: it keeps its vectors. */
  record Keep(Row row, Document document, IndexedRow known) implements RowPlan {}

  /** The last commit has it as it is. */
  record Unchanged(Row row) implements RowPlan {}

  /** It is softly deleted. */
  record Remove(Row row, boolean indexed) implements RowPlan {}

  /** It cannot be indexed. */
  record Park(Row row, String hash, String reason) implements RowPlan {}
}
