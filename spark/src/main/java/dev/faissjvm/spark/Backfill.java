package dev.faissjvm.spark;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.embedder.EmbedderException;
import dev.faissjvm.spark.BackfillException.Kind;
import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.IndexStore;
import dev.faissjvm.sync.index.JoinedIndex;
import dev.faissjvm.sync.publish.Publisher;
import dev.faissjvm.sync.search.RemoteIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Builds the index of a whole table on Spark's executors.
 *
 * <p><b>Order.</b> Take the table's lease; build the shards that are not there, each by one task;
 * join all shards in a new index beside the one that is searched; make it durable, which makes it
 * the searched one; publish it, if asked to. The lease is held all the while.
 *
 * <p>Where the index lives elsewhere, executors write their rows to it, and no shards are joined:
 * the driver holds the index open, and when all rows are there takes out those that the table has
 * no more, and commits.
 *
 * <p><b>Again.</b> A job that was ended at any point goes on from the shards that are done. One
 * that has made its index does nothing more. {@link JobRecord} says which shards are taken as they
 * are.
 *
 * <p><b>Threads.</b> One {@link #run} at a time.
 *
 * <p><b>Ownership.</b> The Spark context stays the caller's.
 *
 * <p><b>Errors.</b> {@link BackfillException}; {@link dev.faissjvm.sync.change.SyncException} and
 * {@link IOException} from the driver's own work.
 */
public final class Backfill {

  private static final Duration LEASE = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final long POLL_MILLIS = 250;

  private final JavaSparkContext spark;
  private final Job job;

  /**
   * Names what takes part. Nothing is read yet.
   *
   * @param spark where tasks run
   * @param job what the job is about
   */
  public Backfill(JavaSparkContext spark, Job job) {
    this.spark = spark;
    this.job = job;
  }

  /**
   * Builds the index.
   *
   * @param progress hears how far it is
   * @return what was done
   * @throws IOException if the index or the work place cannot be read or written
   */
  public BackfillReport run(BackfillProgress progress) throws IOException {
    try (DynamoDbClient client = job.client();
        WorkPlace work = job.work();
        RemoteIndex remote = job.remote()) {
      ContentTable table = job.table(client);
      Embedder<String> model = model();
      JobRecord record = new JobRecord(work.root());
      claim(record, model.fingerprint(), work);
      try (KeptLease lease = KeptLease.take(table.lease(owner(), LEASE), LOOK)) {
        IndexHome.Writer writer =
            new IndexHome.Writer(
                lease.fence(), model.fingerprint(), model.dimension(), job.mapping());
        if (isBuilt(record, writer, remote == null ? folder().lastCommit() : remote.lastCommit())) {
          return finish(record, work, BackfillReport.nothingToDo());
        }
        record.holds(lease.fence());
        BackfillReport report = run(new Parts(work, record, lease, writer, remote), progress);
        record.joined(lease.fence());
        return finish(record, work, report);
      }
    }
  }

  /** What a run works with. */
  private record Parts(
      WorkPlace work,
      JobRecord record,
      KeptLease lease,
      IndexHome.Writer writer,
      @Nullable RemoteIndex remote) {

    /** Opens the index elsewhere, where there is one: from here on parts of it may be written. */
    @Nullable IndexStore hold() throws IOException {
      return remote == null ? null : remote.home(writer.dimension()).open(writer);
    }
  }

  private BackfillReport run(Parts parts, BackfillProgress progress) throws IOException {
    long started = System.nanoTime();
    Fence since = parts.record.unbrokenSince(parts.lease.fence());
    Map<Integer, ShardReport> done = parts.record.doneSince(since);
    List<Integer> missing =
        IntStream.range(0, job.partitions()).boxed().filter(p -> !done.containsKey(p)).toList();
    long joining;
    try (IndexStore held = parts.hold()) {
      for (ShardReport report : build(missing, done, parts.lease, progress)) {
        done.put(report.partition(), report);
      }
      joining = System.nanoTime();
      if (held == null) {
        join(parts);
      } else {
        complete(held, since, parts);
      }
    }
    long joined = System.nanoTime();
    return BackfillReport.of(
        done.values(),
        missing.size(),
        TimeUnit.NANOSECONDS.toMillis(joining - started),
        TimeUnit.NANOSECONDS.toMillis(joined - joining));
  }

  /** What a run that died after its commit may have left undone. */
  private BackfillReport finish(JobRecord record, WorkPlace work, BackfillReport report)
      throws IOException {
    long snapshot = publish();
    record.forgetShards(work);
    return report.published(snapshot);
  }

  private Embedder<String> model() throws IOException {
    try {
      return ShardTask.model(job);
    } catch (EmbedderException e) {
      throw new BackfillException(Kind.MODEL, "model: " + e.getMessage(), e);
    }
  }

  private void claim(JobRecord record, String fingerprint, WorkPlace work) throws IOException {
    Optional<String> differs = record.claim(job.identity(fingerprint));
    if (differs.isPresent()) {
      throw new BackfillException(
          Kind.SETTINGS,
          "work place: expected one of this job, got another's; "
              + differs.get()
              + "; work="
              + work
              + "; give the settings of that job, or another work place",
          null);
    }
  }

  /** Whether a run before has made the index, and it is still what the job would make. */
  private static boolean isBuilt(JobRecord record, IndexHome.Writer writer, Optional<Commit> commit)
      throws IOException {
    Optional<Fence> joined = record.joined();
    return joined.isPresent()
        && commit.isPresent()
        && commit.get().fence().compareTo(joined.get()) >= 0
        && commit.get().fingerprint().equals(writer.fingerprint())
        && commit.get().mapping().equals(writer.mapping());
  }

  private List<ShardReport> build(
      List<Integer> missing,
      Map<Integer, ShardReport> done,
      KeptLease lease,
      BackfillProgress progress) {
    if (missing.isEmpty()) {
      return List.of();
    }
    long before = done.values().stream().mapToLong(ShardReport::rows).sum();
    LongAccumulator rows = spark.sc().longAccumulator("rows");
    LongAccumulator shards = spark.sc().longAccumulator("shards");
    JavaFutureAction<List<ShardReport>> future =
        spark
            .parallelize(missing, missing.size())
            .map(new ShardTask(job, lease.fence().number(), rows, shards))
            .collectAsync();
    try {
      Optional<List<ShardReport>> built = Optional.empty();
      while (built.isEmpty()) {
        lease.check();
        progress.update(
            before + rows.value(), done.size() + shards.value().intValue(), job.partitions());
        built = poll(future);
      }
      progress.update(before + rows.value(), job.partitions(), job.partitions());
      return built.get();
    } catch (ExecutionException e) {
      throw ShardException.onDriver(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackfillException(Kind.EXECUTOR, "spark: expected time, got interrupted", e);
    } finally {
      future.cancel(true);
    }
  }

  private static Optional<List<ShardReport>> poll(JavaFutureAction<List<ShardReport>> future)
      throws ExecutionException, InterruptedException {
    try {
      return Optional.of(future.get(POLL_MILLIS, TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    }
  }

  /** Makes what the parts have written the index: what no run of this job has written goes. */
  private static void complete(IndexStore held, Fence since, Parts parts) throws IOException {
    parts.lease.checkNow();
    if (parts.remote != null) {
      parts.remote.forgetBefore(since, parts.writer.fence());
    }
    held.commit();
    held.tidy();
  }

  private IndexFolder folder() {
    return IndexFolder.of(Path.of(job.need("index")));
  }

  private void join(Parts parts) throws IOException {
    Path scratch = Files.createTempDirectory(job.scratch(), "faissjvm-join-");
    try (ShardFetch shards = new ShardFetch(parts.work, scratch, job.partitions());
        JoinedIndex joined = folder().join(parts.writer)) {
      for (int i = 0; i < job.partitions(); i++) {
        Path shard = shards.next();
        joined.add(shard);
        Scratch.delete(shard);
        parts.lease.check();
      }
      parts.lease.checkNow();
      joined.commit();
    } finally {
      Scratch.delete(scratch);
    }
  }

  private long publish() throws IOException {
    String to = job.get("publish");
    if (to == null) {
      return 0;
    }
    try (WorkPlace place = WorkPlace.open(to, job.get("s3.region"), job.uri("s3.endpoint"))) {
      return Publisher.of(Path.of(job.need("index")), place.root()).publish().number();
    }
  }

  private static String owner() {
    return "faissjvm backfill " + ProcessHandle.current().pid();
  }
}
