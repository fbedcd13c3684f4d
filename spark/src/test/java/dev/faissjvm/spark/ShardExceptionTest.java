package dev.faissjvm.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.sync.change.TransientSyncException;
import java.io.IOException;
import java.util.Map;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

class ShardExceptionTest {

  private static final Job JOB =
      Job.of(
          Map.of(
              "table", "words",
              "table.keys", "content_group,content_id",
              "mapping.keys.partition", "content_group",
              "mapping.text.template", "{content}",
              "index", "words.index",
              "work", "s3://bucket/work",
              "scratch", "/scratch"));

  /** Spark tells the driver no more than this text. */
  private static Exception told(Throwable onExecutor) {
    return new SparkException(
        "Job aborted due to stage failure: Task 3 in stage 0.0 failed 4 times, most recent failure:"
            + " Lost task 3.3 in stage 0.0 (TID 9) (10.0.0.7 executor 2): "
            + onExecutor
            + "\n\tat dev.faissjvm.spark.ShardTask.call(ShardTask.java:60)\n",
        null);
  }

  @Test
  void aFullDiskIsToldWithWhereToMakeRoom() {
    ShardException full =
        ShardException.of(
            3, JOB, new IOException("write", new IOException("No space left on device")));

    BackfillException failure = ShardException.onDriver(told(full));

    assertThat(failure.kind()).isEqualTo(BackfillException.Kind.SPACE);
    assertThat(failure)
        .hasMessage(
            "shard: partition=3, executor=none: write; make room in /scratch and in"
                + " s3://bucket/work, or name another scratch folder, then run the same job again");
  }

  /** An executor that cannot fetch a jar or keep a block fails outside of our task. */
  @Test
  void aFullDiskOfSparksOwnIsToldToo() {
    BackfillException failure =
        ShardException.onDriver(
            new SparkException(
                "Job aborted: Lost task 3.3 in stage 0.0 (TID 9) (10.0.0.7 executor 2):"
                    + " java.io.IOException: No space left on device\n\tat java.base/x",
                null));

    assertThat(failure.kind()).isEqualTo(BackfillException.Kind.SPACE);
    assertThat(failure)
        .hasMessage(
            "spark: expected the job to end, got org.apache.spark.SparkException: Job aborted: Lost"
                + " task 3.3 in stage 0.0 (TID 9) (10.0.0.7 executor 2): java.io.IOException: No"
                + " space left on device; an executor's disk is full: make room in Spark's own"
                + " folders (spark.local.dir, the workers' work folder), then run the same job"
                + " again");
  }

  @Test
  void anIndexElsewhereThatIsFullIsNotTheExecutorsDisk() {
    ShardException full =
        ShardException.of(
            3, JOB, new TransientSyncException("solr: got No space left on device", null));

    BackfillException failure = ShardException.onDriver(told(full));

    assertThat(failure.kind()).isEqualTo(BackfillException.Kind.EXECUTOR);
    assertThat(failure)
        .hasMessage("shard: partition=3, executor=none: solr: got No space left on device");
  }

  @Test
  void aMessageOfSeveralLinesArrivesWhole() {
    ShardException failed = ShardException.of(3, JOB, new IOException("first\n  second"));

    assertThat(ShardException.onDriver(told(failed)))
        .hasMessage("shard: partition=3, executor=none: first; second");
  }

  @Test
  void aFailureOfSparkItselfIsToldByItsFirstLine() {
    assertThat(ShardException.onDriver(new SparkException("lost\nat home", null)))
        .hasMessage("spark: expected the job to end, got org.apache.spark.SparkException: lost");
  }
}
