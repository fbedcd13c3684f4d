package dev.faissjvm.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.testing.FakeClock;
import dev.faissjvm.sync.testing.HashingEmbedder;
import dev.faissjvm.sync.testing.InMemoryIndex;
import dev.faissjvm.sync.testing.InMemoryTable;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
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
    // In one page, so that it is known how many keys wait.
    InMemoryTable table = new InMemoryTable(DocumentMapping.recipe(), ROWS);
    for (int i = 0; i < ROWS; i++) {
      table.put(RowKey.of("g", i), Map.of("content", text));
    }
    Queue<Integer> calls = new ConcurrentLinkedQueue<>();
    SyncReport report =
        new SyncRun(
                table,
                table.lease("sync", Duration.ofMinutes(1), new FakeClock()),
                DocumentMapping.recipe(),
                new Counting(new HashingEmbedder(8), calls),
                new InMemoryIndex())
            .run(SyncProgress.SILENT);
    assertThat(report.embedded()).isEqualTo(ROWS);
    return calls;
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
