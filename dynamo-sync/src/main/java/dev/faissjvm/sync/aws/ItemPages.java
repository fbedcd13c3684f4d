package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.change.RowPages;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/** Pages of a Scan or a Query, each up to 1 MB of items, read as they are asked for. */
final class ItemPages<T> implements RowPages<T> {

  private final Function<Map<String, AttributeValue>, Page> call;
  private final String what;
  private final Function<Map<String, AttributeValue>, @Nullable T> kept;
  private Map<String, AttributeValue> from = Map.of();
  private boolean ended;

  private ItemPages(
      Function<Map<String, AttributeValue>, Page> call,
      String what,
      Function<Map<String, AttributeValue>, @Nullable T> kept) {
    this.call = call;
    this.what = what;
    this.kept = kept;
  }

  /** What a call gave, and where the next one starts; nowhere at the end. */
  private record Page(
      List<Map<String, AttributeValue>> items, Map<String, AttributeValue> lastKey) {}

  /**
   * Scans. {@code what} names the call for messages, {@code kept} says what becomes of an item;
   * null leaves it out.
   */
  static <T> ItemPages<T> scan(
      DynamoDbClient client,
      ScanRequest first,
      String what,
      Function<Map<String, AttributeValue>, @Nullable T> kept) {
    return new ItemPages<>(
        from -> {
          ScanResponse page =
              client.scan(
                  from.isEmpty() ? first : first.toBuilder().exclusiveStartKey(from).build());
          return new Page(page.items(), page.lastEvaluatedKey());
        },
        what,
        kept);
  }

  /** Queries; as {@link #scan}. */
  static <T> ItemPages<T> query(
      DynamoDbClient client,
      QueryRequest first,
      String what,
      Function<Map<String, AttributeValue>, @Nullable T> kept) {
    return new ItemPages<>(
        from -> {
          QueryResponse page =
              client.query(
                  from.isEmpty() ? first : first.toBuilder().exclusiveStartKey(from).build());
          return new Page(page.items(), page.lastEvaluatedKey());
        },
        what,
        kept);
  }

  @Override
  public Optional<List<T>> next() {
    if (ended) {
      return Optional.empty();
    }
    Page page = AwsFailures.translating(what, () -> call.apply(from));
    from = page.lastKey();
    ended = from.isEmpty();
    List<T> items = new ArrayList<>(page.items().size());
    for (Map<String, AttributeValue> item : page.items()) {
      T one = kept.apply(item);
      if (one != null) {
        items.add(one);
      }
    }
    return Optional.of(items);
  }

  /** Whether the last page has been read. */
  boolean ended() {
    return ended;
  }

  @Override
  public void close() {
    ended = true;
  }
}
