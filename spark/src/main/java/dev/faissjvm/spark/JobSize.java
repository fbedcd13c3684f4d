package dev.faissjvm.spark;

import java.io.IOException;
import java.util.Optional;

/**
 * How many partitions a job has where nobody says: those of its run before, else so many that each
 * has some ten thousand rows by the table's own count, and every core several; of an export, one a
 * data file. A partition is what a crash costs, and what one machine's scratch folder must hold.
 */
final class JobSize {

  private static final long ROWS = 20_000;
  private static final int SHARDS_A_CORE = 4;
  private static final int MOST = 100_000;

  private JobSize() {}

  static Job partitions(Job job, int cores) throws IOException {
    if (job.get("partitions") != null) {
      return job;
    }
    Optional<String> before;
    try (WorkPlace work = job.work()) {
      before = new JobRecord(work.root()).recorded("partitions");
    }
    if (before.isPresent()) {
      return job.with("partitions", before.get());
    }
    try (RowSource source = RowSource.open(job)) {
      int count = source.files() > 0 ? source.files() : count(source.tableRows(), cores);
      return job.with("partitions", Integer.toString(count));
    }
  }

  static int count(long rows, int cores) {
    return (int) Math.max(Math.min(rows / ROWS, MOST), (long) SHARDS_A_CORE * cores);
  }
}
