package dev.faissjvm.solr;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.solr.client.solrj.impl.CloudHttp2SolrClient;
import org.apache.solr.client.solrj.impl.CloudSolrClient;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.cloud.DocCollection;
import org.apache.solr.common.cloud.Replica;

/** A ZooKeeper and nodes of Solr, each in a process of its own, on loopback. */
final class SolrCluster implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(90);

  private final Path folder;
  private final int zooKeeperPort = freePort();
  private final List<Integer> ports = new ArrayList<>();
  private final List<Process> processes = new ArrayList<>();
  private final CloudSolrClient client;

  SolrCluster(Path folder, int nodes) throws IOException, InterruptedException {
    this.folder = folder;
    processes.add(start("zookeeper", zooKeeperPort, "zookeeper", path -> true));
    awaitPort(zooKeeperPort);
    client = newClient();
    for (int i = 1; i <= nodes; i++) {
      addNode(path -> true);
    }
  }

  String zooKeeper() {
    return "127.0.0.1:" + zooKeeperPort;
  }

  CloudSolrClient newClient() {
    return new CloudHttp2SolrClient.Builder(List.of(zooKeeper()), Optional.empty()).build();
  }

  CloudSolrClient client() {
    return client;
  }

  /** Starts a node whose class path has only what passes. */
  int addNode(Predicate<String> classPath) throws IOException, InterruptedException {
    int port = freePort();
    ports.add(port);
    int number = ports.size();
    processes.add(start("node", port, "node" + number, classPath));
    awaitLive(port);
    return number;
  }

  /** Ends a node as a power cut would. */
  void kill(int node) throws InterruptedException {
    processes.get(node).destroyForcibly();
    processes.get(node).waitFor(10, TimeUnit.SECONDS);
  }

  /** Ends a node, and waits until no one counts on it any more. */
  void remove(int node) throws InterruptedException {
    kill(node);
    await(() -> !isLive(ports.get(node - 1)), "node: expected it gone, got it live; node=" + node);
  }

  /** Starts a node again that was killed, on its own folder and port. */
  void restart(int node) throws IOException, InterruptedException {
    restart(node, path -> true);
  }

  /** Starts it with only what passes on its class path. */
  void restart(int node, Predicate<String> classPath) throws IOException, InterruptedException {
    int port = ports.get(node - 1);
    processes.set(node, start("node", port, "node" + node, classPath));
    awaitLive(port);
  }

  private void awaitLive(int port) throws InterruptedException {
    awaitPort(port);
    await(() -> isLive(port), "node: expected it live, got none; port=" + port + "; " + folder);
  }

  private static void await(BooleanSupplier condition, String failure) throws InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(failure);
      }
      Thread.sleep(100);
    }
  }

  private boolean isLive(int port) {
    try {
      return client
          .getClusterStateProvider()
          .getLiveNodes()
          .contains("127.0.0.1:" + port + "_solr");
    } catch (SolrException e) {
      return false; // the first node has not laid out the cluster in ZooKeeper yet
    }
  }

  /** Waits until a collection has so many active replicas, and no shard without. */
  void awaitActive(String collection, int replicas) throws InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    long active = 0;
    while (System.nanoTime() < end) {
      DocCollection state =
          client.getClusterStateProvider().getClusterState().getCollection(collection);
      active =
          state.getActiveSlices().stream()
              .flatMap(slice -> slice.getReplicas().stream())
              .filter(
                  replica ->
                      replica.isActive(
                          client.getClusterStateProvider().getClusterState().getLiveNodes()))
              .filter(replica -> replica.getState() == Replica.State.ACTIVE)
              .count();
      if (active == replicas) {
        return;
      }
      Thread.sleep(200);
    }
    throw new AssertionError(
        "replicas: expected " + replicas + " active, got " + active + "; collection=" + collection);
  }

  private Process start(String what, int port, String name, Predicate<String> classPath)
      throws IOException {
    // Under Maven the class path is one jar that names the others.
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String path =
        Arrays.stream(all.split(File.pathSeparator))
            .filter(classPath)
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx384m",
            "-XX:+UseSerialGC",
            "-Dzookeeper.admin.enableServer=false",
            "-cp",
            path,
            SolrProcess.class.getName(),
            what,
            Integer.toString(port),
            folder.resolve(name).toString(),
            zooKeeper());
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(Redirect.appendTo(folder.resolve(name + ".log").toFile()))
        .start();
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static void awaitPort(int port) throws InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    while (System.nanoTime() < end) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
        return;
      } catch (IOException e) {
        Thread.sleep(100);
      }
    }
    throw new AssertionError("port: expected a server, got none; port=" + port);
  }

  @Override
  public void close() throws IOException {
    client.close();
    processes.forEach(Process::destroyForcibly);
  }
}
