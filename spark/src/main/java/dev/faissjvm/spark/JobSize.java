package dev.faissjvm.spark;

import java.io.IOException;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * How many partitions a job has where nobody says: those of its run before, else so many that each
 * has some ten thousand rows by the table's own count, and every core several. A partition is what
 * a crash costs, and what one machine's scratch folder must hold.
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
    return job.with(
        "partitions", before.orElseGet(() -> Integer.toString(count(tableRows(job), cores))));
  }

  static int count(long rows, int cores) {
    return (int) Math.max(Math.min(rows / ROWS, MOST), (long) SHARDS_A_CORE * cores);
  }

  private static long tableRows(Job job) {
    try (DynamoDbClient client = job.client()) {
      String table = job.table(client).layout().table();
      return client.describeTable(request -> request.tableName(table)).table().itemCount();
    }
  }
}
