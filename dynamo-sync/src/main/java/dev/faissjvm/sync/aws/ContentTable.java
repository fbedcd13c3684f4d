package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.change.MissingTableException;
import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.RowEvents;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.TableRows;
import dev.faissjvm.sync.change.TableShapeException;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.Lease;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * A DynamoDB table whose rows are searched: where rows are written, and where a sync gets its
 * ports.
 *
 * <p><b>Shape.</b> A row that changes gets {@code version + 1} and a {@code faiss_pending} number
 * in the same update, so that it is found by the sparse index and cannot be settled by a sync that
 * read an older one. {@code faiss_pending} is spread over {@value TableLayout#PENDING_VALUES}
 * values, since one value would cap the table at the write rate of one partition; tables where
 * every writer sets 1 work as well. Values of attributes are plain Java, as {@link
 * dev.faissjvm.sync.change.Row} describes them; any {@link Number} is taken.
 *
 * <p><b>Threads.</b> Safe for use by many threads.
 *
 * <p><b>Ownership.</b> The client stays the caller's.
 *
 * <p><b>Errors.</b> A {@link dev.faissjvm.sync.change.SyncException} by what to do next.
 *
 * <pre>{@code
 * ContentTable table = ContentTable.create(client, TableLayout.recipe("words"));
 * table.put(RowKey.of("noun", "bakery"), Map.of("content", "a place where bread is made"));
 * table.delete(RowKey.of("noun", "oven"));
 * }</pre>
 */
public final class ContentTable {

  private final DynamoDbClient client;
  private final TableLayout layout;
  private final TableWriter writer;
  private final RowKey leaseKey;
  private final @Nullable String streamArn;

  private ContentTable(DynamoDbClient client, TableLayout layout, TableDescription description) {
    this.client = client;
    this.layout = layout;
    this.leaseKey = LeaseItem.key(description, layout);
    StreamSpecification stream = description.streamSpecification();
    boolean isOn = stream != null && Boolean.TRUE.equals(stream.streamEnabled());
    this.streamArn = isOn ? description.latestStreamArn() : null;
    this.writer = new TableWriter(client, layout);
  }

  /**
   * Creates a table as the original recipe has it, unless it is there, and waits until it can be
   * used. Key attributes are strings, the sparse index has keys only, billing is on demand, and a
   * stream shows old and new rows.
   *
   * @param client the database
   * @param layout the table's names
   * @return the table
   * @throws TableShapeException if a table of that name is there with other keys
   */
  public static ContentTable create(DynamoDbClient client, TableLayout layout) {
    TableSchema schema = new TableSchema(client, layout);
    return new ContentTable(client, layout, schema.create(ScalarAttributeType.S));
  }

  /**
   * Opens a table that is there, and checks that keys and sparse index are as the layout says.
   *
   * @param client the database
   * @param layout the table's names
   * @return the table
   * @throws MissingTableException if there is no such table
   * @throws TableShapeException if keys or sparse index are others
   */
  public static ContentTable open(DynamoDbClient client, TableLayout layout) {
    return new ContentTable(client, layout, new TableSchema(client, layout).check());
  }

  /**
   * Sets attributes of a row, making the row if it is not there; a softly deleted one comes back.
   *
   * @param key the row's key
   * @param attributes the attributes to set, by name; the others stay
   * @throws IllegalArgumentException if an attribute is one of the keys or marks
   */
  public void put(RowKey key, Map<String, Object> attributes) {
    writer.put(key, attributes);
  }

  /**
   * Writes many rows, each in the place of whatever was there. Faster than {@link #put} by far. A
   * failure leaves some written; the same call may be made again.
   *
   * @param rows the attributes of each row, by key
   * @throws IllegalArgumentException if an attribute is one of the keys or marks
   */
  public void load(Map<RowKey, Map<String, Object>> rows) {
    writer.load(rows);
  }

  /**
   * Marks a row as deleted; the next sync takes it from the index, then from the table.
   *
   * @param key the row's key
   * @return whether there was such a row
   */
  public boolean delete(RowKey key) {
    return writer.delete(key);
  }

  /**
   * Marks rows for indexing again, whatever they say. Rows that are gone are left out.
   *
   * @param keys the rows' keys
   */
  public void touch(Collection<RowKey> keys) {
    keys.forEach(writer::touch);
  }

  /**
   * {@return the rows that wait to be indexed}
   *
   * @param mapping what is taken from a row
   */
  public PendingRows pendingRows(DocumentMapping mapping) {
    return new DynamoPendingRows(client, layout, mapping, leaseKey);
  }

  /** {@return every row but the lease} */
  public TableRows rows() {
    return rows(0, 1);
  }

  /**
   * {@return the rows of one segment of the table, the lease left out; each row is in one segment}
   *
   * @param segment which one, from 0
   * @param segments how many there are, 1 to 1,000,000
   */
  public TableRows rows(int segment, int segments) {
    if (segments < 1 || segments > 1_000_000 || segment < 0 || segment >= segments) {
      throw new IllegalArgumentException(
          "segment: expected one of 1 to 1000000, got " + segment + " of " + segments);
    }
    return new DynamoTableRows(client, layout, leaseKey, segment, segments);
  }

  /**
   * {@return the rows of this table as an export has them, without the lease}
   *
   * @param export the files of the export
   */
  public TableExport exported(ExportFiles export) {
    return new TableExport(export, layout, leaseKey);
  }

  /**
   * {@return the events of the table's stream, or an empty optional where it has none}
   *
   * @param streams the database's streams; stays the caller's
   * @param position how far they were read, as the index's last commit tells it, or empty
   */
  public Optional<RowEvents> events(DynamoDbStreamsClient streams, String position) {
    return events(streams, position, Clock.systemUTC());
  }

  Optional<RowEvents> events(DynamoDbStreamsClient streams, String position, Clock clock) {
    return Optional.ofNullable(streamArn)
        .map(arn -> new TableStream(streams, arn, layout, leaseKey, position, clock));
  }

  /**
   * {@return the lease on the index of this table, an item of the table itself} Times are told by
   * the system's clocks.
   *
   * @param owner who asks, for others to read
   * @param duration how long a holder may be silent before another may take over
   */
  public Lease lease(String owner, Duration duration) {
    return lease(owner, duration, Clock.systemUTC());
  }

  /**
   * {@return the lease on the index of this table, an item of the table itself}
   *
   * @param owner who asks, for others to read
   * @param duration how long a holder may be silent before another may take over
   * @param clock tells the time
   */
  public Lease lease(String owner, Duration duration, Clock clock) {
    return new DynamoLease(new LeaseItem(client, layout, leaseKey), owner, duration, clock);
  }

  /** {@return the table's names} */
  public TableLayout layout() {
    return layout;
  }
}
