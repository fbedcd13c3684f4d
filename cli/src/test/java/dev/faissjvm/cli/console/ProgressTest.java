package dev.faissjvm.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private long nanos;

  private Console console(int columns) {
    return new Console(stream(out), stream(err), columns, () -> nanos);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void withoutATerminalALineEveryFiveSeconds() {
    try (Progress progress = Progress.start(console(0), "sync", "rows", 1_000)) {
      for (int i = 1; i <= 12; i++) {
        pass(Duration.ofSeconds(1));
        progress.advance(50);
      }
    }
    assertThat(err().lines())
        .containsExactly(
            "sync: 250 of 1,000 rows, 50/s, 15 s left",
            "sync: 500 of 1,000 rows, 50/s, 10 s left",
            "sync: 600 rows in 12 s, 50/s");
  }

  @Test
  void aSlowStartIsForgotten() {
    try (Progress progress = Progress.start(console(0), "sync", "rows", 10_000)) {
      pass(Duration.ofSeconds(50));
      for (int i = 0; i < 32; i++) {
        progress.advance(100);
        pass(Duration.ofSeconds(1));
      }
    }
    assertThat(err().lines())
        .startsWith(
            "sync: 100 of 10,000 rows, 2/s, 1 h 22 min left",
            "sync: 600 of 10,000 rows, 11/s, 14 min 22 s left",
            "sync: 1,100 of 10,000 rows, 18/s, 8 min 05 s left",
            "sync: 1,600 of 10,000 rows, 100/s, 1 min 24 s left")
        .endsWith("sync: 3,200 rows in 1 min 22 s, 39/s");
  }

  @Test
  void onATerminalTheLastLineIsDrawnOverAndWiped() {
    try (Progress progress = Progress.start(console(80), "load", "rows", 100)) {
      pass(Duration.ofSeconds(1));
      progress.update(50);
      assertThat(err())
          .isEqualTo("[############            ] load: 50 of 100 rows, 50/s, 1.0 s left");
      pass(Duration.ofMillis(50));
      progress.update(60);
      assertThat(err()).endsWith("1.0 s left");
    }
    assertThat(err()).endsWith(" \rload: 60 rows in 1.1 s, 57/s" + System.lineSeparator());
  }

  @Test
  void aResultIsWrittenAboveTheBar() {
    Console console = console(80);
    try (Progress progress = Progress.start(console, "load", "rows", 100)) {
      pass(Duration.ofSeconds(1));
      progress.update(50);
      console.print("a result");
    }
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("a result" + System.lineSeparator());
    assertThat(err()).contains("\r[############");
  }

  @Test
  void aNarrowTerminalGetsTheWordsWithoutTheBar() {
    try (Progress progress = Progress.start(console(40), "load", "rows", 100)) {
      pass(Duration.ofSeconds(1));
      progress.update(50);
      assertThat(err()).isEqualTo("load: 50 of 100 rows, 50/s, 1.0 s left");
    }
  }

  @Test
  void withoutATotalNeitherBarNorTimeLeft() {
    try (Progress progress = Progress.start(console(80), "load", "rows", 0)) {
      pass(Duration.ofSeconds(2));
      progress.advance(50);
      assertThat(err()).isEqualTo("load: 50 rows, 25/s");
      assertThat(progress.done()).isEqualTo(50);
      assertThat(progress.elapsed()).isEqualTo(Duration.ofSeconds(2));
    }
  }

  @Test
  void closingTwiceSaysItOnce() {
    Progress progress = Progress.start(console(0), "load", "rows", 0);
    progress.close();
    progress.close();
    progress.update(7);
    assertThat(err().lines()).containsExactly("load: 0 rows in 0.0 s");
  }

  @Test
  void spansReadAsAPersonSaysThem() {
    assertThat(Progress.span(0.44)).isEqualTo("0.4 s");
    assertThat(Progress.span(12.3)).isEqualTo("12 s");
    assertThat(Progress.span(200)).isEqualTo("3 min 20 s");
    assertThat(Progress.span(7_260)).isEqualTo("2 h 01 min");
  }
}
