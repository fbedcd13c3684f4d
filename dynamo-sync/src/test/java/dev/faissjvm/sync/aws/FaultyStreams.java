package dev.faissjvm.sync.aws;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.ExpiredIteratorException;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsRequest;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * A stream as AWS may serve it, over one that is well-behaved: shards come in any order and on many
 * pages, records again and in another order, iterators expire, calls are refused before or after
 * they took effect. Seeded; the faults stop when {@link #calm} is called.
 *
 * <p>A shard that is read though its parent is not through fails the test.
 */
final class FaultyStreams implements DynamoDbStreamsClient {

  /** What befalls a call: it may throw. */
  interface Plan {
    void before(String operation, int call) throws SdkException;
  }

  private static final double REFUSED = 0.05;
  private static final double LOST = 0.05;
  private static final double EXPIRED = 0.1;
  private static final double REPEATED = 0.4;

  private final DynamoDbStreamsClient stream;
  private final Random random;
  private final Map<String, Integer> faults = new HashMap<>();
  private final Map<String, String> shardOfIterator = new HashMap<>();
  private final Map<String, List<Record>> before = new HashMap<>();
  private final Set<String> through = new HashSet<>();
  private List<Shard> listed = List.of();
  private @Nullable Plan plan;
  private boolean calm;
  private int calls;

  FaultyStreams(DynamoDbStreamsClient stream, long seed) {
    this.stream = stream;
    this.random = new Random(seed);
  }

  /** No faults any more. */
  void calm() {
    calm = true;
    plan = null;
  }

  /** Only these faults; calls are counted from 0. */
  void follow(Plan other) {
    calm = true;
    plan = other;
    calls = 0;
  }

  Map<String, Integer> faults() {
    return faults;
  }

  private boolean happens(String what, double probability) {
    if (calm || random.nextDouble() >= probability) {
      return false;
    }
    faults.merge(what, 1, Integer::sum);
    return true;
  }

  private void begin(String operation) {
    if (plan != null) {
      plan.before(operation, calls++);
    }
    if (happens("throttled", REFUSED)) {
      throw AwsFailuresTest.service("LimitExceededException", 400, "too often");
    }
  }

  private <T> T answered(T answer) {
    if (happens("answer lost", LOST)) {
      throw AwsFailuresTest.service("InternalServerError", 500, "no answer");
    }
    return answer;
  }

  @Override
  public DescribeStreamResponse describeStream(DescribeStreamRequest request) {
    begin("DescribeStream");
    String from = request.exclusiveStartShardId();
    DescribeStreamResponse whole =
        stream.describeStream(request.toBuilder().exclusiveStartShardId(null).build());
    if (from == null) {
      List<Shard> shards = new ArrayList<>(whole.streamDescription().shards());
      Collections.shuffle(shards, random);
      listed = shards;
    }
    int next = from == null ? 0 : listed.stream().map(Shard::shardId).toList().indexOf(from) + 1;
    int end = Math.min(listed.size(), next + 2);
    List<Shard> page = listed.subList(next, end);
    String last = end < listed.size() ? listed.get(end - 1).shardId() : null;
    return answered(
        whole.toBuilder()
            .streamDescription(d -> d.shards(page).lastEvaluatedShardId(last))
            .build());
  }

  @Override
  public GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request) {
    begin("GetShardIterator");
    for (Shard shard : listed) {
      String parent = shard.parentShardId();
      boolean isListed = listed.stream().anyMatch(other -> other.shardId().equals(parent));
      if (shard.shardId().equals(request.shardId()) && isListed && !through.contains(parent)) {
        throw new AssertionError("a shard is read before its parent is through: " + shard);
      }
    }
    GetShardIteratorResponse answer =
        unlessForgotten(request.shardId(), () -> stream.getShardIterator(request));
    shardOfIterator.put(answer.shardIterator(), request.shardId());
    return answered(answer);
  }

  /** A shard of which nothing is left is through. */
  private <T> T unlessForgotten(String shard, Supplier<T> call) {
    try {
      return call.get();
    } catch (ResourceNotFoundException | TrimmedDataAccessException e) {
      through.add(shard);
      throw e;
    }
  }

  @Override
  public GetRecordsResponse getRecords(GetRecordsRequest request) {
    begin("GetRecords");
    if (happens("iterator expired", EXPIRED)) {
      throw ExpiredIteratorException.builder().message("too old").build();
    }
    String shard = String.valueOf(shardOfIterator.get(request.shardIterator()));
    GetRecordsResponse answer = unlessForgotten(shard, () -> stream.getRecords(request));
    List<Record> records = new ArrayList<>(answer.records());
    if (happens("records again, in another order", REPEATED)) {
      records.addAll(before.getOrDefault(shard, List.of()));
      Collections.shuffle(records, random);
    }
    before.put(shard, answer.records());
    GetRecordsResponse told = answered(answer.toBuilder().records(records).build());
    if (told.nextShardIterator() == null) {
      through.add(shard);
    } else {
      shardOfIterator.put(told.nextShardIterator(), shard);
    }
    return told;
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
