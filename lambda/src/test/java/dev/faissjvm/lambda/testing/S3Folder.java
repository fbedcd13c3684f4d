package dev.faissjvm.lambda.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** As much of S3 as GetObject needs, on loopback: the files of a folder under /bucket/key. */
public final class S3Folder implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Path root;
  private final AtomicInteger reads = new AtomicInteger();

  public S3Folder(Path root) throws IOException {
    this.root = root;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Returns where it listens, as AWS_ENDPOINT_URL_S3 has it. */
  public String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Returns how many objects were asked for. */
  public int reads() {
    return reads.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      reads.incrementAndGet();
      Path file = root.resolve(exchange.getRequestURI().getPath().substring(1)).normalize();
      boolean found = file.startsWith(root) && Files.isRegularFile(file);
      byte[] body =
          found
              ? Files.readAllBytes(file)
              : "<Error><Code>NoSuchKey</Code><Message>no such key</Message></Error>"
                  .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(found ? 200 : 404, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
