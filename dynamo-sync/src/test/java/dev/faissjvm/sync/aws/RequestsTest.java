package dev.faissjvm.sync.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.sync.change.PendingRows.Settlement;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.change.TransientSyncException;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.document.FieldType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Each request in full: its conditions are what exactly-once stands on. */
class RequestsTest {

  private static final TableLayout LAYOUT = TableLayout.recipe("words");
  private static final RowKey KEY = RowKey.of("noun", "bakery");
  private static final Map<String, AttributeValue> KEY_ITEM =
      Map.of("content_group", text("noun"), "content_id", text("bakery"));

  private final DocumentMapping mapping = DocumentMapping.recipe();

  private static AttributeValue text(String text) {
    return AttributeValue.fromS(text);
  }

  private static AttributeValue number(long number) {
    return AttributeValue.fromN(Long.toString(number));
  }

  private static AttributeValue truth() {
    return AttributeValue.fromBool(true);
  }

  private static Row row(Map<String, Object> attributes, int version, boolean deleted) {
    Map<String, Object> all = new HashMap<>(KEY.attributes(LAYOUT.keys()));
    all.putAll(attributes);
    return new Row(KEY, all, version == 0 ? null : BigDecimal.valueOf(version), true, deleted);
  }

  private static DynamoDbResponse empty(DynamoDbRequest request) {
    if (request instanceof UpdateItemRequest) {
      return UpdateItemResponse.builder().build();
    } else if (request instanceof DeleteItemRequest) {
      return DeleteItemResponse.builder().build();
    }
    return PutItemResponse.builder().build();
  }

  private DynamoPendingRows rows(RecordingClient client, DocumentMapping own) {
    return new DynamoPendingRows(
        client, LAYOUT, own, RowKey.of("faissjvm#lease", "faissjvm#lease"));
  }

  @Test
  void aCountedRowIsClearedIfItIsOfTheSameVersionMarkAndText() {
    RecordingClient client = new RecordingClient(RequestsTest::empty);

    rows(client, mapping).clear(row(Map.of("content", "a text", "beside", "b"), 7, false));

    assertThat(client.requests)
        .containsExactly(
            UpdateItemRequest.builder()
                .tableName("words")
                .key(KEY_ITEM)
                .updateExpression("REMOVE #p")
                .conditionExpression(
                    "attribute_exists(#k) AND #v = :v"
                        + " AND (attribute_not_exists(#d) OR #d <> :true) AND #a0 = :a0")
                .expressionAttributeNames(
                    Map.of(
                        "#p", "faiss_pending",
                        "#k", "content_group",
                        "#v", "version",
                        "#d", "deleted",
                        "#a0", "content"))
                .expressionAttributeValues(
                    Map.of(":v", number(7), ":true", truth(), ":a0", text("a text")))
                .build());
  }

  @Test
  void aSoftlyDeletedRowIsRemovedIfItIsStillDeleted() {
    RecordingClient client = new RecordingClient(RequestsTest::empty);

    rows(client, mapping).remove(row(Map.of(), 7, true));

    assertThat(client.requests)
        .containsExactly(
            DeleteItemRequest.builder()
                .tableName("words")
                .key(KEY_ITEM)
                .conditionExpression(
                    "attribute_exists(#k) AND #v = :v AND #d = :true"
                        + " AND attribute_not_exists(#a0)")
                .expressionAttributeNames(
                    Map.of(
                        "#k", "content_group",
                        "#v", "version",
                        "#d", "deleted",
                        "#a0", "content"))
                .expressionAttributeValues(Map.of(":v", number(7), ":true", truth()))
                .build());
  }

  @Test
  void aRowWithoutVersionIsComparedByFiltersAndAllThatIsKept() {
    RecordingClient client = new RecordingClient(RequestsTest::empty);
    DocumentMapping filtered = mapping.withFilter("body.year", FieldType.NUMBER);

    rows(client, filtered).clear(row(Map.of("content", "a text", "beside", "b"), 0, false));

    UpdateItemRequest request = (UpdateItemRequest) client.requests.get(0);
    assertThat(request.conditionExpression())
        .isEqualTo(
            "attribute_exists(#k) AND attribute_not_exists(#v)"
                + " AND (attribute_not_exists(#d) OR #d <> :true) AND #a0 = :a0"
                + " AND attribute_not_exists(#a1) AND attribute_not_exists(#a2) AND #a3 = :a3");
    assertThat(request.expressionAttributeNames())
        .containsEntry("#a0", "content")
        .containsEntry("#a1", "body")
        .containsEntry("#a2", "body.year")
        .containsEntry("#a3", "beside");
    assertThat(request.expressionAttributeValues())
        .isEqualTo(Map.of(":true", truth(), ":a0", text("a text"), ":a3", text("b")));
  }

  private static ScanRequest.Builder scan() {
    return ScanRequest.builder().tableName("words").indexName("faiss_pending");
  }

  private static List<RowKey> listed(DynamoPendingRows rows) {
    List<RowKey> keys = new ArrayList<>();
    try (RowPages<RowKey> pages = rows.candidates()) {
      for (Optional<List<RowKey>> page = pages.next(); page.isPresent(); page = pages.next()) {
        keys.addAll(page.get());
      }
    }
    return keys;
  }

  @Test
  void littleThatIsPendingIsListedByOneCall() {
    RecordingClient client =
        new RecordingClient(request -> ScanResponse.builder().items(List.of(KEY_ITEM)).build());

    assertThat(listed(rows(client, mapping))).containsExactly(KEY);
    assertThat(client.requests).containsExactly(scan().build());
  }

  @Test
  void muchThatIsPendingIsListedInSegmentsWithoutTheFirstPage() {
    RecordingClient client =
        new RecordingClient(
            request -> {
              Integer segment = ((ScanRequest) request).segment();
              ScanResponse.Builder response = ScanResponse.builder();
              if (segment == null) {
                return response.items(List.of(KEY_ITEM)).lastEvaluatedKey(KEY_ITEM).build();
              }
              Map<String, AttributeValue> own =
                  Map.of("content_group", text("noun"), "content_id", text("of " + segment));
              return response.items(segment == 1 ? List.of(KEY_ITEM, own) : List.of(own)).build();
            });

    assertThat(listed(rows(client, mapping)))
        .containsExactly(
            KEY,
            RowKey.of("noun", "of 0"),
            RowKey.of("noun", "of 1"),
            RowKey.of("noun", "of 2"),
            RowKey.of("noun", "of 3"));
    assertThat(client.requests)
        .containsExactlyInAnyOrder(
            scan().build(),
            scan().segment(0).totalSegments(4).build(),
            scan().segment(1).totalSegments(4).build(),
            scan().segment(2).totalSegments(4).build(),
            scan().segment(3).totalSegments(4).build());
  }

  @Test
  void knownPendingValuesAreQueriedOneByOne() {
    RecordingClient client =
        new RecordingClient(
            request -> {
              AttributeValue value =
                  ((QueryRequest) request).expressionAttributeValues().values().iterator().next();
              return QueryResponse.builder()
                  .items(
                      List.of(Map.of("content_group", text("noun"), "content_id", text(value.n()))))
                  .build();
            });
    DynamoPendingRows rows =
        new DynamoPendingRows(client, LAYOUT.withPendingValues(3), mapping, KEY);

    assertThat(listed(rows))
        .containsExactly(RowKey.of("noun", "0"), RowKey.of("noun", "1"), RowKey.of("noun", "2"));
    List<QueryRequest> expected = new ArrayList<>();
    for (int value = 0; value < 3; value++) {
      expected.add(
          QueryRequest.builder()
              .tableName("words")
              .indexName("faiss_pending")
              .keyConditionExpression("#p = :p")
              .expressionAttributeNames(Map.of("#p", "faiss_pending"))
              .expressionAttributeValues(Map.of(":p", number(value)))
              .build());
    }
    assertThat(client.requests).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void pendingValuesHaveABound() {
    assertThatThrownBy(() -> LAYOUT.withPendingValues(257))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pending values: expected 0 to 256, got 257");
  }

  @Test
  void aFailedConditionIsAChangeAndAnythingElseIsAFailure() {
    RecordingClient refusing =
        new RecordingClient(
            request -> {
              throw ConditionalCheckFailedException.builder().message("no").build();
            });
    Row seen = row(Map.of("content", "a text"), 1, false);
    assertThat(rows(refusing, mapping).clear(seen)).isEqualTo(Settlement.CHANGED);
    assertThat(rows(refusing, mapping).remove(seen)).isEqualTo(Settlement.CHANGED);

    RecordingClient throttling =
        new RecordingClient(
            request -> {
              throw AwsFailuresTest.service("ThrottlingException", 400, "slow down");
            });
    assertThatThrownBy(() -> rows(throttling, mapping).clear(seen))
        .isInstanceOf(TransientSyncException.class)
        .hasMessage(
            "clear a row of words: expected an answer, got a failure that passes: slow down"
                + " (Service: null, Status Code: 400, Request ID: null)");
    assertThatThrownBy(() -> rows(throttling, mapping).remove(seen))
        .isInstanceOf(TransientSyncException.class)
        .hasMessageStartingWith("delete a row of words: expected an answer, got");
  }

  @Test
  void aWriteMarksCountsAndTakesASoftDeleteBackInOneUpdate() {
    RecordingClient client = new RecordingClient(RequestsTest::empty);
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("content", "a text");
    attributes.put("year", 1999);

    new TableWriter(client, LAYOUT).put(KEY, attributes);

    assertThat(client.requests)
        .containsExactly(
            UpdateItemRequest.builder()
                .tableName("words")
                .key(KEY_ITEM)
                .updateExpression("SET #p = :p, #a0 = :a0, #a1 = :a1 REMOVE #d ADD #v :one")
                .expressionAttributeNames(
                    Map.of(
                        "#p", "faiss_pending",
                        "#v", "version",
                        "#d", "deleted",
                        "#a0", "content",
                        "#a1", "year"))
                .expressionAttributeValues(
                    Map.of(
                        ":p", number(Math.floorMod(KEY.encoded().hashCode(), 16)),
                        ":one", number(1),
                        ":a0", text("a text"),
                        ":a1", number(1999)))
                .build());
  }

  @Test
  void aSoftDeleteAndATouchAreForRowsThatExist() {
    RecordingClient client = new RecordingClient(RequestsTest::empty);

    new TableWriter(client, LAYOUT).delete(KEY);
    new TableWriter(client, LAYOUT).touch(KEY);

    assertThat(client.requests)
        .extracting(request -> ((UpdateItemRequest) request).updateExpression())
        .containsExactly("SET #d = :true, #p = :p ADD #v :one", "SET #p = :p ADD #v :one");
    assertThat(client.requests)
        .extracting(request -> ((UpdateItemRequest) request).conditionExpression())
        .containsOnly("attribute_exists(#k)");
  }

  @Test
  void keysAndMarksCannotBeSet() {
    TableWriter writer = new TableWriter(new RecordingClient(RequestsTest::empty), LAYOUT);
    for (String name :
        List.of("content_group", "content_id", "faiss_pending", "version", "deleted")) {
      assertThatThrownBy(() -> writer.put(KEY, Map.of(name, "x")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("attribute: expected none of the table's keys and marks, got " + name);
    }
  }

  @Test
  void theLeaseIsWrittenIfItIsAsItWasRead() {
    RecordingClient client = new RecordingClient(RequestsTest::empty);
    LeaseItem item = new LeaseItem(client, LAYOUT, KEY);
    LeaseItem.State state = new LeaseItem.State("one", "process", 5, 1_000);

    item.create(state);
    item.replace(new LeaseItem.State("other", "", 4, 900), state);

    Map<String, AttributeValue> written = new HashMap<>(KEY_ITEM);
    written.put("lease_owner", text("one"));
    written.put("lease_process", text("process"));
    written.put("lease_fence", number(5));
    written.put("lease_expires", number(1_000));
    assertThat(client.requests)
        .containsExactly(
            PutItemRequest.builder()
                .tableName("words")
                .item(written)
                .conditionExpression("attribute_not_exists(lease_fence)")
                .build(),
            PutItemRequest.builder()
                .tableName("words")
                .item(written)
                .conditionExpression("lease_fence = :seenFence AND lease_expires = :seenExpires")
                .expressionAttributeValues(
                    Map.of(":seenFence", number(4), ":seenExpires", number(900)))
                .build());
  }

  @Test
  void rowsAreReadConsistentlyAndWhatWasLeftOverIsAskedForAgain() {
    RowKey other = RowKey.of("noun", "oven");
    Map<String, AttributeValue> otherItem =
        Map.of("content_group", text("noun"), "content_id", text("oven"));
    RecordingClient client =
        new RecordingClient(
            request -> {
              List<Map<String, AttributeValue>> keys =
                  ((BatchGetItemRequest) request).requestItems().values().iterator().next().keys();
              BatchGetItemResponse.Builder response = BatchGetItemResponse.builder();
              response.responses(Map.of("words", List.of(keys.get(0))));
              if (keys.size() > 1) {
                KeysAndAttributes left =
                    KeysAndAttributes.builder().keys(keys.subList(1, keys.size())).build();
                response.unprocessedKeys(Map.of("words", left));
              }
              return response.build();
            });

    List<Row> rows = rows(client, mapping).read(List.of(KEY, other));

    assertThat(rows).extracting(Row::key).containsExactly(KEY, other);
    assertThat(client.requests)
        .containsExactly(batch(List.of(KEY_ITEM, otherItem)), batch(List.of(otherItem)));
  }

  private static BatchGetItemRequest batch(List<Map<String, AttributeValue>> keys) {
    return BatchGetItemRequest.builder()
        .requestItems(
            Map.of("words", KeysAndAttributes.builder().keys(keys).consistentRead(true).build()))
        .build();
  }

  @Test
  void aLoadWritesAgainWhatWasNotTakenIn() {
    AtomicInteger calls = new AtomicInteger();
    RecordingClient client =
        new RecordingClient(
            request -> {
              Map<String, List<WriteRequest>> left =
                  calls.getAndIncrement() == 0
                      ? ((BatchWriteItemRequest) request).requestItems()
                      : Map.of();
              return BatchWriteItemResponse.builder().unprocessedItems(left).build();
            });

    new TableWriter(client, LAYOUT).load(Map.of(KEY, Map.of("content", "a text")));

    assertThat(client.requests).hasSize(2);
    assertThat(client.requests.get(1)).isEqualTo(client.requests.get(0));
  }
}
