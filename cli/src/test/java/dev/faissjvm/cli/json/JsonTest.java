package dev.faissjvm.cli.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.sync.VerifyReport;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The JSON is an interface: these lines must not change. */
class JsonTest {

  @Test
  void aReportIsFiveCountsAndADoubledEntryIsAGhost() {
    VerifyReport report = new VerifyReport(10, 1, 2, 3, 4, 5, 6, List.of());
    assertThat(Json.line(Json.report(report)))
        .isEqualTo("{\"rows\":10,\"stale\":1,\"missing\":2,\"ghost\":7,\"pending\":5}");
  }
}
