package dev.faissjvm.sync.testing;

import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.LeaseHeldException;
import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.change.TableRows;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.Lease;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A content table in memory, under the same contracts as the one on DynamoDB. */
public final class InMemoryTable implements PendingRows, TableRows {

  private static final int PAGE = 5;

  private final Map<String, Row> rows = new TreeMap<>();
  private boolean clearsAnything;
  private @Nullable String holder;
  private long fence;
  private long expiresMillis;

  /** From now on settles rows whatever they say: the mistake that loses updates. */
  public synchronized void clearAnything() {
    clearsAnything = true;
  }

  public synchronized void put(RowKey key, Map<String, Object> attributes) {
    Row before = rows.get(key.encoded());
    Map<String, Object> merged = new HashMap<>();
    if (before != null) {
      merged.putAll(before.attributes());
    }
    merged.putAll(attributes);
    write(key, merged, next(before), false);
  }

  public synchronized boolean delete(RowKey key) {
    Row before = rows.get(key.encoded());
    if (before == null) {
      return false;
    }
    write(key, before.attributes(), next(before), true);
    return true;
  }

  /** Deletes a row outright, as time to live does. */
  public synchronized void vanish(RowKey key) {
    rows.remove(key.encoded());
  }

  /** Changes a row behind the back of its sync: the mark is lost. */
  public synchronized void putUnmarked(RowKey key, Map<String, Object> attributes) {
    put(key, attributes);
    Row row = rows.get(key.encoded());
    if (row != null) {
      rows.put(key.encoded(), new Row(key, row.attributes(), row.version(), false, false));
    }
  }

  /** Marks rows for indexing again. */
  public synchronized void mark(Collection<RowKey> keys) {
    for (RowKey key : keys) {
      Row row = rows.get(key.encoded());
      if (row != null) {
        write(key, row.attributes(), next(row), row.deleted());
      }
    }
  }

  private static BigDecimal next(@Nullable Row before) {
    return before != null && before.version() instanceof BigDecimal number
        ? number.add(BigDecimal.ONE)
        : BigDecimal.ONE;
  }

  private void write(
      RowKey key, Map<String, Object> attributes, BigDecimal version, boolean deleted) {
    rows.put(key.encoded(), new Row(key, attributes, version, true, deleted));
  }

  @Override
  public synchronized RowPages<RowKey> candidates() {
    return pages(rows.values().stream().filter(Row::pending).map(Row::key).toList());
  }

  @Override
  public synchronized RowPages<Row> rows() {
    return pages(List.copyOf(rows.values()));
  }

  @Override
  public synchronized List<Row> read(List<RowKey> keys) {
    List<Row> found = new ArrayList<>();
    for (RowKey key : keys) {
      Row row = rows.get(key.encoded());
      if (row != null) {
        found.add(row);
      }
    }
    return found;
  }

  @Override
  public synchronized Settlement clear(Row seen) {
    Row now = rows.get(seen.key().encoded());
    if (now == null || (!clearsAnything && !isAsSeen(now, seen))) {
      return Settlement.CHANGED;
    }
    Row cleared = new Row(now.key(), now.attributes(), now.version(), false, now.deleted());
    rows.put(seen.key().encoded(), cleared);
    return Settlement.SETTLED;
  }

  @Override
  public synchronized Settlement remove(Row seen) {
    Row now = rows.get(seen.key().encoded());
    if (now == null || (!clearsAnything && !isAsSeen(now, seen))) {
      return Settlement.CHANGED;
    }
    rows.remove(seen.key().encoded());
    return Settlement.SETTLED;
  }

  private static boolean isAsSeen(Row now, Row seen) {
    return now.attributes().equals(seen.attributes())
        && String.valueOf(now.version()).equals(String.valueOf(seen.version()))
        && now.deleted() == seen.deleted();
  }

  private static <T> RowPages<T> pages(List<T> all) {
    List<List<T>> pages = new ArrayList<>();
    for (int from = 0; from < all.size(); from += PAGE) {
      pages.add(all.subList(from, Math.min(all.size(), from + PAGE)));
    }
    Iterator<List<T>> each = pages.iterator();
    return new RowPages<>() {
      @Override
      public Optional<List<T>> next() {
        return each.hasNext() ? Optional.of(each.next()) : Optional.empty();
      }

      @Override
      public void close() {}
    };
  }

  /** Returns a lease on this table's index. */
  public Lease lease(String owner, Duration duration, Clock clock) {
    return new InMemoryLease(owner, duration, clock);
  }

  private final class InMemoryLease implements Lease {
    private final String owner;
    private final Duration duration;
    private final Clock clock;

    InMemoryLease(String owner, Duration duration, Clock clock) {
      this.owner = owner;
      this.duration = duration;
      this.clock = clock;
    }

    @Override
    public Fence acquire() {
      synchronized (InMemoryTable.this) {
        if (holder != null && expiresMillis > clock.millis()) {
          throw new LeaseHeldException("lease: expected it to be free, got held", holder);
        }
        holder = owner;
        fence++;
        expiresMillis = clock.millis() + duration.toMillis();
        return new Fence(fence);
      }
    }

    @Override
    public void check(Fence mine) {
      synchronized (InMemoryTable.this) {
        if (holder == null || fence != mine.number()) {
          throw new FencedException("lease: expected to hold it, got another", null);
        }
        expiresMillis = clock.millis() + duration.toMillis();
      }
    }

    @Override
    public void release(Fence mine) {
      synchronized (InMemoryTable.this) {
        if (fence == mine.number()) {
          holder = null;
        }
      }
    }
  }
}
