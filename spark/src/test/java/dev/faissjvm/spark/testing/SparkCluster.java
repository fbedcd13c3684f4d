package dev.faissjvm.spark.testing;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A standalone master and its workers, each of one core, on loopback. */
public final class SparkCluster implements AutoCloseable {

  private static final long START_SECONDS = 60;

  private final Path folder;
  private final int port;
  private final List<Process> processes = new ArrayList<>();

  private SparkCluster(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  public static SparkCluster start(Path folder, int workers)
      throws IOException, InterruptedException {
    Files.createDirectories(folder.resolve("home/jars"));
    SparkCluster cluster = new SparkCluster(folder, freePort());
    try {
      cluster.launch(
          "master",
          "org.apache.spark.deploy.master.Master",
          List.of("--port", Integer.toString(cluster.port)));
      cluster.awaitPort();
      for (int i = 0; i < workers; i++) {
        cluster.addWorker();
      }
      return cluster;
    } catch (IOException | InterruptedException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  public void addWorker() throws IOException {
    String name = "worker" + processes.size();
    launch(
        name,
        "org.apache.spark.deploy.worker.Worker",
        List.of(
            "--port",
            "0",
            "--cores",
            "1",
            "--memory",
            "4g",
            "--work-dir",
            folder.resolve(name).toString(),
            master()));
  }

  private void launch(String name, String program, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.addAll(List.of("-cp", classPath(), program, "--host", "127.0.0.1"));
    command.addAll(List.of("--webui-port", "0"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(folder.resolve(name + ".log").toFile());
    Map<String, String> environment = builder.environment();
    environment.put("SPARK_HOME", folder.resolve("home").toString());
    environment.put("SPARK_SCALA_VERSION", "2.13");
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    processes.add(builder.start());
  }

  /**
   * Returns the class path of the tests, with Spark's own logging, for processes in other folders.
   */
  public static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !entry.contains("slf4j-nop"))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitPort() throws IOException, InterruptedException {
    Process process = processes.get(0);
    for (long left = START_SECONDS * 10; left > 0 && process.isAlive(); left--) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (socket.isConnected()) {
          return;
        }
      } catch (IOException e) {
        Thread.sleep(100);
      }
    }
    throw new IOException(
        "spark: expected a master, got " + Files.readString(folder.resolve("master.log")));
  }

  public String master() {
    return "spark://127.0.0.1:" + port;
  }

  /** Returns the executors' processes. */
  public List<ProcessHandle> executors() {
    return processes.stream()
        .skip(1)
        .flatMap(Process::descendants)
        .filter(child -> child.info().command().orElse("").endsWith("java"))
        .toList();
  }

  /** Returns what the executors wrote, for the message of a failing test. */
  public String logs() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(path -> path.endsWith("stderr")).toList()) {
        all.append(file).append('\n').append(Files.readString(file)).append('\n');
      }
    }
    return all.toString();
  }

  @Override
  public void close() {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroy();
    }
    for (Process process : processes) {
      try {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
