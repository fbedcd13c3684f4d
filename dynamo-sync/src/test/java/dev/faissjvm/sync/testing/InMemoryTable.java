package dev.faissjvm.sync.testing;

import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.LeaseHeldException;
import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.change.TableRows;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.Lease;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A content table in memory, under the same contracts as the one on DynamoDB. */
public final class InMemoryTable implements SyncTable, PendingRows, TableRows {

  private static final int PAGE = 5;

  private final DocumentMapping mapping;
  private final int page;
  private final Map<String, Row> rows = new TreeMap<>();
  private boolean clearsAnything;
  private @Nullable String holder;
  private long fence;
  private long expiresMillis;

  public InMemoryTable(DocumentMapping mapping) {
    this(mapping, PAGE);
  }

  /** Makes a table that lists so many rows at once. */
  public InMemoryTable(DocumentMapping mapping, int page) {
    this.mapping = mapping;
    this.page = page;
  }

  /** From now on settles rows whatever they say: the mistake that loses updates. */
  public synchronized void clearAnything() {
    clearsAnything = true;
  }

  @Override
  public synchronized void put(RowKey key, Map<String, Object> attributes) {
    Row before = rows.get(key.encoded());
    Map<String, Object> merged = new HashMap<>(key.attributes(mapping.keys()));
    if (before != null) {
      merged.putAll(before.attributes());
    }
    merged.putAll(attributes);
    write(key, merged, next(before), false);
  }

  @Override
  public synchronized void putForeign(RowKey key, Map<String, Object> attributes) {
    Map<String, Object> content = new HashMap<>(attributes);
    content.putAll(key.attributes(mapping.keys()));
    rows.put(key.encoded(), new Row(key, content, null, true, false));
  }

  @Override
  public synchronized boolean delete(RowKey key) {
    Row before = rows.get(key.encoded());
    if (before == null) {
      return false;
    }
    write(key, before.attributes(), next(before), true);
    return true;
  }

  @Override
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

  @Override
  public synchronized void touch(Collection<RowKey> keys) {
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
  public PendingRows pendingRows() {
    return this;
  }

  @Override
  public TableRows tableRows() {
    return this;
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

  private boolean isAsSeen(Row now, Row seen) {
    if (!Objects.equals(now.version(), seen.version()) || now.deleted() != seen.deleted()) {
      return false;
    }
    Set<String> compared = new HashSet<>(mapping.textAttributes());
    if (seen.version() == null && !seen.deleted()) {
      compared.addAll(mapping.filterAttributes());
      compared.addAll(mapping.keptFields(seen).keySet());
    }
    return compared.stream()
        .allMatch(name -> Objects.equals(now.attributes().get(name), seen.attributes().get(name)));
  }

  private <T> RowPages<T> pages(List<T> all) {
    List<List<T>> pages = new ArrayList<>();
    for (int from = 0; from < all.size(); from += page) {
      pages.add(all.subList(from, Math.min(all.size(), from + page)));
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

  @Override
  public Lease lease(String owner, Duration duration, Clock clock) {
    return new InMemoryLease(owner, duration, clock);
  }

  private final class InMemoryLease implements Lease {
    private final String owner;
    private final Duration duration;
    private final Clock clock;
    private long mine;

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
        mine = fence;
        expiresMillis = clock.millis() + duration.toMillis();
        return new Fence(fence);
      }
    }

    @Override
    public void check(Fence held) {
      synchronized (InMemoryTable.this) {
        if (mine != held.number() || fence != mine || holder == null) {
          mine = 0;
          throw new FencedException("lease: expected to hold it, got another", null);
        }
        long leftMillis = expiresMillis - clock.millis();
        if (leftMillis * 3 <= duration.toMillis() * 2) {
          expiresMillis = clock.millis() + duration.toMillis();
        }
      }
    }

    @Override
    public void release(Fence held) {
      synchronized (InMemoryTable.this) {
        if (mine == held.number() && fence == mine) {
          holder = null;
        }
        mine = 0;
      }
    }
  }
}
