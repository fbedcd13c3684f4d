package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.change.RowKey;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * The lease as an item of the content table, without a pending mark.
 *
 * <pre>
 *   key attributes    faissjvm#lease in each part; the number -1e125 where a part is a number
 *   lease_owner       S, the holder, or the last one
 *   lease_process     S, the process that holds it; see ProcessToken
 *   lease_fence       N, the number of the holding, only growing
 *   lease_expires     N, milliseconds since 1970 after which another may take over; 0 when free
 * </pre>
 */
record LeaseItem(DynamoDbClient client, TableLayout layout, RowKey key) {

  private static final String NAME = "faissjvm#lease";
  private static final BigDecimal NUMBER = new BigDecimal("-1e125");

  static RowKey key(TableDescription table, TableLayout layout) {
    String sort = layout.keys().sort();
    return new RowKey(
        reserved(TableSchema.keyType(table, layout.keys().partition())),
        sort == null ? null : reserved(TableSchema.keyType(table, sort)));
  }

  private static Object reserved(ScalarAttributeType type) {
    return switch (type) {
      case N -> NUMBER;
      case B -> ByteBuffer.wrap(NAME.getBytes(StandardCharsets.UTF_8));
      default -> NAME;
    };
  }

  Optional<State> read() {
    Map<String, AttributeValue> item =
        AwsFailures.translating(
                "read the lease in " + layout.table(),
                () ->
                    client.getItem(
                        request ->
                            request
                                .tableName(layout.table())
                                .key(AttributeValues.item(key.attributes(layout.keys())))
                                .consistentRead(true)))
            .item();
    if (!item.containsKey("lease_fence")) {
      return Optional.empty();
    }
    return Optional.of(
        new State(
            text(item.get("lease_owner")),
            text(item.get("lease_process")),
            number(item.get("lease_fence")),
            number(item.get("lease_expires"))));
  }

  /** Creates the item, if there is none. */
  boolean create(State state) {
    return write(state, "attribute_not_exists(lease_fence)", Map.of());
  }

  /** Replaces the item, if it still says what was seen. */
  boolean replace(State seen, State state) {
    return write(
        state,
        "lease_fence = :seenFence AND lease_expires = :seenExpires",
        Map.of(
            ":seenFence", number(seen.fence()),
            ":seenExpires", number(seen.expiresMillis())));
  }

  private boolean write(State state, String condition, Map<String, AttributeValue> seen) {
    Map<String, AttributeValue> item =
        new HashMap<>(AttributeValues.item(key.attributes(layout.keys())));
    item.put("lease_owner", AttributeValue.fromS(state.owner()));
    item.put("lease_process", AttributeValue.fromS(state.process()));
    item.put("lease_fence", number(state.fence()));
    item.put("lease_expires", number(state.expiresMillis()));
    try {
      client.putItem(
          request -> {
            request.tableName(layout.table()).item(item).conditionExpression(condition);
            if (!seen.isEmpty()) {
              request.expressionAttributeValues(seen);
            }
          });
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    } catch (SdkException e) {
      throw AwsFailures.translated("write the lease in " + layout.table(), e);
    }
  }

  private static String text(@Nullable AttributeValue value) {
    return value == null || value.s() == null ? "" : value.s();
  }

  private static long number(@Nullable AttributeValue value) {
    return value == null || value.n() == null ? 0 : new BigDecimal(value.n()).longValue();
  }

  private static AttributeValue number(long value) {
    return AttributeValue.fromN(Long.toString(value));
  }

  /** What the item says. */
  record State(String owner, String process, long fence, long expiresMillis) {}
}
