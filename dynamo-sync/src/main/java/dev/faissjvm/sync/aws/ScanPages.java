package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.change.RowPages;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/** Pages of a Scan, each up to 1 MB of items, read as they are asked for. */
final class ScanPages<T> implements RowPages<T> {

  private final DynamoDbClient client;
  private final Consumer<ScanRequest.Builder> shape;
  private final String what;
  private final Function<Map<String, AttributeValue>, @Nullable T> kept;
  private Map<String, AttributeValue> from = Map.of();
  private boolean ended;

  /** {@code kept} says what becomes of an item; null leaves it out. */
  ScanPages(
      DynamoDbClient client,
      Consumer<ScanRequest.Builder> shape,
      String what,
      Function<Map<String, AttributeValue>, @Nullable T> kept) {
    this.client = client;
    this.shape = shape;
    this.what = what;
    this.kept = kept;
  }

  @Override
  public Optional<List<T>> next() {
    if (ended) {
      return Optional.empty();
    }
    ScanRequest.Builder request = ScanRequest.builder();
    shape.accept(request);
    if (!from.isEmpty()) {
      request.exclusiveStartKey(from);
    }
    ScanResponse page = AwsFailures.translating(what, () -> client.scan(request.build()));
    from = page.lastEvaluatedKey();
    ended = from.isEmpty();
    List<T> items = new ArrayList<>(page.count());
    for (Map<String, AttributeValue> item : page.items()) {
      T one = kept.apply(item);
      if (one != null) {
        items.add(one);
      }
    }
    return Optional.of(items);
  }

  @Override
  public void close() {
    ended = true;
  }
}
