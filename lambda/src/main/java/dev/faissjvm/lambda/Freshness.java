package dev.faissjvm.lambda;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

/**
 * How long a row can have been pending, at most: since the start of the last run that left nothing.
 *
 * <p>The pending mark has no time, and none is needed: what is pending after a run that left
 * nothing was written after that run began. The time is that of an empty file on the storage, which
 * all copies of the maker share.
 */
final class Freshness {

  private final Path mark;

  Freshness(Path storage) {
    this.mark = storage.resolve("last-complete");
  }

  /** Makes sure that there is a time to count from. */
  void begin(Instant started) throws IOException {
    if (!Files.exists(mark)) {
      Files.createDirectories(mark.toAbsolutePath().getParent());
      try {
        Files.createFile(mark);
        complete(started);
      } catch (FileAlreadyExistsException e) {
        // Another copy was first, and its time is as good.
        return;
      }
    }
  }

  /** A run that began then has left nothing. */
  void complete(Instant started) throws IOException {
    Files.setLastModifiedTime(mark, FileTime.from(started));
  }

  Duration age(Instant now) throws IOException {
    Duration age = Duration.between(Files.getLastModifiedTime(mark).toInstant(), now);
    return age.isNegative() ? Duration.ZERO : age;
  }
}
