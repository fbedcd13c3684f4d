package dev.faissjvm.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.aws.DynamoClients;
import dev.faissjvm.sync.index.IndexFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The function that keeps the index fresh.
 *
 * <p>Called by a schedule it indexes what is pending and answers what it did: {@code
 * {"outcome":"done","embedded":3,...,"left":0}}. Called by the table's stream it does the same,
 * takes the entries of deleted rows as well, and answers which records must come again. Each call
 * ends before its time is out, by the margin of {@link Settings}; what is left stays pending. Two
 * copies at once are harmless: one finds the index held and says {@code busy}.
 *
 * <p><b>Threads.</b> One event at a time, as Lambda has it. <b>Ownership.</b> Owns client and model
 * for the life of the process. <b>Errors.</b> Those of {@code SyncRun}; the next call goes on.
 */
public final class IndexMaker implements RequestStreamHandler {

  /** How long the start of the process waits for the table; Lambda allows 10 s. */
  private static final Duration START_TIME = Duration.ofSeconds(5);

  private final Settings settings;
  private final DynamoDbClient client;
  private @Nullable Maker maker;

  /**
   * Reads the environment, see {@link Settings}, and looks at table and index once while the
   * process starts, side by side: what the first event needs is loaded and connected then.
   */
  public IndexMaker() {
    this.settings = Settings.of(System.getenv());
    this.client = DynamoClients.create(System.getenv("AWS_REGION"), null);
    Thread table = new Thread(this::lookAtTable, "table");
    table.setDaemon(true);
    table.start();
    lookAtIndex();
    try {
      table.join(START_TIME.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What fails here is tried again by the first event, whose caller is told. */
  private void lookAtTable() {
    try {
      maker().look();
    } catch (RuntimeException e) {
      System.err.println("start: the table cannot be read yet: " + e.getMessage());
    }
  }

  private void lookAtIndex() {
    try {
      IndexFolder.of(settings.index()).lastCommit();
    } catch (IOException | RuntimeException e) {
      System.err.println("start: the index cannot be read yet: " + e.getMessage());
    }
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    MakerEvent event = MakerEvent.read(input, settings.table().keys());
    Duration time = Duration.ofMillis(context.getRemainingTimeInMillis()).minus(settings.margin());
    if (time.isNegative() || time.isZero()) {
      throw new IllegalStateException(
          "time: expected more than the margin of "
              + settings.margin().toSeconds()
              + " s, got "
              + context.getRemainingTimeInMillis()
              + " ms; raise the function's timeout, or lower FAISSJVM_MARGIN_SECONDS");
    }
    MakerReport report = maker().run(event.removed(), time);
    for (MakerEvent.Poison record : event.poison()) {
      context
          .getLogger()
          .log("poison: " + record.reason() + "; sequence=" + record.sequenceNumber() + "\n");
    }
    context
        .getLogger()
        .log(report.logLine(context.getFunctionName(), System.currentTimeMillis()) + "\n");
    output.write(event.reply(report).toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The table is looked at once; a failure to do so is tried again with the next event. */
  private synchronized Maker maker() {
    Maker made = maker;
    if (made == null) {
      ContentTable table = ContentTable.open(client, settings.table());
      made = new Maker(settings, table, Models.embedder(settings));
      maker = made;
    }
    return made;
  }
}
