package dev.faissjvm.lambda;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.faissjvm.sync.SyncReport;
import dev.faissjvm.sync.metrics.MeterBoard;
import dev.faissjvm.sync.metrics.Metric;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a run of the maker did.
 *
 * @param outcome how it ended
 * @param sync counts of rows; null where another copy holds the index
 * @param gone index entries taken of rows that were deleted outright
 * @param left rows that are still pending, as far as they were counted
 * @param age no row has been pending for longer
 * @param reason why another copy holds the index, else null
 */
record MakerReport(
    Outcome outcome,
    @Nullable SyncReport sync,
    long gone,
    long left,
    Duration age,
    @Nullable String reason) {

  private static final Metric INDEXED =
      Metric.count("rows_indexed", "Rows and deletions that are in the index now.");
  private static final Metric LEFT = Metric.count("rows_left", "Rows that are still pending.");

  /** How a run ended. */
  enum Outcome {
    /** Nothing was pending. */
    IDLE,
    /** Everything that was pending is indexed. */
    DONE,
    /** Time ran out, or rows changed again and again; the next run goes on. */
    STOPPED,
    /** Another copy holds the index; it does the work. */
    BUSY
  }

  /** Returns whether nothing was left. */
  boolean isComplete() {
    return outcome == Outcome.IDLE || outcome == Outcome.DONE;
  }

  /** Returns the report as the function's answer. */
  ObjectNode json() {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("outcome", outcome.name().toLowerCase(Locale.ROOT));
    if (sync != null) {
      object
          .put("embedded", sync.embedded())
          .put("kept", sync.kept())
          .put("unchanged", sync.unchanged())
          .put("removed", sync.removed() + gone)
          .put("parked", sync.parked())
          .put("left", left)
          .put("millis", sync.took().toMillis());
    }
    if (reason != null) {
      object.put("reason", reason);
    }
    return object;
  }

  /**
   * Returns the report as a line of the log that CloudWatch reads as metrics (embedded metric
   * format).
   *
   * @param function whose metrics they are
   * @param epochMillis when, since 1970
   */
  ObjectNode logLine(String function, long epochMillis) {
    MeterBoard board = new MeterBoard("faissjvm");
    board.record(INDEXED, sync == null ? 0 : sync.rows() - sync.parked() + gone);
    board.record(Metric.ROWS_PARKED, sync == null ? 0 : sync.parked());
    board.record(LEFT, left);
    board.record(Metric.PENDING_AGE, age.toSeconds());
    ObjectNode line = board.emf("FaissJvm", "Function", function, epochMillis);
    line.set("run", json());
    return line;
  }
}
