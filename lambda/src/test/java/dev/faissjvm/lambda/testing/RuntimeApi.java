package dev.faissjvm.lambda.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Lambda's Runtime API on loopback: hands out events one by one, takes answers.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html">Using the Lambda
 *     runtime API</a>
 */
public final class RuntimeApi implements AutoCloseable {

  private static final String ROOT = "/2018-06-01/runtime";

  static {
    // Without it each answer waits 40 ms for an acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Map<String, CompletableFuture<Answer>> waiting = new ConcurrentHashMap<>();
  private final CompletableFuture<String> started = new CompletableFuture<>();

  private record Event(String id, String body, Duration time) {}

  /**
   * What a function answered.
   *
   * @param failed whether it threw
   * @param text its JSON, or the failure's
   */
  public record Answer(boolean failed, String text) {}

  public RuntimeApi() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(ROOT, this::handle);
    server.start();
  }

  /** Returns host and port, as AWS_LAMBDA_RUNTIME_API has them. */
  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Completed when the function asks for its first event, or fails with its failure to start. */
  CompletableFuture<String> started() {
    return started;
  }

  /** Fails whatever waits for an answer: the process has ended. */
  void ended(String how) {
    IOException failure = new IOException("function: expected an answer, got its end; " + how);
    started.completeExceptionally(failure);
    waiting.values().forEach(answer -> answer.completeExceptionally(failure));
  }

  /** Hands an event out, to be answered within a time. */
  CompletableFuture<Answer> send(String event, Duration time) {
    Event next = new Event(UUID.randomUUID().toString(), event, time);
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    waiting.put(next.id(), answer);
    events.add(next);
    return answer;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath().substring(ROOT.length());
      if (path.equals("/invocation/next")) {
        next(exchange);
        return;
      }
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String[] parts = path.split("/", -1);
      if (path.equals("/init/error")) {
        started.completeExceptionally(new IOException(body));
      } else if (parts.length == 4 && waiting.containsKey(parts[2])) {
        waiting.remove(parts[2]).complete(new Answer(parts[3].equals("error"), body));
      }
      exchange.sendResponseHeaders(202, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void next(HttpExchange exchange) throws IOException, InterruptedException {
    started.complete("");
    Event event = events.poll(10, TimeUnit.MINUTES);
    if (event == null) {
      return;
    }
    long deadline = System.currentTimeMillis() + event.time().toMillis();
    exchange.getResponseHeaders().set("Lambda-Runtime-Aws-Request-Id", event.id());
    exchange.getResponseHeaders().set("Lambda-Runtime-Deadline-Ms", Long.toString(deadline));
    exchange
        .getResponseHeaders()
        .set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:1:function:test");
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    byte[] body = event.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
