package dev.faissjvm.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.testing.FakeClock;
import dev.faissjvm.sync.testing.HashingEmbedder;
import dev.faissjvm.sync.testing.InMemoryIndex;
import dev.faissjvm.sync.testing.InMemoryTable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BatchSizeTest {

  private static final int ROWS = 6_000;

  @Test
  void shortTextsShareLargeBatchesAndLongOnesSmall() throws IOException {
    assertThat(Collections.max(calls("a bakery"))).isGreaterThan(500);
    assertThat(Collections.max(calls("a bakery ".repeat(400)))).isLessThanOrEqualTo(256);
  }

  /** Returns how many texts each call to the embedder had. */
  private static Queue<Integer> calls(String text) throws IOException {
    InMemoryTable table = new InMemoryTable(DocumentMapping.recipe());
    for (int i = 0; i < ROWS; i++) {
      table.put(RowKey.of("g", i), Map.of("content", text));
    }
    Queue<Integer> calls = new ConcurrentLinkedQueue<>();
    SyncReport report =
        new SyncRun(
                new InOnePage(table),
                table.lease("sync", Duration.ofMinutes(1), new FakeClock()),
                DocumentMapping.recipe(),
                new Counting(new HashingEmbedder(8), calls),
                new InMemoryIndex())
            .run(SyncProgress.SILENT);
    assertThat(report.embedded()).isEqualTo(ROWS);
    return calls;
  }

  /** Lists all keys at once, so that it is known how many wait. */
  private record InOnePage(PendingRows rows) implements PendingRows {

    @Override
    public RowPages<RowKey> candidates() {
      List<RowKey> keys = new ArrayList<>();
      try (RowPages<RowKey> pages = rows.candidates()) {
        for (Optional<List<RowKey>> page = pages.next(); page.isPresent(); page = pages.next()) {
          keys.addAll(page.get());
        }
      }
      Iterator<List<RowKey>> each = Stream.of(keys).filter(all -> !all.isEmpty()).iterator();
      return new RowPages<>() {
        @Override
        public Optional<List<RowKey>> next() {
          return each.hasNext() ? Optional.of(each.next()) : Optional.empty();
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public List<Row> read(List<RowKey> keys) {
      return rows.read(keys);
    }

    @Override
    public Settlement clear(Row seen) {
      return rows.clear(seen);
    }

    @Override
    public Settlement remove(Row seen) {
      return rows.remove(seen);
    }
  }

  private record Counting(Embedder<String> embedder, Queue<Integer> calls)
      implements Embedder<String> {

    @Override
    public int dimension() {
      return embedder.dimension();
    }

    @Override
    public String fingerprint() {
      return embedder.fingerprint();
    }

    @Override
    public float[] embed(String input) {
      return embedder.embed(input);
    }

    @Override
    public float[][] embed(List<? extends String> inputs) {
      calls.add(inputs.size());
      return embedder.embed(inputs);
    }

    @Override
    public void close() {
      embedder.close();
    }
  }
}
