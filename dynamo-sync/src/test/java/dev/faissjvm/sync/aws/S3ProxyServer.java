package dev.faissjvm.sync.aws;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** s3proxy in a JVM of its own, on loopback, over a folder; fetched by Maven when first wanted. */
public final class S3ProxyServer implements AutoCloseable {

  private static final FetchedJars JARS =
      new FetchedJars(
          "s3proxy",
          "s3proxy-4.1.0",
          "faissjvm.s3proxy",
          "FAISSJVM_S3PROXY",
          "s3proxy.pom.xml",
          S3ProxyServer.class);
  private static final long START_SECONDS = 60;

  private final Process process;
  private final URI endpoint;

  private S3ProxyServer(Process process, URI endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  public static S3ProxyServer fork(Path folder) throws IOException, InterruptedException {
    Path data = Files.createDirectories(folder.resolve("data"));
    int port = freePort();
    URI endpoint = URI.create("http://127.0.0.1:" + port);
    Path settings = folder.resolve("s3proxy.conf");
    Files.writeString(
        settings,
        "s3proxy.authorization=none\ns3proxy.endpoint="
            + endpoint
            + "\njclouds.provider=filesystem-nio2\njclouds.identity=local\njclouds.credential=local\n"
            + "jclouds.filesystem.basedir="
            + data
            + "\n",
        StandardCharsets.UTF_8);
    Path logging = folder.resolve("logback.xml");
    Files.writeString(
        logging, "<configuration><root level=\"OFF\"/></configuration>", StandardCharsets.UTF_8);
    String path =
        JARS.jars().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    Path log = folder.resolve("s3proxy.log");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-Dlogback.configurationFile=" + logging,
                    "-cp",
                    path,
                    "org.gaul.s3proxy.Main",
                    "--properties",
                    settings.toString()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    S3ProxyServer server = new S3ProxyServer(process, endpoint);
    server.awaitPort(port, log);
    return server;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitPort(int port, Path log) throws IOException, InterruptedException {
    for (long left = START_SECONDS * 10; left > 0 && process.isAlive(); left--) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (socket.isConnected()) {
          return;
        }
      } catch (IOException e) {
        Thread.sleep(100);
      }
    }
    close();
    throw new IOException("s3proxy: expected it to listen, got " + Files.readString(log));
  }

  public URI endpoint() {
    return endpoint;
  }

  public S3Client client() {
    return client(endpoint);
  }

  /** Returns a client for such a server, which takes any credentials. */
  public static S3Client client(URI endpoint) {
    return S3Clients.builder()
        .region(Region.US_EAST_1)
        .endpointOverride(endpoint)
        .forcePathStyle(true)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
        .build();
  }

  @Override
  public void close() {
    process.destroy();
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
