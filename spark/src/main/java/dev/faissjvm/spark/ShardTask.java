package dev.faissjvm.spark;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.SyncOptions;
import dev.faissjvm.sync.SyncProgress;
import dev.faissjvm.sync.SyncReport;
import dev.faissjvm.sync.SyncRun;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.TableRows;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexAudit;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.IndexStore;
import dev.faissjvm.sync.publish.Manifest;
import dev.faissjvm.sync.publish.Publisher;
import dev.faissjvm.sync.publish.SnapshotReader;
import dev.faissjvm.sync.publish.SnapshotStore;
import dev.faissjvm.sync.search.RemoteIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.util.LongAccumulator;

/**
 * Builds one shard, on an executor: a sync of one segment of the table into a folder of its own,
 * published to the work place, then recorded as done. Of an index that lives elsewhere it is a
 * part: the same sync, into that index.
 *
 * <p>Where an earlier shard of the partition is there, of a run that another writer has come after,
 * it is brought up to date instead. Two attempts at one partition do no harm: each publishes a
 * whole shard of the same rows, and either is good.
 *
 * @param job what the job is about
 * @param fence the driver's holding of the lease
 * @param rowsDone counts rows of shards that are done
 * @param shardsDone counts shards that are done
 */
record ShardTask(Job job, long fence, LongAccumulator rowsDone, LongAccumulator shardsDone)
    implements Function<Integer, ShardReport> {

  private static final int MOST_THREADS = 1024;
  private static final int BATCH_ROWS = 1024;
  private static final int COMMIT_ROWS = 10_000_000;

  /** Rows wait in this process until a part's commit. */
  private static final int PART_COMMIT_ROWS = 10_000;

  /** One pass; a partition is not listed again for what changes meanwhile. */
  private static final SyncOptions ONE_PASS =
      new SyncOptions(BATCH_ROWS, COMMIT_ROWS, Duration.ofDays(1), 1, 1, 1, Duration.ofDays(1_000));

  @Override
  public ShardReport call(Integer partition) {
    try (RowSource source = RowSource.open(job);
        WorkPlace work = job.work();
        RemoteIndex remote = job.remote()) {
      long started = System.nanoTime();
      Filled filled =
          remote == null
              ? build(source.rows(partition), work.shard(partition))
              : feed(source.rows(partition), remote.part());
      SyncReport rows = filled.rows;
      ShardReport report =
          new ShardReport(
              partition,
              rows.embedded(),
              rows.kept() + rows.unchanged(),
              rows.removed(),
              rows.parked(),
              (System.nanoTime() - started) / 1_000_000,
              rows.embedding().toMillis(),
              filled.sizeBytes,
              Machine.peakBytes());
      JobRecord.done(work.root(), new Fence(fence), report);
      rowsDone.add(report.rows());
      shardsDone.add(1);
      return report;
    } catch (IOException | RuntimeException | LinkageError e) {
      throw ShardException.of(partition, job, e);
    }
  }

  /** What became of the rows, and the bytes of their shard. */
  private record Filled(SyncReport rows, long sizeBytes) {}

  private Filled build(TableRows every, SnapshotStore store) throws IOException {
    Path scratch = Files.createTempDirectory(job.scratch(), "faissjvm-shard-");
    try {
      Path folder = scratch.resolve("index");
      boolean again = fetchEarlier(store, folder);
      Embedder<String> model = model(job);
      IndexHome.Writer writer = writer(model);
      SegmentRows rows = new SegmentRows(every, again);
      IndexFolder shard = IndexFolder.of(folder);
      SyncReport report = fill(rows, model, new ShardFolder(shard), ONE_PASS);
      if (shard.lastCommit().isEmpty()) {
        try (IndexStore empty = shard.open(writer)) {
          empty.commit();
        }
      }
      if (again) {
        forgetOthers(rows.seen(), folder, writer);
      }
      return new Filled(report, Publisher.of(folder, store).publish().sizeBytes());
    } finally {
      Scratch.delete(scratch);
    }
  }

  /** Writes the rows to the index elsewhere that the driver has open. */
  private Filled feed(TableRows every, IndexHome part) throws IOException {
    SyncOptions options = ONE_PASS.withSizes(BATCH_ROWS, PART_COMMIT_ROWS);
    return new Filled(fill(new SegmentRows(every, false), model(job), part, options), 0);
  }

  private IndexHome.Writer writer(Embedder<String> model) {
    return new IndexHome.Writer(
        new Fence(fence), model.fingerprint(), model.dimension(), job.mapping());
  }

  /** Returns the model of this process, as the job wants it. */
  static Embedder<String> model(Job job) throws IOException {
    int cores = Runtime.getRuntime().availableProcessors();
    return ExecutorModel.of(job.model(), job.number("threads", cores, MOST_THREADS));
  }

  private SyncReport fill(
      SegmentRows rows, Embedder<String> model, IndexHome index, SyncOptions options)
      throws IOException {
    SyncReport report =
        new SyncRun(rows, new HeldByDriver(new Fence(fence)), job.mapping(), model, index)
            .with(options)
            .run(SyncProgress.SILENT);
    if (report.stopped()) {
      throw new IOException("shard: expected time to finish it, got stopped");
    }
    return report;
  }

  /** Fetches the shard of an earlier run, and says whether there was one. */
  private static boolean fetchEarlier(SnapshotStore store, Path folder) throws IOException {
    if (Manifest.readAll(store).isEmpty()) {
      return false;
    }
    SnapshotReader.of(store, folder).refresh();
    return true;
  }

  /** Takes rows from a shard that are not in the table any more. */
  private static void forgetOthers(List<RowKey> seen, Path folder, IndexHome.Writer writer)
      throws IOException {
    IndexFolder shard = IndexFolder.of(folder);
    List<RowKey> gone = new ArrayList<>();
    try (IndexAudit audit = shard.audit()) {
      for (RowKey key : seen) {
        audit.see(key);
      }
      audit.unseen(gone::add);
    }
    if (!gone.isEmpty()) {
      try (IndexStore store = shard.open(writer)) {
        for (RowKey key : gone) {
          store.delete(key);
        }
        store.commit();
        store.tidy();
      }
    }
  }
}
