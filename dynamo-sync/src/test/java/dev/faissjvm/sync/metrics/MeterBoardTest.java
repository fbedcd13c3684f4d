package dev.faissjvm.sync.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Both forms of what was counted, whole. */
class MeterBoardTest {

  private static final Metric REPLIES = Metric.count("replies", "Replies by HTTP status.");
  private static final Metric LAG = Metric.gauge("lag_seconds", "How far behind.");
  private static final Metric ANSWER = Metric.time("answer_seconds", "Time to answer.");

  private final MeterBoard board = new MeterBoard("app");

  @Test
  void prometheusReadsCountsGaugesAndTimes() {
    board.record(REPLIES.with("status", "200"), 2);
    board.record(REPLIES.with("status", "200"), 1);
    board.record(REPLIES.with("status", "404"), 1);
    board.record(LAG, 7);
    board.record(LAG, 2.5);
    board.record(ANSWER, Duration.ofMillis(3));
    board.record(ANSWER, Duration.ofSeconds(90));

    assertThat(board.prometheus())
        .isEqualTo(
            """
            # HELP app_answer_seconds Time to answer.
            # TYPE app_answer_seconds histogram
            app_answer_seconds_bucket{le="0.001"} 0
            app_answer_seconds_bucket{le="0.0025"} 0
            app_answer_seconds_bucket{le="0.005"} 1
            app_answer_seconds_bucket{le="0.01"} 1
            app_answer_seconds_bucket{le="0.025"} 1
            app_answer_seconds_bucket{le="0.05"} 1
            app_answer_seconds_bucket{le="0.1"} 1
            app_answer_seconds_bucket{le="0.25"} 1
            app_answer_seconds_bucket{le="1"} 1
            app_answer_seconds_bucket{le="5"} 1
            app_answer_seconds_bucket{le="15"} 1
            app_answer_seconds_bucket{le="60"} 1
            app_answer_seconds_bucket{le="+Inf"} 2
            app_answer_seconds_sum 90.003
            app_answer_seconds_count 2
            # HELP app_lag_seconds How far behind.
            # TYPE app_lag_seconds gauge
            app_lag_seconds 2.5
            # HELP app_replies_total Replies by HTTP status.
            # TYPE app_replies_total counter
            app_replies_total{status="200"} 3
            app_replies_total{status="404"} 1
            """);
  }

  @Test
  void cloudWatchReadsOneLine() {
    board.record(Metric.ROWS_EMBEDDED, 3);
    board.record(Metric.ROWS_EMBEDDED, 4);
    board.record(Metric.PENDING_AGE, Duration.ofMillis(1_500));
    board.record(Metric.INDEX_BYTES, 10);
    board.record(REPLIES.with("status", "200"), 1);

    assertThat(board.emf("FaissJvm", "Function", "maker", 12).toString())
        .isEqualTo(
            "{\"_aws\":{\"Timestamp\":12,\"CloudWatchMetrics\":[{\"Namespace\":\"FaissJvm\","
                + "\"Dimensions\":[[\"Function\"]],\"Metrics\":["
                + "{\"Name\":\"IndexBytes\",\"Unit\":\"Bytes\"},"
                + "{\"Name\":\"OldestPendingAge\",\"Unit\":\"Seconds\"},"
                + "{\"Name\":\"RowsEmbedded\",\"Unit\":\"Count\"}]}]},"
                + "\"Function\":\"maker\",\"IndexBytes\":10,\"OldestPendingAge\":1.5,"
                + "\"RowsEmbedded\":7}");
  }

  @Test
  void labelsAndTheirNumberHaveBounds() {
    assertThatThrownBy(() -> REPLIES.with("status", "\"} 1\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("label: expected letters, digits and . _ -, got status=\"} 1\n");
    assertThatThrownBy(
            () -> {
              for (int i = 0; i <= MeterBoard.MAX_METRICS; i++) {
                board.record(REPLIES.with("row", "r" + i), 1);
              }
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("metrics: expected at most 500, got replies");
  }

  @Test
  void countsOfManyThreadsAddUp() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(
          new Thread(
              () -> {
                for (int n = 0; n < 1_000; n++) {
                  board.record(REPLIES, 1);
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(board.prometheus()).contains("app_replies_total 8000\n");
  }

  @Test
  void anEventIsOneLineOfJson() {
    assertThat(EventLog.line("parked", "row", "a\"b", "tries", 2, "gone", true))
        .isEqualTo("{\"event\":\"parked\",\"row\":\"a\\\"b\",\"tries\":2,\"gone\":true}");
  }
}
