package dev.faissjvm.spark;

import dev.faissjvm.embedder.EmbedderException;
import dev.faissjvm.spark.BackfillException.Kind;
import dev.faissjvm.sync.change.SyncException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A shard that could not be built. Spark carries no more than the text of an executor's failure to
 * the driver: {@link #onDriver} finds kind and message in it again.
 */
final class ShardException extends RuntimeException {

  private static final long serialVersionUID = 1;
  private static final Pattern SAID =
      Pattern.compile("ShardException: ([A-Z]+): (partition=[^\\r\\n]*)");

  private ShardException(String message, Throwable cause) {
    super(message, cause);
  }

  static ShardException of(int partition, Job job, Throwable cause) {
    Kind kind = kind(cause);
    String advice =
        switch (kind) {
          case MODEL ->
              "; put the model's folder on every machine at the same path, or name one that all"
                  + " machines share";
          case SPACE ->
              "; make room in "
                  + job.scratch()
                  + " and in "
                  + job.need("work")
                  + ", or name another scratch folder, then run the same job again";
          default -> "";
        };
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new ShardException(
        kind
            + ": partition="
            + partition
            + ", executor="
            + Machine.name()
            + ": "
            + message.replaceAll("\\s*\\R\\s*", "; ")
            + advice,
        cause);
  }

  private static Kind kind(Throwable failure) {
    if (failure instanceof EmbedderException) {
      return Kind.MODEL;
    }
    // An index elsewhere may be full, too: what it says itself is better advice.
    return isDiskFull(failure) && !(failure instanceof SyncException) ? Kind.SPACE : Kind.EXECUTOR;
  }

  /** Whether a write failed for want of space, however deep in the causes that is said. */
  static boolean isDiskFull(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      String message = String.valueOf(t.getMessage()).toLowerCase(Locale.ROOT);
      if (message.contains("no space left") || message.contains("disk quota exceeded")) {
        return true;
      }
    }
    return false;
  }

  /** Turns the failure of a Spark job into ours. */
  static BackfillException onDriver(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      Matcher said = SAID.matcher(String.valueOf(t.getMessage()));
      if (said.find()) {
        return new BackfillException(
            Kind.valueOf(said.group(1)), "shard: " + said.group(2), failure);
      }
    }
    boolean full = isDiskFull(failure);
    return new BackfillException(
        full ? Kind.SPACE : Kind.EXECUTOR,
        "spark: expected the job to end, got "
            + firstLine(failure)
            + (full
                ? "; an executor's disk is full: make room in Spark's own folders (spark.local.dir, the"
                    + " workers' work folder), then run the same job again"
                : ""),
        failure);
  }

  private static @Nullable String firstLine(Throwable failure) {
    return failure.toString().lines().findFirst().orElse(null);
  }
}
