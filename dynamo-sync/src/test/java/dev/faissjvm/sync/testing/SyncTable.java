package dev.faissjvm.sync.testing;

import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.TableRows;
import dev.faissjvm.sync.index.Lease;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;

/** A table as its writers and its sync see it: what the double and the real one have in common. */
public interface SyncTable {

  /** Sets attributes of a row, making it where it is not; a softly deleted one comes back. */
  void put(RowKey key, Map<String, Object> attributes);

  /** Writes a row in the place of any, with the mark and no version, as the recipe's writers do. */
  void putForeign(RowKey key, Map<String, Object> attributes);

  /** Marks a row as deleted; says whether there was one. */
  boolean delete(RowKey key);

  /** Deletes a row outright, as time to live does. */
  void vanish(RowKey key);

  /** Marks rows for indexing again. */
  void touch(Collection<RowKey> keys);

  PendingRows pendingRows();

  TableRows tableRows();

  Lease lease(String owner, Duration duration, Clock clock);
}
