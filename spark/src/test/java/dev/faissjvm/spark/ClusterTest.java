package dev.faissjvm.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterTest {

  private static Cluster cluster(String master) {
    return Cluster.of(Map.of("master", master, "spark.executor.cores", "3", "table", "words"));
  }

  @Test
  void aMasterThatDoesNotAnswerIsToldAtOnce() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    String master = "spark://127.0.0.1:" + port;

    assertThatThrownBy(() -> cluster(master).checkReachable())
        .isInstanceOf(BackfillException.class)
        .hasMessageStartingWith("master: expected it to answer, got ")
        .hasMessageEndingWith("; master=" + master + "; start it, name another, or use --local N");
  }

  @Test
  void aMasterHasAPort() {
    assertThatThrownBy(() -> cluster("spark://here").checkReachable())
        .hasMessage("master: expected spark://HOST:PORT, got spark://here");
  }

  @Test
  void aModelGetsAThreadForEachCoreOfItsExecutor() {
    assertThat(cluster("local[5]").threads()).isEqualTo("5");
    assertThat(cluster("local[*]").threads()).isEqualTo("3");
    assertThat(cluster("spark://here:7077").threads()).isEqualTo("3");
  }

  @Test
  void onlySparksOwnSettingsGoToSpark() {
    assertThat(cluster("local[1]").settings()).isEqualTo(Map.of("spark.executor.cores", "3"));
  }
}
