package dev.faissjvm.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.aws.DynamoDbLocal;
import dev.faissjvm.sync.aws.TableLayout;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.Lease;
import dev.faissjvm.sync.metrics.MeterBoard;
import dev.faissjvm.sync.publish.FolderSnapshotStore;
import dev.faissjvm.sync.publish.Publisher;
import dev.faissjvm.sync.publish.Retention;
import dev.faissjvm.sync.publish.SnapshotReader;
import dev.faissjvm.sync.publish.SnapshotStore;
import dev.faissjvm.sync.search.SearchExplanation;
import dev.faissjvm.sync.search.SearchHit;
import dev.faissjvm.sync.search.SearchMode;
import dev.faissjvm.sync.search.SearchRequest;
import dev.faissjvm.sync.search.SearchService;
import dev.faissjvm.sync.testing.HashingEmbedder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The samples of the README are the code that is run here. */
class ReadmeIT {

  @TempDir Path work;

  @Test
  void theSamplesRun() throws IOException {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream before = System.out;
    try (DynamoDbLocal local = DynamoDbLocal.inMemory();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
      System.setOut(out);
      Embedder<String> embedder = new HashingEmbedder(32);
      fromRowToHit(local.client(), embedder, work.resolve("index"));
      toOtherMachines(embedder, work.resolve("index"), work.resolve("shared"));
      explained(embedder, work.resolve("index"));
    } finally {
      System.setOut(before);
    }
    List<String> lines = said.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines.subList(0, 2)).allMatch(line -> line.startsWith("noun/bakery 0."));
    assertThat(lines.get(2)).isEqualTo("recall 1.0, 1 vectors compared");
    assertThat(lines).contains("app_index_rows 1", "app_search_seconds_count{mode=\"hybrid\"} 1");
  }

  private static void fromRowToHit(DynamoDbClient client, Embedder<String> embedder, Path folder)
      throws IOException {
    // sample
    ContentTable table = ContentTable.create(client, TableLayout.recipe("words"));
    table.put(RowKey.of("noun", "bakery"), Map.of("content", "a place where bread is made"));

    DocumentMapping mapping = DocumentMapping.recipe();
    Lease lease = table.lease("laptop", Duration.ofMinutes(1));
    new SyncRun(table.pendingRows(mapping), lease, mapping, embedder, IndexFolder.of(folder))
        .run(SyncProgress.SILENT);

    try (SearchService service = SearchService.open(folder, embedder)) {
      SearchRequest request = SearchRequest.builder().text("where bread is made").k(3).build();
      for (SearchHit hit : service.search(request).hits()) {
        System.out.println(hit.key() + " " + hit.score());
      }
    }
    // end
  }

  private void toOtherMachines(Embedder<String> embedder, Path folder, Path shared)
      throws IOException {
    Path local = work.resolve("local");
    // sample
    SnapshotStore store = FolderSnapshotStore.of(shared); // or S3SnapshotStore.of(...)
    Publisher publisher = Publisher.of(folder, store); // after each sync
    publisher.publish();
    publisher.prune(Retention.standard());

    SnapshotReader reader = SnapshotReader.of(store, local); // elsewhere, now and then
    reader.refresh();
    try (SearchService service = SearchService.open(local, embedder)) {
      SearchRequest request = SearchRequest.builder().text("where bread is made").k(3).build();
      service.search(request).hits().forEach(h -> System.out.println(h.key() + " " + h.score()));
    }
    // end
  }

  private static void explained(Embedder<String> embedder, Path folder) throws IOException {
    // sample
    MeterBoard board = new MeterBoard("app"); // or any (metric, value) -> ... of yours
    try (SearchService service = SearchService.open(folder, embedder).measuredBy(board)) {
      SearchRequest.Builder question = SearchRequest.builder().text("where bread is made");
      SearchExplanation explained = service.explain(question.build());
      System.out.println(
          "recall "
              + explained.recall()
              + ", "
              + explained.answer().work().compared()
              + " vectors compared");
      service.search(question.mode(SearchMode.HYBRID).build());
      System.out.print(board.prometheus());
    }
    // end
  }

  @Test
  void theSamplesAreTheReadmes() throws IOException {
    List<String> readme = blocks(Files.readAllLines(Path.of("README.md")), "```java", "```", "");
    List<String> own =
        blocks(
            Files.readAllLines(Path.of("src/test/java/dev/faissjvm/sync/ReadmeIT.java")),
            "    // sample",
            "    // end",
            "    ");
    assertThat(readme).hasSize(3).isEqualTo(own);
  }

  private static List<String> blocks(
      List<String> lines, String start, String end, String indentation) {
    List<String> blocks = new ArrayList<>();
    StringBuilder block = null;
    for (String line : lines) {
      if (line.equals(start)) {
        block = new StringBuilder();
      } else if (block != null && line.equals(end)) {
        blocks.add(block.toString());
        block = null;
      } else if (block != null) {
        block.append(line.startsWith(indentation) ? line.substring(indentation.length()) : line);
        block.append('\n');
      }
    }
    return blocks;
  }
}
