package dev.faissjvm.bench;

import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.Lease;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * A table of pending rows that is elsewhere: each call takes {@value #CALL_MILLIS} ms and nobody's
 * processor, a page of keys has {@value #PAGE}, a read {@value #BATCH} rows, and rows are cleared
 * one by one.
 */
final class FarTable implements PendingRows, Lease {

  static final int CALL_MILLIS = 7;

  private static final int PAGE = 5_000;
  private static final int BATCH = 100;

  private final Map<RowKey, Row> rows = new ConcurrentHashMap<>();
  private final ConcurrentSkipListSet<Integer> pending = new ConcurrentSkipListSet<>();
  private final List<RowKey> keys = new ArrayList<>();

  FarTable(List<String> texts) {
    for (int i = 0; i < texts.size(); i++) {
      RowKey key = RowKey.of("g" + i % 4, String.valueOf(i));
      Map<String, Object> attributes = new HashMap<>(key.attributes(KeyNames.recipe()));
      attributes.put("content", texts.get(i));
      rows.put(key, new Row(key, attributes, BigDecimal.ONE, true, false));
      pending.add(i);
      keys.add(key);
    }
  }

  /** How many rows were not settled yet. */
  int left() {
    return pending.size();
  }

  private static void call() {
    try {
      Thread.sleep(CALL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public RowPages<RowKey> candidates() {
    Iterator<Integer> each = pending.iterator();
    return new RowPages<>() {
      @Override
      public Optional<List<RowKey>> next() {
        call();
        List<RowKey> page = new ArrayList<>();
        while (page.size() < PAGE && each.hasNext()) {
          page.add(keys.get(each.next()));
        }
        return page.isEmpty() ? Optional.empty() : Optional.of(page);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public List<Row> read(List<RowKey> wanted) {
    List<Row> found = new ArrayList<>(wanted.size());
    for (int from = 0; from < wanted.size(); from += BATCH) {
      call();
      for (RowKey key : wanted.subList(from, Math.min(wanted.size(), from + BATCH))) {
        found.add(rows.get(key));
      }
    }
    return found;
  }

  @Override
  public Settlement clear(Row seen) {
    call();
    int number = Integer.parseInt(String.valueOf(seen.attributes().get("content_id")));
    return pending.remove(number) ? Settlement.SETTLED : Settlement.CHANGED;
  }

  @Override
  public Settlement remove(Row seen) {
    return clear(seen);
  }

  @Override
  public Fence acquire() {
    call();
    return new Fence(1);
  }

  @Override
  public void check(Fence fence) {}

  @Override
  public void release(Fence fence) {
    call();
  }
}
