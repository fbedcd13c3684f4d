package dev.faissjvm.sync.aws;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/**
 * What lies between a client and DynamoDB, inside the SDK: answers are lost after their effect,
 * replaced by errors, split, or old. Seeded; the faults stop when {@link #calm} is called.
 *
 * <p>An error that takes the place of an answer is what a time-out after success looks like: the
 * SDK tries again, and the second attempt meets the effect of the first.
 */
final class FaultyNetwork implements ExecutionInterceptor {

  /** An error of the service. */
  record Failure(int status, String code) {
    static final Failure LOST_ANSWER = new Failure(500, "InternalServerError");
    static final Failure THROTTLE = new Failure(400, "ProvisionedThroughputExceededException");
    static final Failure DENIED = new Failure(400, "AccessDeniedException");
  }

  private static final ExecutionAttribute<Failure> FAILURE = new ExecutionAttribute<>("failure");
  private static final double LOST = 0.05;
  private static final double THROTTLED = 0.05;
  private static final double SPLIT = 0.3;
  private static final double STALE = 0.3;

  private final Random random;
  private final Map<String, Integer> faults = new HashMap<>();
  private List<Map<String, AttributeValue>> before = List.of();
  private boolean calm;
  private @Nullable BiFunction<String, Integer, @Nullable Failure> plan;
  private int calls;

  FaultyNetwork(long seed) {
    random = new Random(seed);
  }

  DynamoDbClient client(URI endpoint) {
    return DynamoDbClient.builder()
        .region(Region.US_EAST_1)
        .endpointOverride(endpoint)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .overrideConfiguration(
            override -> override.retryStrategy(RetryMode.STANDARD).addExecutionInterceptor(this))
        .build();
  }

  /** No faults any more. */
  synchronized void calm() {
    calm = true;
    plan = null;
  }

  /** Only these faults: of an operation and the number of its call, from 0. */
  synchronized void follow(BiFunction<String, Integer, @Nullable Failure> other) {
    plan = other;
    calls = 0;
  }

  synchronized Map<String, Integer> faults() {
    return Map.copyOf(faults);
  }

  private static String operation(ExecutionAttributes attributes) {
    return attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME);
  }

  private synchronized @Nullable Failure next(String operation) {
    BiFunction<String, Integer, @Nullable Failure> own = plan;
    if (own != null) {
      return own.apply(operation, calls++);
    } else if (calm) {
      return null;
    }
    double dice = random.nextDouble();
    return dice < LOST ? Failure.LOST_ANSWER : dice < LOST + THROTTLED ? Failure.THROTTLE : null;
  }

  private synchronized void count(String what) {
    faults.merge(what, 1, Integer::sum);
  }

  @Override
  public SdkHttpResponse modifyHttpResponse(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    Failure failure = next(operation(attributes));
    attributes.putAttribute(FAILURE, failure);
    if (failure == null) {
      return context.httpResponse();
    }
    count(failure.code());
    return context.httpResponse().toBuilder()
        .statusCode(failure.status())
        .removeHeader("x-amz-crc32")
        .removeHeader("Content-Length")
        .build();
  }

  @Override
  public Optional<InputStream> modifyHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    Failure failure = attributes.getAttribute(FAILURE);
    if (failure == null) {
      return context.responseBody();
    }
    String body =
        "{\"__type\":\"com.amazonaws.dynamodb.v20120810#"
            + failure.code()
            + "\",\"message\":\"injected\"}";
    return Optional.of(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public SdkResponse modifyResponse(
      Context.ModifyResponse context, ExecutionAttributes attributes) {
    SdkResponse response = context.response();
    synchronized (this) {
      if (calm || plan != null) {
        return response;
      }
      if (response instanceof BatchGetItemResponse batch && random.nextDouble() < SPLIT) {
        return split(batch);
      } else if (response instanceof BatchWriteItemResponse batch
          && random.nextDouble() < SPLIT
          && context.request() instanceof BatchWriteItemRequest asked) {
        // Written already; a second time does no harm.
        count("unprocessed writes");
        return batch.toBuilder().unprocessedItems(asked.requestItems()).build();
      } else if (response instanceof ScanResponse scan
          && context.request() instanceof ScanRequest asked
          && asked.indexName() != null) {
        return stale(scan);
      }
      return response;
    }
  }

  /** Half of the items come later. */
  private BatchGetItemResponse split(BatchGetItemResponse batch) {
    Map<String, List<Map<String, AttributeValue>>> now = new HashMap<>();
    Map<String, KeysAndAttributes> later = new HashMap<>(batch.unprocessedKeys());
    batch
        .responses()
        .forEach(
            (table, items) -> {
              int half = items.size() / 2;
              now.put(table, items.subList(0, half));
              List<Map<String, AttributeValue>> keys = new ArrayList<>();
              for (Map<String, AttributeValue> item : items.subList(half, items.size())) {
                Map<String, AttributeValue> key = new HashMap<>(item);
                key.keySet().retainAll(List.of("content_group", "content_id"));
                keys.add(key);
              }
              if (!keys.isEmpty()) {
                count("unprocessed keys");
                later.merge(
                    table,
                    KeysAndAttributes.builder().keys(keys).consistentRead(true).build(),
                    (a, b) ->
                        a.toBuilder()
                            .keys(
                                java.util.stream.Stream.concat(a.keys().stream(), b.keys().stream())
                                    .toList())
                            .build());
              }
            });
    return batch.toBuilder().responses(now).unprocessedKeys(later).build();
  }

  /** The index as it was at the call before, or without what is newest. */
  private ScanResponse stale(ScanResponse scan) {
    List<Map<String, AttributeValue>> items = scan.items();
    List<Map<String, AttributeValue>> old = before;
    before = List.copyOf(items);
    if (random.nextDouble() >= STALE) {
      return scan;
    }
    count("stale index");
    List<Map<String, AttributeValue>> seen = new ArrayList<>(old);
    seen.addAll(items.subList(0, items.size() / 2));
    return scan.toBuilder().items(seen.stream().distinct().toList()).build();
  }
}
