package dev.faissjvm.solr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.faissjvm.sync.SyncReport;
import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.document.Document;
import dev.faissjvm.sync.embed.DocumentEmbedder;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.IndexStore;
import dev.faissjvm.sync.index.IndexedRow;
import dev.faissjvm.sync.index.Lease;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.solr.client.solrj.SolrServerException;
import org.apache.solr.common.SolrInputDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many machines that write for one holder, into a real Solr. */
class SolrIndexPartTest {

  private static final String LONG = "A sentence that is long enough to be cut. ".repeat(12);

  @TempDir private static Path home;
  private static EmbeddedSolr solr;
  private final Shelf shelf = new Shelf(1);

  @BeforeAll
  static void start() throws IOException {
    solr = EmbeddedSolr.create(home, Shelf.DIMENSION);
  }

  @AfterAll
  static void stop() throws IOException {
    solr.close();
  }

  @BeforeEach
  void clear() throws IOException, SolrServerException {
    solr.clear();
  }

  private IndexHome.Writer writer(long fence) {
    return new IndexHome.Writer(
        new Fence(fence), shelf.embedder.fingerprint(), Shelf.DIMENSION, Shelf.MAPPING);
  }

  private static Row row(int number, String title) {
    Map<String, Object> attributes = Map.of("title", title, "about", Map.of("subject", "whales"));
    return new Row(Shelf.key(number), attributes, 1L, true, false);
  }

  private void put(IndexStore store, int number, String title) throws IOException {
    Document document = Shelf.MAPPING.document(row(number, title));
    store.put(document, new DocumentEmbedder(shelf.embedder).embed(List.of(document)).get(0));
  }

  private static Optional<IndexedRow> find(IndexStore store, int number) throws IOException {
    return store.find(List.of(Shelf.key(number))).get(0);
  }

  @Test
  void whatPartsWriteIsTheHoldersCommitAndASyncGoesOn() throws IOException {
    for (int i = 0; i < 6; i++) {
      shelf.put(i);
    }
    List<Row> rows = shelf.table.read(List.of(0, 1, 2, 3, 4, 5).stream().map(Shelf::key).toList());
    Lease lease = shelf.table.lease("job", Duration.ofMinutes(1), Clock.systemUTC());
    Fence fence = lease.acquire();
    try (IndexStore held = solr.index().open(writer(fence.number()))) {
      try (IndexStore one = solr.part().open(writer(fence.number()));
          IndexStore other = solr.part().open(writer(fence.number()))) {
        for (Row row : rows) {
          Document document = Shelf.MAPPING.document(row);
          (document.key().hashCode() % 2 == 0 ? one : other)
              .put(document, new DocumentEmbedder(shelf.embedder).embed(List.of(document)).get(0));
        }
        other.commit();
        one.commit();
      }
      assertThat(solr.index().lastCommit()).isEmpty();
      held.commit();
    }
    lease.release(fence);
    assertThat(solr.index().lastCommit().orElseThrow().fence()).isEqualTo(fence);

    SyncReport report = shelf.sync(solr.index());
    assertThat(report.embedded()).isZero();
    assertThat(report.kept()).isEqualTo(6);
  }

  @Test
  void aPartOfAHolderThatWasReplacedIsRefused() throws IOException {
    try (IndexStore held = solr.index().open(writer(1));
        IndexStore part = solr.part().open(writer(1));
        IndexStore next = solr.index().open(writer(2))) {
      assertThatExceptionOfType(FencedException.class)
          .isThrownBy(part::commit)
          .withMessage(
              "part: expected the collection to be held under fence 1, got 2; collection=rows;"
                  + " another writer has taken over");
      assertThatExceptionOfType(FencedException.class)
          .isThrownBy(() -> solr.part().open(writer(1)).close());
      assertThatExceptionOfType(FencedException.class).isThrownBy(held::commit);
      next.commit();
    }
  }

  @Test
  void ofTwoAttemptsAtARowTheFirstStaysAndALaterHolderReplacesIt() throws IOException {
    try (IndexStore held = solr.index().open(writer(1))) {
      for (String title : List.of("first", "second")) {
        try (IndexStore part = solr.part().open(writer(1))) {
          put(part, 1, title);
          part.commit();
        }
      }
      held.commit();
    }
    try (IndexStore next = solr.index().open(writer(2))) {
      assertThat(find(next, 1).orElseThrow().rowHash())
          .isEqualTo(Shelf.MAPPING.document(row(1, "first")).rowHash());
      assertThat(next.mustWrite(Shelf.key(1))).isTrue();
      put(next, 1, "third");
      next.commit();
      assertThat(find(next, 1).orElseThrow().rowHash())
          .isEqualTo(Shelf.MAPPING.document(row(1, "third")).rowHash());
    }
  }

  @Test
  void whatNobodySinceAFenceHasWrittenIsForgotten() throws IOException {
    try (IndexStore before = solr.index().open(writer(1))) {
      for (int i = 1; i <= 3; i++) {
        put(before, i, LONG);
      }
      before.park(Shelf.key(4), "hash", "no title");
      before.commit();
    }
    for (int fence = 2; fence <= 3; fence++) {
      try (IndexStore held = solr.index().open(writer(fence));
          IndexStore part = solr.part().open(writer(fence))) {
        put(part, fence, LONG);
        part.commit();
        if (fence == 3) {
          solr.index().forgetBefore(new Fence(2), new Fence(3));
          held.commit();
        }
      }
    }
    // A request of the first holder that arrives only now.
    SolrInputDocument late =
        RowBlocks.parked(Shelf.key(4), "hash", "late", SolrIndexStore.order(new Fence(1), 9));
    solr.collection(EmbeddedSolr.CORE).put(List.of(late));
    try (IndexStore next = solr.index().open(writer(4))) {
      assertThat(find(next, 1)).isEmpty();
      assertThat(find(next, 2)).isPresent();
      assertThat(find(next, 3)).isPresent();
      assertThat(find(next, 4)).isEmpty();
      next.commit();
    }
    SolrSearchService search =
        SolrSearchService.open(solr.client(), EmbeddedSolr.CORE, shelf.embedder, null);
    assertThat(search.search(shelf.requests().get(0)).hits())
        .extracting(hit -> hit.key())
        .containsExactlyInAnyOrder(Shelf.key(2), Shelf.key(3));
  }
}
