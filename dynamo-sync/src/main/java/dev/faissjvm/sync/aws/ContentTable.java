package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.TableRows;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.Lease;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** A table whose rows are searched. */
@SuppressWarnings("DoNotCallSuggester")
public final class ContentTable {

  private ContentTable() {}

  /**
   * Creates a table as the original recipe has it, unless it is there, and waits until it can be
   * used. Key attributes are strings.
   *
   * @param client the database
   * @param layout the table's names
   * @return a table as the original recipe has it, unless it is there, and waits until it can be
   *     used
   */
  public static ContentTable create(DynamoDbClient client, TableLayout layout) {
    throw unsupported();
  }

  /**
   * Opens a table that is there, and checks that keys and sparse index are as the layout says.
   *
   * @param client the database
   * @param layout the table's names
   * @return a table that is there, and checks that keys and sparse index are as the layout says
   */
  public static ContentTable open(DynamoDbClient client, TableLayout layout) {
    throw unsupported();
  }

  /**
   * Sets attributes of a row, making the row if it is not there; a softly deleted one comes back.
   *
   * @param key the row's key
   * @param attributes the attributes to set, by name; the others stay
   */
  public void put(RowKey key, Map<String, Object> attributes) {}

  /**
   * Writes many rows, each in the place of whatever was there. Faster than {@link #put} by far.
   *
   * @param rows the attributes of each row, by key
   */
  public void load(Map<RowKey, Map<String, Object>> rows) {}

  /**
   * Marks a row as deleted; the next sync takes it from the index, then from the table.
   *
   * @param key the row's key
   * @return whether there was such a row
   */
  public boolean delete(RowKey key) {
    return false;
  }

  /**
   * Marks rows for indexing again, whatever they say.
   *
   * @param keys the rows' keys
   */
  public void touch(Collection<RowKey> keys) {}

  /**
   * Returns the rows that wait to be indexed.
   *
   * @param mapping what is taken from a row
   * @return the rows that wait to be indexed
   */
  public PendingRows pendingRows(DocumentMapping mapping) {
    throw unsupported();
  }

  /** {@return every row} */
  public TableRows rows() {
    throw unsupported();
  }

  /**
   * Returns the lease on the index of this table, an item of the table itself.
   *
   * @param owner who asks, for others to read
   * @param duration how long a holder may be silent
   * @return the lease on the index of this table, an item of the table itself
   */
  public Lease lease(String owner, Duration duration) {
    throw unsupported();
  }

  /** {@return the table's names} */
  public TableLayout layout() {
    throw unsupported();
  }

  private static UnsupportedOperationException unsupported() {
    return new UnsupportedOperationException();
  }
}
