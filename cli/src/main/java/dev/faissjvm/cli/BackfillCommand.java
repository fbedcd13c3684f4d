package dev.faissjvm.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.faissjvm.cli.console.Progress;
import dev.faissjvm.cli.json.Json;
import dev.faissjvm.sync.aws.TableLayout;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.search.RemoteIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code faissjvm backfill}: the index of a whole table, on Spark. */
@CommandLine.Command(
    name = "backfill",
    mixinStandardHelpOptions = true,
    description = {
      "Build the index of a whole table on Spark, pending rows or not.",
      "Rows that were pending stay so: a sync afterwards goes on from here."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  faissjvm backfill --table articles --local 8",
      "  faissjvm backfill --table articles --spark spark://HOST:7077 --work s3://bucket/work",
      "  faissjvm backfill --table articles --local 8 --to 'solr:localhost:9983/articles?shards=2'",
      "Ctrl-C ends it; the same command goes on from the shards that are done."
    })
final class BackfillCommand extends Command {

  @Mixin private TableOptions table = new TableOptions();
  @Mixin private MappingOptions mappingOptions = new MappingOptions();
  @Mixin private ModelOptions model = new ModelOptions();
  @ArgGroup private Where where = new Where();

  /** Where it runs. */
  static final class Where {
    @Option(
        names = "--local",
        paramLabel = "N",
        description = "On this machine, on N cores; by default on all.")
    @Nullable Integer cores;

    @Option(
        names = "--spark",
        paramLabel = "MASTER",
        description = "On a cluster: spark://HOST:PORT, or another name that Spark knows.")
    @Nullable String master;
  }

  @Option(
      names = "--work",
      paramLabel = "PLACE",
      description =
          "Where shards are kept until the index is made: a folder that all machines share, or"
              + " s3://BUCKET/PREFIX; by default the index's folder with .work behind it.")
  private @Nullable String work;

  @Option(
      names = "--export",
      paramLabel = "PLACE",
      description =
          "Read a full export of the table, in DynamoDB JSON, instead of the table:"
              + " s3://BUCKET/PREFIX/AWSDynamoDB/ID.")
  private @Nullable String export;

  @Option(
      names = "--to",
      paramLabel = "PLACE",
      description =
          "Publish the index as a snapshot, too: a folder, or s3://BUCKET/PREFIX. Or write the rows to"
              + " an index elsewhere instead of a folder, as sync does:"
              + " solr:ZOOKEEPER:2181/COLLECTION?shards=2&replicas=2.")
  private @Nullable String to;

  @Option(
      names = "--s3-endpoint",
      paramLabel = "URL",
      description = "Another S3 than the region's.")
  private @Nullable String s3Endpoint;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "How many shards; by default some ten thousand rows each.")
  private @Nullable Integer partitions;

  @Option(
      names = "--scratch",
      paramLabel = "DIR",
      description = "A folder on each machine for shards in the making.")
  private @Nullable Path scratch;

  @Option(
      names = "--conf",
      paramLabel = "NAME=VALUE",
      description = "A setting of Spark's, such as spark.executor.memory=4g. Repeatable.")
  private Map<String, String> conf = new LinkedHashMap<>();

  BackfillCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run() throws IOException {
    try (SparkProcess spark = SparkProcess.start(settings())) {
      ObjectNode last = context.interruption().guard(spark::stop, () -> show(spark));
      if (last.get("done") instanceof ObjectNode done) {
        spark.forgetLog();
        say(done);
        return ExitCode.OK;
      }
      if (context.interruption().requested()) {
        note(
            "backfill: stopped; shards that are done are kept, the same command goes on from"
                + " there");
        return ExitCode.INTERRUPTED;
      }
      String failed = last.path("failed").asText("");
      String message = failed.isEmpty() ? "spark: expected an answer, got none" : failed;
      throw new CommandFailure(
          SparkProcess.code(last.path("kind").asText()), message + "; log=" + spark.log());
    }
  }

  private ObjectNode show(SparkProcess spark) throws IOException {
    Progress progress = Progress.start(context.console(), "backfill", "shards", 0);
    try {
      return spark.await(
          state -> {
            progress.total(state.path("of").asLong());
            progress.update(state.path("shards").asLong());
          });
    } finally {
      progress.cancel();
    }
  }

  private Map<String, String> settings() throws IOException {
    if (table.demo != null) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--demo: expected a table that executors can reach, got the demo's, which lives in one"
              + " process; name a table, and an endpoint where it is not the region's");
    }
    Path index = table.indexFolder().toAbsolutePath();
    TableLayout layout = table.layout();
    DocumentMapping mapping = mappingOptions.mapping(layout.keys(), lastCommit(index));
    Map<String, String> settings = new TreeMap<>();
    conf.forEach(settings::put);
    settings.put("master", master());
    put(settings, "index", isElsewhere() ? null : index);
    settings.put("table", layout.table());
    settings.put("table.keys", String.join(",", layout.keys().attributes()));
    settings.put("table.pendingIndex", layout.pendingIndex());
    settings.put("table.pending", layout.pending());
    mapping.settings().forEach((name, value) -> settings.put("mapping." + name, value));
    settings.put("work", work == null ? index + ".work" : work);
    put(settings, "table.region", table.region);
    put(settings, "table.endpoint", table.endpoint);
    put(settings, "s3.region", table.region);
    put(settings, "s3.endpoint", s3Endpoint);
    put(settings, "model", model.model == null ? null : model.model.toAbsolutePath());
    put(settings, "export", export);
    put(settings, isElsewhere() ? "to" : "publish", to);
    put(settings, "partitions", partitions);
    put(settings, "scratch", scratch);
    return settings;
  }

  private boolean isElsewhere() {
    return to != null && to.startsWith("solr:");
  }

  /** Returns the last commit of the index that the job makes; an index elsewhere has to answer. */
  private Optional<Commit> lastCommit(Path index) throws IOException {
    if (to == null || !isElsewhere()) {
      return IndexFolder.of(index).lastCommit();
    }
    try (RemoteIndex remote = SyncCommand.remote("--to", to)) {
      return remote.lastCommit();
    }
  }

  private static void put(Map<String, String> settings, String name, @Nullable Object value) {
    if (value != null) {
      settings.put(name, value.toString());
    }
  }

  private String master() {
    if (where.master != null) {
      return where.master;
    }
    if (where.cores != null && (where.cores < 1 || where.cores > 1024)) {
      throw new CommandFailure(
          ExitCode.USAGE, "--local: expected 1 to 1024 cores, got " + where.cores);
    }
    return "local[" + (where.cores == null ? "*" : where.cores) + "]";
  }

  private void say(ObjectNode done) {
    if (json) {
      print(Json.line(done));
    } else if (done.path("alreadyBuilt").asBoolean()) {
      print("backfill: the index is made already; a sync brings it up to date");
    } else {
      Duration build = Duration.ofMillis(done.path("buildMillis").asLong());
      print(
          String.format(
              Locale.ROOT,
              "backfill: %,d rows in %s: %,d embedded, %,d parked, %d shards %s in %s",
              done.path("rows").asLong(),
              Progress.span(build),
              done.path("embedded").asLong(),
              done.path("parked").asLong(),
              done.path("shards").asLong(),
              isElsewhere() ? "completed" : "joined",
              Progress.span(Duration.ofMillis(done.path("joinMillis").asLong()))));
      note("backfill: rows that were pending still are; run a sync next");
      if (export != null) {
        note(
            "backfill: if a sync of this table has run since the export was made, run "
                + (isElsewhere() ? "sync --from-scan next" : "reconcile before"));
      }
    }
  }
}
