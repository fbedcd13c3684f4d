package dev.faissjvm.solr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.sync.SyncOptions;
import dev.faissjvm.sync.SyncProgress;
import dev.faissjvm.sync.SyncRun;
import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.LeaseHeldException;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.Document;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.embed.DocumentEmbedder;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.IndexStore;
import dev.faissjvm.sync.index.IndexedRow;
import dev.faissjvm.sync.index.Lease;
import dev.faissjvm.sync.testing.FakeClock;
import dev.faissjvm.sync.testing.Faults;
import dev.faissjvm.sync.testing.Faults.Crash;
import dev.faissjvm.sync.testing.HashingEmbedder;
import dev.faissjvm.sync.testing.InMemoryTable;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Exactly once of jobs whose rows are written by parts: jobs die, their parts go on, writers write
 * and syncs take over at any moment. A whole job and a sync make the collection equal to the table;
 * after more jobs, whole or not, another sync does. {@code -Dseed=...} repeats one seed.
 */
class SolrPartsTest {

  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final int KEYS = 8;
  private static final int PARTS = 2;
  private static final int SEEDS = 500;
  private static final DocumentMapping MAPPING = DocumentMapping.recipe();

  private final HashingEmbedder embedder = new HashingEmbedder(8);

  @Test
  void everySeedConvergesToTheTable() throws IOException {
    Long one = Long.getLong("seed");
    for (long seed = one == null ? 0 : one; seed < (one == null ? SEEDS : one + 1); seed++) {
      World world = new World(seed, new FakeSolr());
      assertThat(world.indexed()).as("-Dseed=%d", seed).isEqualTo(world.rows());
    }
  }

  @Test
  void rowsWithoutOrderAreSeen() throws IOException {
    boolean seen = false;
    for (long seed = 0; seed < SEEDS && !seen; seed++) {
      FakeSolr solr = new FakeSolr();
      solr.ignoreOrders();
      World world = new World(seed, solr);
      seen = !world.indexed().equals(world.rows());
    }
    assertThat(seen).isTrue();
  }

  /** A table, its collection, and what befalls them. */
  private final class World {
    private final InMemoryTable table = new InMemoryTable(MAPPING);
    private final FakeClock clock = new FakeClock();
    private final SolrIndexHome home;
    private final FakeSolr solr;
    private final Random random;
    private boolean calm;

    World(long seed, FakeSolr solr) throws IOException {
      this.random = new Random(seed);
      this.solr = solr;
      this.home = new SolrIndexHome(solr, "fake");
      write(KEYS);
      calm = true;
      job();
      sync();
      calm = false;
      for (int round = 0; round < 4; round++) {
        write(4);
        job();
        clock.advance(LEASE.multipliedBy(2));
      }
      calm = true;
      sync();
    }

    private void write(int changes) {
      for (int i = 0; i < changes; i++) {
        RowKey key = RowKey.of("g", "k" + random.nextInt(KEYS));
        if (random.nextInt(4) == 0) {
          table.delete(key);
        } else {
          table.put(key, Map.of("content", "text " + random.nextInt(4)));
        }
      }
    }

    /** Writers write, the process dies, or its lease runs out and a sync takes over. */
    private void misfortune() {
      int dice = calm ? 100 : random.nextInt(20);
      if (dice < 4) {
        write(2);
      } else if (dice < 5) {
        throw new Crash();
      } else if (dice < 7) {
        clock.advance(LEASE.multipliedBy(2));
        sync();
      }
    }

    private void sync() {
      SyncOptions options =
          new SyncOptions(3, 4, Duration.ofSeconds(10), 1, 1, 4, Duration.ofMinutes(1));
      try {
        new SyncRun(table, table.lease("sync", LEASE, clock), MAPPING, embedder, home)
            .with(options)
            .run(SyncProgress.SILENT);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    private void job() throws IOException {
      Lease lease = table.lease("job", LEASE, clock);
      Fence fence = lease.acquire();
      IndexHome.Writer writer =
          new IndexHome.Writer(fence, embedder.fingerprint(), embedder.dimension(), MAPPING);
      try (IndexStore held = home.open(writer)) {
        for (int part = 0; part < PARTS; part++) {
          part(part, writer);
        }
        lease.check(fence);
        misfortune();
        home.forgetBefore(fence, fence);
        misfortune();
        held.commit();
        lease.release(fence);
      } catch (Crash | FencedException | LeaseHeldException e) {
        assertThat(calm).as("a calm job fails: %s", e).isFalse();
        if (random.nextBoolean()) {
          solr.losePower();
        }
      }
    }

    private void part(int part, IndexHome.Writer writer) throws IOException {
      List<RowKey> keys =
          IntStream.range(0, KEYS)
              .filter(key -> key % PARTS == part)
              .mapToObj(key -> RowKey.of("g", "k" + key))
              .toList();
      FaultySolr requests = new FaultySolr(solr, new Faults((call, moment) -> misfortune()));
      try (IndexStore store = new SolrIndexPart(requests, "fake").open(writer)) {
        for (Row row : table.read(keys)) {
          misfortune();
          if (row.deleted()) {
            store.delete(row.key());
          } else {
            Document document = MAPPING.document(row);
            store.put(document, new DocumentEmbedder(embedder).embed(List.of(document)).get(0));
          }
        }
        store.commit();
      }
    }

    Map<RowKey, String> rows() {
      Map<RowKey, String> hashes = new HashMap<>();
      List<RowKey> keys =
          IntStream.range(0, KEYS).mapToObj(key -> RowKey.of("g", "k" + key)).toList();
      for (Row row : table.read(keys)) {
        assertThat(row.pending()).isFalse();
        hashes.put(row.key(), MAPPING.document(row).rowHash());
      }
      return hashes;
    }

    Map<RowKey, String> indexed() {
      Map<RowKey, String> hashes = new HashMap<>();
      for (Map.Entry<RowKey, IndexedRow> row : solr.rows().entrySet()) {
        hashes.put(row.getKey(), row.getValue().rowHash());
      }
      return hashes;
    }
  }
}
