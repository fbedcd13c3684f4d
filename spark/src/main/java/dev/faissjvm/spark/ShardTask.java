package dev.faissjvm.spark;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.SyncOptions;
import dev.faissjvm.sync.SyncProgress;
import dev.faissjvm.sync.SyncReport;
import dev.faissjvm.sync.SyncRun;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexAudit;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.IndexStore;
import dev.faissjvm.sync.publish.Manifest;
import dev.faissjvm.sync.publish.Publisher;
import dev.faissjvm.sync.publish.SnapshotReader;
import dev.faissjvm.sync.publish.SnapshotStore;
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
 * published to the work place, then recorded as done.
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
  private static final int BATCH_ROWS = 256;
  private static final int COMMIT_ROWS = 10_000_000;

  /** One pass; a partition is not listed again for what changes meanwhile. */
  private static final SyncOptions ONE_PASS =
      new SyncOptions(BATCH_ROWS, COMMIT_ROWS, Duration.ofDays(1), 1, 1, 1, Duration.ofDays(1_000));

  @Override
  public ShardReport call(Integer partition) {
    try {
      ShardReport report = build(partition);
      rowsDone.add(report.rows());
      shardsDone.add(1);
      return report;
    } catch (IOException | RuntimeException | LinkageError e) {
      throw ShardException.of(partition, job, e);
    }
  }

  private ShardReport build(int partition) throws IOException {
    long started = System.nanoTime();
    Path scratch = Files.createTempDirectory(job.scratch(), "faissjvm-shard-");
    try (RowSource source = RowSource.open(job);
        WorkPlace work = job.work()) {
      SnapshotStore store = work.shard(partition);
      Path folder = scratch.resolve("index");
      boolean again = fetchEarlier(store, folder);
      Embedder<String> model = model(job);
      IndexHome.Writer writer =
          new IndexHome.Writer(
              new Fence(fence), model.fingerprint(), model.dimension(), job.mapping());
      SegmentRows rows = new SegmentRows(source.rows(partition), again);
      SyncReport report = fill(rows, folder, model, writer);
      if (again) {
        forgetOthers(rows.seen(), folder, writer);
      }
      Manifest manifest = Publisher.of(folder, store).publish();
      ShardReport done =
          new ShardReport(
              partition,
              report.embedded(),
              report.kept() + report.unchanged(),
              report.removed(),
              report.parked(),
              (System.nanoTime() - started) / 1_000_000,
              report.embedding().toMillis(),
              manifest.sizeBytes(),
              Machine.peakBytes());
      JobRecord.done(work.root(), writer.fence(), done);
      return done;
    } finally {
      Scratch.delete(scratch);
    }
  }

  /** Returns the model of this process, as the job wants it. */
  static Embedder<String> model(Job job) throws IOException {
    int cores = Runtime.getRuntime().availableProcessors();
    return ExecutorModel.of(job.model(), job.number("threads", cores, MOST_THREADS));
  }

  private SyncReport fill(
      SegmentRows rows, Path folder, Embedder<String> model, IndexHome.Writer writer)
      throws IOException {
    IndexFolder shard = IndexFolder.of(folder);
    SyncRun run =
        new SyncRun(
                rows,
                new HeldByDriver(writer.fence()),
                writer.mapping(),
                model,
                new ShardFolder(shard))
            .with(ONE_PASS);
    SyncReport report = run.run(SyncProgress.SILENT);
    if (report.stopped()) {
      throw new IOException("shard: expected time to finish it, got stopped");
    }
    if (shard.lastCommit().isEmpty()) {
      try (IndexStore empty = shard.open(writer)) {
        empty.commit();
      }
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
      audit.unseen(key -> gone.add(RowKey.parse(key)));
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
