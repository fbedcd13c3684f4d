package dev.faissjvm.sync.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.SyncOptions;
import dev.faissjvm.sync.SyncProgress;
import dev.faissjvm.sync.SyncRun;
import dev.faissjvm.sync.change.BadRowException;
import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.LeaseHeldException;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.change.TransientSyncException;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.IndexedRow;
import dev.faissjvm.sync.testing.Faults.Crash;
import dev.faissjvm.sync.testing.Faults.Moment;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Exactly once, of an index that can be broken at every call. One seed drives writers, faults and
 * crashes. Whatever happened, after one clean sync the index equals the table. {@code -Dseed=...}
 * repeats one seed, {@code -Dseeds=...} tries more.
 */
public abstract class ExactlyOnceContract<I extends IndexHome> {

  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final int KEYS = 9;
  private static final int ROUNDS = 5;

  /** Returns an empty index. */
  protected abstract I emptyIndex();

  /** Returns what is durable in an index. */
  protected abstract Map<RowKey, IndexedRow> rows(I index);

  /** Returns the index with faults around its calls. */
  protected IndexHome faulty(I index, Faults faults) {
    return faults.index(index);
  }

  private final Embedder<String> embedder = new HashingEmbedder(8);
  private final DocumentMapping mapping = DocumentMapping.recipe();

  @Test
  void everySeedConvergesToTheTable() throws IOException {
    Long one = Long.getLong("seed");
    long from = one == null ? 0 : one;
    long count = one == null ? Long.getLong("seeds", 1_000) : 1;
    for (long seed = from; seed < from + count; seed++) {
      assertThat(differences(seed, world -> {})).as("-Dseed=%d", seed).isEmpty();
    }
  }

  @Test
  void everyCrashPointConvergesToTheTable() throws IOException {
    for (Moment moment : Moment.values()) {
      for (int i = 0; ; i++) {
        World world = new World(7);
        world.write(20);
        int at = i;
        Faults faults =
            new Faults(
                (call, when) -> {
                  if (call == at && when == moment) {
                    throw new Crash();
                  }
                });
        world.sync(faults);
        world.clock.advance(LEASE.multipliedBy(2));
        world.sync(new Faults((call, when) -> {}));
        assertThat(world.differences()).as("crash %s call %d", moment, i).isEmpty();
        if (faults.calls() <= at) {
          break;
        }
      }
    }
  }

  @Test
  void everyTakeoverPointConvergesToTheTable() throws IOException {
    assertThat(takeovers(7, world -> {})).isEmpty();
  }

  /** Before each call in turn the lease runs out, rows change, and another sync indexes them. */
  private List<String> takeovers(long seed, Consumer<World> mistake) throws IOException {
    List<String> differences = new ArrayList<>();
    for (int i = 0; ; i++) {
      World world = new World(seed);
      mistake.accept(world);
      world.write(20);
      int at = i;
      Faults faults =
          new Faults(
              (call, when) -> {
                if (call == at && when == Moment.BEFORE) {
                  world.write(8);
                  world.clock.advance(LEASE.multipliedBy(2));
                  world.sync(new Faults((inner, moment) -> {}));
                }
              });
      world.sync(faults);
      world.clock.advance(LEASE.multipliedBy(2));
      world.calm = true;
      world.sync(new Faults((call, when) -> {}));
      for (String difference : world.differences()) {
        differences.add("takeover before call " + i + ": " + difference);
      }
      if (faults.calls() <= at) {
        return differences;
      }
    }
  }

  /** Returns what a mistake leads to under faults. */
  protected final List<String> afterFaults(Consumer<World> mistake) throws IOException {
    return firstDifference(seed -> differences(seed, mistake));
  }

  /** Returns what a mistake leads to when another sync takes over. */
  protected final List<String> afterTakeovers(Consumer<World> mistake) throws IOException {
    return firstDifference(seed -> takeovers(seed, mistake));
  }

  /** How a sync's threads meet decides whether a seed shows a mistake: many are tried. */
  private List<String> firstDifference(Trial trial) throws IOException {
    for (long seed = 0; seed < 500; seed++) {
      List<String> differences = trial.differences(seed);
      if (!differences.isEmpty()) {
        return differences;
      }
    }
    return List.of();
  }

  private interface Trial {
    List<String> differences(long seed) throws IOException;
  }

  private List<String> differences(long seed, Consumer<World> mistake) throws IOException {
    World world = new World(seed);
    mistake.accept(world);
    for (int round = 0; round < ROUNDS; round++) {
      world.write(4);
      world.sync(new Faults(world::misfortune));
      world.clock.advance(LEASE.dividedBy(3));
    }
    world.clock.advance(LEASE.multipliedBy(2).plus(world.behind));
    world.calm = true;
    world.sync(new Faults(world::misfortune));
    return world.differences();
  }

  /** A table, its index, and what befalls them. */
  protected final class World {
    public final InMemoryTable table = new InMemoryTable(mapping);
    public final I index = emptyIndex();
    private final FakeClock clock = new FakeClock();
    private final Random random;
    private boolean calm;
    private int depth;
    private Duration behind = Duration.ZERO;

    World(long seed) {
      random = new Random(seed);
    }

    synchronized void write(int changes) {
      for (int i = 0; i < changes; i++) {
        RowKey key = RowKey.of("g", "k" + random.nextInt(KEYS));
        int what = random.nextInt(10);
        if (what < 2) {
          table.delete(key);
        } else if (what == 2) {
          table.put(key, Map.of("content", ""));
        } else if (what == 3) {
          table.put(key, Map.of("beside", "b" + random.nextInt(3)));
        } else {
          table.put(key, Map.of("content", "text " + random.nextInt(4)));
        }
      }
    }

    /** Writers write, calls fail, the process dies, another takes over, or the clock goes back. */
    synchronized void misfortune(int call, Moment moment) {
      if (calm) {
        return;
      }
      int dice = random.nextInt(100);
      if (dice < 12) {
        write(1);
      } else if (dice < 15) {
        throw new Crash();
      } else if (dice < 17) {
        throw new TransientSyncException("simulated: expected an answer, got none", null);
      } else if (dice < 19 && depth == 0) {
        depth++;
        clock.advance(LEASE.multipliedBy(2));
        try {
          sync(new Faults((inner, when) -> {}));
        } finally {
          depth--;
        }
      } else if (dice < 21) {
        clock.advance(LEASE.dividedBy(2).negated());
        behind = behind.plus(LEASE.dividedBy(2));
      }
    }

    void sync(Faults faults) {
      SyncRun run =
          new SyncRun(
                  faults.rows(table),
                  faults.lease(table.lease("sync", LEASE, clock)),
                  mapping,
                  embedder,
                  faulty(index, faults))
              .with(new SyncOptions(3, 4, Duration.ofSeconds(10), 1, 1, 4, Duration.ofMinutes(1)));
      try {
        run.run(SyncProgress.SILENT);
      } catch (Crash | TransientSyncException | FencedException | LeaseHeldException e) {
        assertThat(calm).as("a calm sync fails: %s", e).isFalse();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    List<String> differences() {
      List<String> differences = new ArrayList<>();
      Map<RowKey, IndexedRow> left = new HashMap<>(rows(index));
      try (RowPages<Row> pages = table.rows()) {
        for (Optional<List<Row>> page = pages.next(); page.isPresent(); page = pages.next()) {
          for (Row row : page.get()) {
            IndexedRow entry = left.remove(row.key());
            String hash = hash(row);
            if (row.pending() || row.deleted()) {
              differences.add("unsettled " + row);
            } else if (entry == null || !entry.rowHash().equals(hash)) {
              differences.add((entry == null ? "missing " : "stale ") + row);
            }
          }
        }
      }
      left.keySet().forEach(key -> differences.add("ghost " + key));
      return differences;
    }

    private String hash(Row row) {
      try {
        return mapping.document(row).rowHash();
      } catch (BadRowException e) {
        return mapping.parkedHash(row);
      }
    }
  }
}
