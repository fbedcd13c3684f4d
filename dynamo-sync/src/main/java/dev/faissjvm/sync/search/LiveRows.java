package dev.faissjvm.sync.search;

import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Hits with the attributes that the table has now; rows that are gone are left out. */
public final class LiveRows {

  private LiveRows() {}

  /**
   * Returns hits as the table has them now.
   *
   * @param table reads rows of the table
   * @param hits the hits
   * @return those whose rows are still there, in their order
   */
  public static List<SearchHit> of(PendingRows table, List<SearchHit> hits) {
    Map<RowKey, Row> rows = new HashMap<>();
    for (Row row : table.read(hits.stream().map(SearchHit::key).toList())) {
      if (!row.deleted()) {
        rows.put(row.key(), row);
      }
    }
    List<SearchHit> live = new ArrayList<>();
    for (SearchHit hit : hits) {
      Row row = rows.get(hit.key());
      if (row != null) {
        live.add(
            new SearchHit(
                hit.rank(),
                hit.key(),
                hit.score(),
                row.attributes(),
                hit.passage(),
                hit.highlights()));
      }
    }
    return live;
  }
}
