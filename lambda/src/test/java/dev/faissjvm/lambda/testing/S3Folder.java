package dev.faissjvm.lambda.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * As much of S3 as models and snapshots need, on loopback: the files of a folder under /bucket/key.
 * The store of snapshots itself is tested on s3proxy, in dynamo-sync.
 */
public final class S3Folder implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Path root;
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger calls = new AtomicInteger();
  private volatile boolean down;

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

  /** Returns how often it was called at all. */
  public int calls() {
    return calls.get();
  }

  /** Answers nothing but refusals from now on, or again as before. */
  public void down(boolean answersNothing) {
    down = answersNothing;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      calls.incrementAndGet();
      Path file = root.resolve(exchange.getRequestURI().getPath().substring(1)).normalize();
      if (down || !file.startsWith(root)) {
        error(exchange, 403, "AccessDenied");
        return;
      }
      String query = String.valueOf(exchange.getRequestURI().getQuery());
      switch (exchange.getRequestMethod()) {
        case "PUT" -> put(exchange, file);
        case "DELETE" -> {
          Files.deleteIfExists(file);
          exchange.sendResponseHeaders(204, -1);
        }
        default -> {
          if (query.contains("list-type=2")) {
            list(exchange, file, query.replaceAll("(?s).*prefix=([^&]*).*", "$1"));
          } else {
            get(exchange, file);
          }
        }
      }
    }
  }

  private void get(HttpExchange exchange, Path file) throws IOException {
    reads.incrementAndGet();
    if (!Files.isRegularFile(file)) {
      error(exchange, 404, "NoSuchKey");
      return;
    }
    answer(exchange, 200, Files.readAllBytes(file));
  }

  private static void put(HttpExchange exchange, Path file) throws IOException {
    boolean create = "*".equals(exchange.getRequestHeaders().getFirst("If-None-Match"));
    boolean chunked = exchange.getRequestHeaders().containsKey("X-amz-decoded-content-length");
    InputStream body = exchange.getRequestBody();
    byte[] content = chunked ? unchunked(body) : body.readAllBytes();
    Files.createDirectories(file.getParent());
    try {
      Files.write(
          file,
          content,
          create ? StandardOpenOption.CREATE_NEW : StandardOpenOption.CREATE,
          StandardOpenOption.WRITE,
          StandardOpenOption.TRUNCATE_EXISTING);
      exchange.sendResponseHeaders(200, -1);
    } catch (FileAlreadyExistsException e) {
      error(exchange, 412, "PreconditionFailed");
    }
  }

  /** Takes the content out of the chunks that the SDK signs. */
  private static byte[] unchunked(InputStream body) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    while (true) {
      StringBuilder head = new StringBuilder();
      for (int c = body.read(); c != '\n'; c = body.read()) {
        head.append((char) c);
      }
      int size = Integer.parseInt(head.toString().strip().split(";", -1)[0], 16);
      if (size == 0) {
        body.readAllBytes();
        return content.toByteArray();
      }
      content.write(body.readNBytes(size));
      body.readNBytes(2);
    }
  }

  private static void list(HttpExchange exchange, Path bucket, String prefix) throws IOException {
    List<Path> found = List.of();
    if (Files.isDirectory(bucket)) {
      try (Stream<Path> all = Files.walk(bucket)) {
        found =
            all.filter(Files::isRegularFile)
                .filter(file -> bucket.relativize(file).toString().startsWith(prefix))
                .sorted()
                .collect(Collectors.toList());
      }
    }
    StringBuilder xml = new StringBuilder("<ListBucketResult><IsTruncated>false</IsTruncated>");
    for (Path file : found) {
      xml.append("<Contents><Key>" + bucket.relativize(file) + "</Key><LastModified>")
          .append(Files.getLastModifiedTime(file).toInstant())
          .append("</LastModified><Size>" + Files.size(file) + "</Size></Contents>");
    }
    answer(
        exchange,
        200,
        xml.append("</ListBucketResult>").toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void error(HttpExchange exchange, int status, String code) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String xml = "<Error><Code>" + code + "</Code><Message>" + code + "</Message></Error>";
    answer(exchange, status, xml.getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
