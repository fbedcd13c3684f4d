package dev.faissjvm.solr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.faissjvm.sync.change.UnusableIndexException;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.search.Filter;
import dev.faissjvm.sync.search.RowSearch;
import dev.faissjvm.sync.search.SearchMode;
import dev.faissjvm.sync.search.SearchRequest;
import dev.faissjvm.sync.search.SearchService;
import dev.faissjvm.sync.testing.HashingEmbedder;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Solr answers beside what the index in a folder answers, of the same rows. */
class SolrSearchServiceTest {

  private static final int BOOKS = 400;

  @TempDir private Path folder;

  @Test
  void answersAsTheIndexInAFolder() throws IOException {
    Shelf shelf = new Shelf(3);
    Shelf twin = new Shelf(3);
    for (int i = 0; i < BOOKS; i++) {
      shelf.put(i);
      twin.put(i);
    }
    try (EmbeddedSolr solr = EmbeddedSolr.create(folder.resolve("solr"), Shelf.DIMENSION)) {
      assertThatExceptionOfType(UnusableIndexException.class)
          .isThrownBy(
              () -> SolrSearchService.open(solr.client(), EmbeddedSolr.CORE, shelf.embedder, null))
          .withMessage(
              "collection: expected an index, got none; collection=rows; run a sync first");
      assertThat(shelf.sync(solr.index()).embedded()).isEqualTo(BOOKS);
      assertThat(twin.sync(IndexFolder.of(folder.resolve("index"))).embedded()).isEqualTo(BOOKS);
      try (RowSearch expected = SearchService.open(folder.resolve("index"), twin.embedder);
          RowSearch search =
              SolrSearchService.open(solr.client(), EmbeddedSolr.CORE, shelf.embedder, null)) {
        SameAnswers.check(expected, search, shelf.requests());
        assertThat(search.mapping()).isEqualTo(Shelf.MAPPING);
        refusals(search);
      }
      assertThatExceptionOfType(UnusableIndexException.class)
          .isThrownBy(
              () ->
                  SolrSearchService.open(
                      solr.client(),
                      EmbeddedSolr.CORE,
                      new HashingEmbedder(Shelf.DIMENSION, "another"),
                      null))
          .withMessageContaining("index model: expected another, got ");
    }
  }

  private static void refusals(RowSearch search) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                search.search(
                    SearchRequest.builder().text("x").filter(Filter.equal("nope", 1)).build()))
        .withMessageContaining("filter field: expected one of ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> search.search(SearchRequest.builder().vector(new float[3]).build()))
        .withMessage("vector: expected 48 components, got 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> search.search(SearchRequest.builder().like(Shelf.key(9999)).build()))
        .withMessageContaining("like: expected an indexed row");
  }

  @Test
  void highlightsAndPassagesAreOfTheHit() throws IOException {
    Shelf shelf = new Shelf(4);
    for (int i = 0; i < 50; i++) {
      shelf.put(i);
    }
    try (EmbeddedSolr solr = EmbeddedSolr.create(folder.resolve("solr"), Shelf.DIMENSION)) {
      shelf.sync(solr.index());
      try (RowSearch search =
          SolrSearchService.open(solr.client(), EmbeddedSolr.CORE, shelf.embedder, null)) {
        var hits =
            search
                .search(
                    SearchRequest.builder()
                        .text("sailor")
                        .mode(SearchMode.KEYWORD)
                        .highlights()
                        .build())
                .hits();
        assertThat(hits).isNotEmpty();
        assertThat(hits)
            .allSatisfy(
                hit -> {
                  assertThat(hit.passage()).contains("sailor");
                  assertThat(hit.highlights()).anyMatch(text -> text.contains("<b>sailor</b>"));
                });
      }
    }
  }
}
