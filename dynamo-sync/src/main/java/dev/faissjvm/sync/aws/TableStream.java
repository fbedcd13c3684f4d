package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.change.RowEvents;
import dev.faissjvm.sync.change.RowKey;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.ExpiredIteratorException;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamDescription;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * The stream of a table, read by ourselves.
 *
 * <p>A shard is read when its parent is through, so a row's events keep their order; where shards
 * roll over, the children are found by the next listing. A stream forgets after 24 hours: what was
 * to be read and is gone, or may be since nobody read for as long, is told as lost, and reading
 * goes on from the oldest that is there. A row whose time to live has run out is {@code REMOVE} on
 * AWS and {@code EXPIRE} on DynamoDB Local.
 *
 * <p><b>Threads.</b> One thread at a time. <b>Ownership.</b> The client stays the caller's.
 *
 * <p><b>Errors.</b> A {@link dev.faissjvm.sync.change.SyncException} by what to do next; the next
 * call goes on where this one failed.
 *
 * <p><b>Permissions.</b> {@code DescribeStream}, {@code GetShardIterator}, {@code GetRecords}.
 */
final class TableStream implements RowEvents {

  private static final Set<String> DELETES = Set.of("REMOVE", "EXPIRE");
  private static final int RECORDS = 1_000;
  private static final int MAX_CALLS = 1_000;

  private final DynamoDbStreamsClient client;
  private final String arn;
  private final TableLayout layout;
  private final RowKey leaseKey;
  private final RowReader reader;
  private final StreamPosition position;
  private final Clock clock;
  private final Map<String, String> iterators = new HashMap<>();

  /** What was found and not told yet; a call that fails half-way leaves it to the next. */
  private Found found = new Found();

  TableStream(
      DynamoDbStreamsClient client,
      String arn,
      TableLayout layout,
      RowKey leaseKey,
      String position,
      Clock clock) {
    this.client = client;
    this.clock = clock;
    this.arn = arn;
    this.layout = layout;
    this.leaseKey = leaseKey;
    this.reader = new RowReader(layout);
    this.position = StreamPosition.parse(position, arn, () -> found.lost = true);
  }

  @Override
  public Events poll() {
    found.calls = 0;
    Instant now = clock.instant();
    if (position.isForgotten(now)) {
      found.lost = true;
      position.readToEnd(now);
    }
    try {
      Map<String, Shard> shards = shards();
      found.lost |= position.keepOnly(shards.keySet());
      iterators.keySet().retainAll(shards.keySet());
      boolean ended = true;
      while (ended && found.calls < MAX_CALLS) {
        ended = false;
        for (Shard shard : shards.values()) {
          if (!position.isEnded(shard.shardId()) && !waitsForParent(shard, shards)) {
            ended |= read(shard);
          }
        }
      }
    } catch (SdkException e) {
      throw AwsFailures.translated("read the stream of " + layout.table(), e);
    }
    if (found.calls < MAX_CALLS) {
      position.readToEnd(now);
    }
    Events events = new Events(found.changed, new ArrayList<>(found.gone), found.lost);
    found = new Found();
    return events;
  }

  @Override
  public String position() {
    return position.toString();
  }

  private Map<String, Shard> shards() {
    Map<String, Shard> shards = new LinkedHashMap<>();
    @Nullable String last = null;
    do {
      String from = last;
      StreamDescription page =
          client
              .describeStream(r -> r.streamArn(arn).exclusiveStartShardId(from))
              .streamDescription();
      page.shards().forEach(shard -> shards.put(shard.shardId(), shard));
      last = page.lastEvaluatedShardId();
    } while (last != null);
    return shards;
  }

  private boolean waitsForParent(Shard shard, Map<String, Shard> shards) {
    String parent = shard.parentShardId();
    return parent != null && shards.containsKey(parent) && !position.isEnded(parent);
  }

  /** Reads what is there of a shard; returns whether it is through. */
  private boolean read(Shard shard) {
    String id = shard.shardId();
    boolean closed = shard.sequenceNumberRange().endingSequenceNumber() != null;
    try {
      return read(id, closed);
    } catch (ResourceNotFoundException | TrimmedDataAccessException e) {
      // Listed still, and nothing of it is left. Of a stream that is gone the next listing tells.
      found.lost = true;
      iterators.remove(id);
      if (closed) {
        position.end(id);
      }
      return closed;
    }
  }

  private boolean read(String id, boolean closed) {
    while (found.calls++ < MAX_CALLS) {
      GetRecordsResponse page;
      try {
        String iterator = iterators.computeIfAbsent(id, this::open);
        page = client.getRecords(request -> request.shardIterator(iterator).limit(RECORDS));
      } catch (ExpiredIteratorException e) {
        iterators.remove(id);
        continue;
      } catch (TrimmedDataAccessException e) {
        if (!position.forget(id)) {
          throw e;
        }
        found.lost = true;
        iterators.remove(id);
        continue;
      }
      for (Record event : page.records()) {
        take(event);
        position.read(id, event.dynamodb().sequenceNumber());
      }
      String next = page.nextShardIterator();
      if (next == null) {
        iterators.remove(id);
        position.end(id);
        return true;
      }
      iterators.put(id, next);
      if (page.records().isEmpty() && !closed) {
        return false;
      }
    }
    return false;
  }

  /** Returns an iterator from where the shard was read to, or from the oldest that is there. */
  private String open(String shard) {
    String from = position.read(shard);
    ShardIteratorType type =
        from == null ? ShardIteratorType.TRIM_HORIZON : ShardIteratorType.AFTER_SEQUENCE_NUMBER;
    return client
        .getShardIterator(
            r -> r.streamArn(arn).shardId(shard).shardIteratorType(type).sequenceNumber(from))
        .shardIterator();
  }

  private void take(Record event) {
    RowKey key = reader.key(event.dynamodb().keys());
    if (key.equals(leaseKey)) {
      return;
    } else if (DELETES.contains(event.eventNameAsString())) {
      found.gone.add(key);
    } else if (!event.dynamodb().hasNewImage()
        || event.dynamodb().newImage().containsKey(layout.pending())) {
      found.changed = true;
    }
  }

  /** What the shards told. */
  private static final class Found {
    private final Set<RowKey> gone = new LinkedHashSet<>();
    private boolean changed;
    private boolean lost;
    private int calls;
  }
}
