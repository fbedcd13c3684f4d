package dev.faissjvm.sync;

import dev.faissjvm.sync.change.BadRowException;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.document.Document;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.IndexStore;
import dev.faissjvm.sync.index.IndexedRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares rows with the last commit, and says what each needs.
 *
 * @param onlyNew whether rows that the index knows stay as they are there: the rows come from a
 *     copy of the table, which may be older
 */
record RowPlanner(DocumentMapping mapping, IndexStore store, boolean onlyNew) {

  List<RowPlan> plan(List<Row> rows) throws IOException {
    List<Optional<IndexedRow>> known = store.find(rows.stream().map(Row::key).toList());
    List<RowPlan> plans = new ArrayList<>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      plans.add(plan(rows.get(i), known.get(i).orElse(null)));
    }
    return plans;
  }

  private RowPlan plan(Row row, @Nullable IndexedRow known) {
    if (onlyNew && known != null) {
      return new RowPlan.Unchanged(row);
    } else if (row.deleted()) {
      return new RowPlan.Remove(row, known != null || store.mustWrite(row.key()));
    }
    Document document;
    try {
      document = mapping.document(row);
    } catch (BadRowException e) {
      String hash = mapping.parkedHash(row);
      boolean noted = known != null && known.parkedReason() != null && known.rowHash().equals(hash);
      return noted && !store.mustWrite(row.key())
          ? new RowPlan.Unchanged(row)
          : new RowPlan.Park(row, hash, e.reason());
    }
    if (known == null
        || !known.textHash().equals(document.textHash())
        || known.documents() != document.passages().size()) {
      return new RowPlan.Embed(row, document);
    }
    return known.rowHash().equals(document.rowHash()) && !store.mustWrite(row.key())
        ? new RowPlan.Unchanged(row)
        : new RowPlan.Keep(row, document, known);
  }
}
