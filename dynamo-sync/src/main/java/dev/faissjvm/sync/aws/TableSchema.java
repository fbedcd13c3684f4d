package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.TableShapeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** Creates and checks the table of a layout. */
final class TableSchema {

  private static final Duration WAIT = Duration.ofMinutes(5);

  private final DynamoDbClient client;
  private final TableLayout layout;

  TableSchema(DynamoDbClient client, TableLayout layout) {
    this.client = client;
    this.layout = layout;
  }

  /** Creates the table unless it is there, waits for it, and checks it. */
  TableDescription create(ScalarAttributeType keyType) {
    try {
      client.createTable(request(keyType));
    } catch (ResourceInUseException e) {
      // It is there, or another process is creating it: the check below decides.
      return awaitActive();
    } catch (SdkException e) {
      throw AwsFailures.translated("create table " + layout.table(), e);
    }
    return awaitActive();
  }

  private TableDescription awaitActive() {
    try {
      client
          .waiter()
          .waitUntilTableExists(
              request -> request.tableName(layout.table()),
              override -> override.maxAttempts(600).waitTimeout(WAIT));
    } catch (SdkClientException e) {
      throw AwsFailures.translated("wait for table " + layout.table(), e);
    }
    return check();
  }

  /** Checks keys and sparse index. */
  TableDescription check() {
    TableDescription table =
        AwsFailures.translating(
                "describe table " + layout.table(),
                () -> client.describeTable(request -> request.tableName(layout.table())))
            .table();
    KeyNames found = keyNames(table.keySchema());
    if (!found.equals(layout.keys())) {
      throw new TableShapeException(
          "table keys: expected "
              + layout.keys()
              + ", got "
              + found
              + "; table="
              + layout.table()
              + "; name the keys as the table has them",
          null);
    }
    checkIndex(table);
    return table;
  }

  private void checkIndex(TableDescription table) {
    List<String> names = new ArrayList<>();
    for (GlobalSecondaryIndexDescription index : table.globalSecondaryIndexes()) {
      names.add(index.indexName());
      if (index.indexName().equals(layout.pendingIndex())) {
        checkKeys(table, keyNames(index.keySchema()));
        return;
      }
    }
    throw new TableShapeException(
        "sparse index: expected "
            + layout.pendingIndex()
            + ", got "
            + names
            + "; table="
            + layout.table()
            + "; add a global secondary index with the partition key "
            + layout.pending()
            + " of type N",
        null);
  }

  /** The mark may be the sort key of an index that is scanned; queries need it in front. */
  private void checkKeys(TableDescription table, KeyNames keys) {
    ScalarAttributeType type = typeOf(table, layout.pending());
    boolean front = keys.partition().equals(layout.pending());
    if (type == ScalarAttributeType.N
        && (front || (layout.pendingValues() == 0 && keys.contains(layout.pending())))) {
      return;
    }
    throw new TableShapeException(
        "sparse index: expected the partition key "
            + layout.pending()
            + " of type N, got "
            + keys
            + ", "
            + layout.pending()
            + " of type "
            + type
            + "; index="
            + layout.pendingIndex()
            + ", table="
            + layout.table(),
        null);
  }

  private static @Nullable ScalarAttributeType typeOf(TableDescription table, String attribute) {
    for (AttributeDefinition definition : table.attributeDefinitions()) {
      if (definition.attributeName().equals(attribute)) {
        return definition.attributeType();
      }
    }
    return null;
  }

  /** Returns the type of the table's partition or sort attribute. */
  static ScalarAttributeType keyType(TableDescription table, String attribute) {
    return Objects.requireNonNull(typeOf(table, attribute), attribute);
  }

  private static KeyNames keyNames(List<KeySchemaElement> elements) {
    String partition = "";
    String sort = null;
    for (KeySchemaElement element : elements) {
      if (element.keyType() == KeyType.HASH) {
        partition = element.attributeName();
      } else {
        sort = element.attributeName();
      }
    }
    return new KeyNames(partition, sort);
  }

  private CreateTableRequest request(ScalarAttributeType keyType) {
    List<AttributeDefinition> attributes = new ArrayList<>();
    List<KeySchemaElement> keys = new ArrayList<>();
    attributes.add(attribute(layout.keys().partition(), keyType));
    keys.add(key(layout.keys().partition(), KeyType.HASH));
    String sort = layout.keys().sort();
    if (sort != null) {
      attributes.add(attribute(sort, keyType));
      keys.add(key(sort, KeyType.RANGE));
    }
    attributes.add(attribute(layout.pending(), ScalarAttributeType.N));
    return CreateTableRequest.builder()
        .tableName(layout.table())
        .billingMode(BillingMode.PAY_PER_REQUEST)
        .attributeDefinitions(attributes)
        .keySchema(keys)
        .globalSecondaryIndexes(
            GlobalSecondaryIndex.builder()
                .indexName(layout.pendingIndex())
                .keySchema(key(layout.pending(), KeyType.HASH))
                .projection(Projection.builder().projectionType(ProjectionType.KEYS_ONLY).build())
                .build())
        .streamSpecification(
            StreamSpecification.builder()
                .streamEnabled(true)
                .streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)
                .build())
        .build();
  }

  private static AttributeDefinition attribute(String name, ScalarAttributeType type) {
    return AttributeDefinition.builder().attributeName(name).attributeType(type).build();
  }

  private static KeySchemaElement key(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }
}
