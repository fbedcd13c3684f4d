package dev.faissjvm.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.aws.DynamoDbLocal;
import dev.faissjvm.sync.aws.TableLayout;
import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.LeaseHeldException;
import dev.faissjvm.sync.change.MissingTableException;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.TableFailureException;
import dev.faissjvm.sync.change.TableShapeException;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.Lease;
import dev.faissjvm.sync.search.SearchHit;
import dev.faissjvm.sync.search.SearchMode;
import dev.faissjvm.sync.search.SearchRequest;
import dev.faissjvm.sync.search.SearchService;
import dev.faissjvm.sync.testing.HashingEmbedder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The whole way on DynamoDB Local. */
class DynamoSyncIT {

  private static DynamoDbLocal local;

  private final Embedder<String> embedder = new HashingEmbedder(64);
  private final DocumentMapping mapping = DocumentMapping.recipe();

  @TempDir Path folder;

  @BeforeAll
  static void start() throws IOException {
    local = DynamoDbLocal.inMemory();
  }

  @AfterAll
  static void stop() {
    local.close();
  }

  private static ContentTable table(TestInfo test) {
    return ContentTable.create(
        local.client(), TableLayout.recipe(test.getTestMethod().orElseThrow().getName()));
  }

  private SyncRun sync(ContentTable table) {
    return new SyncRun(
        table.pendingRows(mapping),
        table.lease("test", Duration.ofSeconds(30)),
        mapping,
        embedder,
        IndexFolder.of(folder));
  }

  private VerifyReport verify(ContentTable table) throws IOException {
    return Verifier.byVector(table.rows(), mapping, folder, embedder).verify(SyncProgress.SILENT);
  }

  @Test
  void aRowBecomesAHit(TestInfo test) throws IOException {
    ContentTable table = table(test);
    RowKey bakery = RowKey.of("noun", "bakery");
    table.put(bakery, Map.of("content", "a place where bread is made", "words", List.of("bakery")));
    table.put(RowKey.of("noun", "oven"), Map.of("content", "a kitchen appliance for baking"));
    table.put(RowKey.of("verb", "bake"), Map.of("content", "cook bread in an oven"));

    SyncReport report = sync(table).run(SyncProgress.SILENT);

    assertThat(report.embedded()).isEqualTo(3);
    assertThat(verify(table).isTrue()).isTrue();
    try (SearchService service = SearchService.open(folder, embedder)) {
      for (SearchMode mode : SearchMode.values()) {
        SearchRequest request =
            SearchRequest.builder().text("place where bread is made").mode(mode).k(3).build();
        List<SearchHit> hits = service.search(request).hits();
        assertThat(hits.get(0).key()).as("%s", mode).isEqualTo(bakery);
        assertThat(hits.get(0).fields()).containsEntry("words", List.of("bakery"));
      }
      SearchRequest verbs = SearchRequest.builder().text("bread").group("verb").build();
      assertThat(service.search(verbs).hits())
          .extracting(SearchHit::key)
          .containsExactly(RowKey.of("verb", "bake"));
    }
  }

  @Test
  void aChangeAndADeletionReachTheIndex(TestInfo test) throws IOException {
    ContentTable table = table(test);
    RowKey kept = RowKey.of("noun", "kept");
    RowKey gone = RowKey.of("noun", "gone");
    table.put(kept, Map.of("content", "first text"));
    table.put(gone, Map.of("content", "second text"));
    sync(table).run(SyncProgress.SILENT);
    try (SearchService service = SearchService.open(folder, embedder)) {
      table.put(kept, Map.of("content", "entirely new words"));
      assertThat(table.delete(gone)).isTrue();

      SyncReport report = sync(table).run(SyncProgress.SILENT);

      assertThat(report.embedded()).isEqualTo(1);
      assertThat(report.removed()).isEqualTo(1);
      assertThat(service.refresh()).isTrue();
      SearchRequest request = SearchRequest.builder().text("entirely new words").build();
      assertThat(service.search(request).hits()).extracting(SearchHit::key).containsExactly(kept);
    }
    VerifyReport verified = verify(table);
    assertThat(verified.isTrue()).isTrue();
    assertThat(verified.rows()).isEqualTo(1);
    assertThat(verified.pending()).isZero();
  }

  @Test
  void aRunWithNothingPendingIsIdle(TestInfo test) throws IOException {
    ContentTable table = table(test);
    table.put(RowKey.of("noun", "one"), Map.of("content", "some text"));
    SyncRun sync = sync(table);
    sync.run(SyncProgress.SILENT);

    assertThat(sync.run(SyncProgress.SILENT).isIdle()).isTrue();
  }

  @Test
  void aTouchedRowIsFoundUnchanged(TestInfo test) throws IOException {
    ContentTable table = table(test);
    RowKey key = RowKey.of("noun", "one");
    table.put(key, Map.of("content", "some text"));
    sync(table).run(SyncProgress.SILENT);
    table.touch(List.of(key));

    SyncReport report = sync(table).run(SyncProgress.SILENT);

    assertThat(report.unchanged()).isEqualTo(1);
    assertThat(report.commits()).isZero();
    assertThat(verify(table).pending()).isZero();
  }

  @Test
  void aChangeBesideTheTextKeepsTheVector(TestInfo test) throws IOException {
    ContentTable table = table(test);
    RowKey key = RowKey.of("noun", "one");
    table.put(key, Map.of("content", "some text", "year", 1999));
    sync(table).run(SyncProgress.SILENT);
    table.put(key, Map.of("year", 2001));

    SyncReport report = sync(table).run(SyncProgress.SILENT);

    assertThat(report.kept()).isEqualTo(1);
    assertThat(report.embedded()).isZero();
    assertThat(verify(table).isTrue()).isTrue();
  }

  @Test
  void aPoisonRowIsParkedAndRetriedWhenItChanges(TestInfo test) throws IOException {
    ContentTable table = table(test);
    RowKey key = RowKey.of("noun", "poison");
    table.put(key, Map.of("content", 42, "words", Map.of()));
    table.put(RowKey.of("noun", "empty"), Map.of("content", "  "));
    table.put(RowKey.of("noun", "none"), Map.of("other", "text"));
    table.put(RowKey.of("noun", "map"), Map.of("content", Map.of("a", "b")));
    table.put(RowKey.of("noun", "good"), Map.of("content", "good text"));

    SyncReport report = sync(table).run(SyncProgress.SILENT);

    assertThat(report.parked()).isEqualTo(3);
    assertThat(report.embedded()).isEqualTo(2);
    assertThat(sync(table).run(SyncProgress.SILENT).isIdle()).isTrue();
    VerifyReport verified = verify(table);
    assertThat(verified.isTrue()).isTrue();
    assertThat(verified.parked()).isEqualTo(3);
    table.put(RowKey.of("noun", "empty"), Map.of("content", "no longer"));
    assertThat(sync(table).run(SyncProgress.SILENT).embedded()).isEqualTo(1);
    assertThat(verify(table).parked()).isEqualTo(2);
  }

  /** Whoever writes to the table may have meant something else by these names. */
  @Test
  void marksOfAWrongKindHoldUpNothing(TestInfo test) throws IOException {
    ContentTable table = table(test);
    String name = table.layout().table();
    Map<String, AttributeValue> marks =
        Map.of(
            "version", AttributeValue.fromS("seven"),
            "deleted", AttributeValue.fromS("yes"),
            "lease_fence", AttributeValue.fromBool(true));
    marks.forEach(
        (mark, value) -> {
          Map<String, AttributeValue> item = new HashMap<>();
          item.put("content_group", AttributeValue.fromS("g"));
          item.put("content_id", AttributeValue.fromS(mark));
          item.put("content", AttributeValue.fromS("a row with its own " + mark));
          item.put("faiss_pending", AttributeValue.fromN("-12.5"));
          item.put(mark, value);
          local.client().putItem(request -> request.tableName(name).item(item));
        });

    assertThat(sync(table).run(SyncProgress.SILENT).embedded()).isEqualTo(marks.size());

    VerifyReport verified = verify(table);
    assertThat(verified.isTrue()).isTrue();
    assertThat(verified.rows()).isEqualTo(marks.size());
    assertThat(verified.pending()).isZero();
    assertThatThrownBy(
            () -> table.put(RowKey.of("g", "version"), Map.of("content", "cannot be counted")))
        .isInstanceOf(TableFailureException.class)
        .hasMessageStartingWith("write a row of " + name + ": expected an answer, got an error: ");
  }

  @Test
  void aRecipeTableWorksWithoutVersions(TestInfo test) throws IOException {
    ContentTable table = table(test);
    String name = table.layout().table();
    for (int i = 0; i < 30; i++) {
      Map<String, AttributeValue> item = new HashMap<>();
      item.put("content_group", AttributeValue.fromS("g" + i % 3));
      item.put("content_id", AttributeValue.fromS("id" + i));
      item.put("content", AttributeValue.fromS("the text of row " + i));
      item.put("faiss_pending", AttributeValue.fromN("1"));
      local.client().putItem(request -> request.tableName(name).item(item));
    }

    assertThat(sync(table).run(SyncProgress.SILENT).embedded()).isEqualTo(30);
    assertThat(sync(table).run(SyncProgress.SILENT).isIdle()).isTrue();
    assertThat(verify(table))
        .extracting(VerifyReport::isTrue, VerifyReport::pending)
        .containsExactly(true, 0L);
  }

  @Test
  void aSecondSyncIsToldWhoHoldsTheLease(TestInfo test) {
    ContentTable table = table(test);
    table.put(RowKey.of("noun", "one"), Map.of("content", "some text"));
    Lease other = table.lease("the other machine", Duration.ofMinutes(1));
    Fence fence = other.acquire();
    try {
      assertThatThrownBy(() -> sync(table).run(SyncProgress.SILENT))
          .isInstanceOf(LeaseHeldException.class)
          .hasMessageContaining("the other machine");
    } finally {
      other.release(fence);
    }
  }

  @Test
  void aMissingTableAndOtherKeysAreToldApart(TestInfo test) {
    table(test);
    String name = test.getTestMethod().orElseThrow().getName();
    assertThatThrownBy(() -> ContentTable.open(local.client(), TableLayout.recipe("noSuchTable")))
        .isInstanceOf(MissingTableException.class);
    assertThatThrownBy(
            () -> ContentTable.open(local.client(), TableLayout.of(name, KeyNames.of("pk", "sk"))))
        .isInstanceOf(TableShapeException.class)
        .hasMessage(
            "table keys: expected pk,sk, got content_group,content_id; table="
                + name
                + "; name the keys as the table has them");
  }

  @Test
  void aThousandRowsGoThroughInBatches(TestInfo test) throws IOException {
    ContentTable table = table(test);
    Map<RowKey, Map<String, Object>> rows = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      rows.put(RowKey.of("g" + i % 7, "row" + i), Map.of("content", "text number " + i));
    }
    table.load(rows);

    SyncReport report =
        sync(table).with(SyncOptions.standard().withSizes(64, 200)).run(SyncProgress.SILENT);

    assertThat(report.embedded()).isEqualTo(1_000);
    assertThat(report.commits()).isGreaterThanOrEqualTo(4);
    VerifyReport verified = verify(table);
    assertThat(verified.isTrue()).isTrue();
    assertThat(verified.rows()).isEqualTo(1_000);
    assertThat(verified.pending()).isZero();
  }
}
