package dev.faissjvm.cli.serve;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.metrics.MeterBoard;
import dev.faissjvm.sync.metrics.Metric;
import dev.faissjvm.sync.search.SearchRouter;
import dev.faissjvm.sync.search.SearchService;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers searches over HTTP, with a page for people, from one open index.
 *
 * <p><b>Limits.</b> GET and HEAD only, no body, {@link #MAX_URI} characters of address, {@link
 * #ANSWERS} answers computed at once, {@link #REQUESTS} requests under way, {@link
 * #MAX_CONNECTIONS} connections, {@link #REQUEST_TIME} for a request to arrive, to wait its turn
 * and for an answer to leave. No TLS and no HTTP/2: put a reverse proxy in front of it for others
 * to use.
 *
 * <p><b>Threads.</b> Starts its own; {@link #close()} waits a second for running answers. The JDK's
 * server reads a request on a thread of this pool, so each slow client holds one until its time is
 * out: there are many of them, and few that compute.
 *
 * <p><b>Ownership.</b> Owns its socket. Service and embedder are the caller's and must outlive it.
 *
 * <p><b>Errors.</b> {@link IOException} if the port is taken.
 */
public final class SearchServer implements AutoCloseable {

  /** Answers computed at once; others wait their turn. */
  public static final int ANSWERS = 8;

  /** Requests that arrive, wait or are answered; beyond them connections are dropped. */
  public static final int REQUESTS = 512;

  /** Connections held at once, most of them idle. */
  public static final int MAX_CONNECTIONS = 4_096;

  /** Characters of a request's address. */
  public static final int MAX_URI = 8_192;

  /** How long a request may take to arrive, and an answer to leave. */
  public static final Duration REQUEST_TIME = Duration.ofSeconds(10);

  private static final int BACKLOG = 256;
  private static final Metric REPLIES = Metric.count("replies", "Replies by HTTP status.");
  private static final Metric ANSWER = Metric.time("answer_seconds", "Time to answer a search.");
  private static final String PAGE_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'"
          + " data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
  private static final Map<String, PageFile> PAGE =
      Map.of(
          "/", new PageFile("page.html", "text/html; charset=utf-8"),
          "/page.css", new PageFile("page.css", "text/css; charset=utf-8"),
          "/page.js", new PageFile("page.js", "text/javascript; charset=utf-8"),
          "/icon.svg", new PageFile("icon.svg", "image/svg+xml"),
          "/openapi.json", new PageFile("openapi.json", "application/json; charset=utf-8"));

  private final HttpServer server;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(0, REQUESTS, 1, TimeUnit.MINUTES, new SynchronousQueue<>());
  private final Semaphore turns = new Semaphore(ANSWERS, true);
  private final SearchRouter router;
  private final Guard guard;
  private final MeterBoard metrics;
  private final Consumer<String> log;

  private record PageFile(String name, String type) {}

  private SearchServer(
      HttpServer server,
      ServeOptions options,
      SearchRouter router,
      MeterBoard metrics,
      Consumer<String> log) {
    this.server = server;
    this.router = router;
    this.metrics = metrics;
    this.log = log;
    this.guard = new Guard(options.token());
  }

  /**
   * Starts a server.
   *
   * @param options where and for whom it listens
   * @param service the open index
   * @param embedder the index's model, for the map
   * @param log takes one line for each failure of the server's own
   * @return the running server
   * @throws IOException if the address cannot be bound
   */
  public static SearchServer start(
      ServeOptions options, SearchService service, Embedder<String> embedder, Consumer<String> log)
      throws IOException {
    setLimits();
    MeterBoard metrics = new MeterBoard("faissjvm");
    SearchRouter router = new SearchRouter(service.measuredBy(metrics), embedder);
    HttpServer http =
        HttpServer.create(new InetSocketAddress(options.address(), options.port()), BACKLOG);
    SearchServer server = new SearchServer(http, options, router, metrics, log);
    http.setExecutor(server.threads);
    http.createContext("/", server::handle);
    http.start();
    return server;
  }

  /** The JDK's server reads its limits from system properties, once, when it is first used. */
  private static void setLimits() {
    String seconds = String.valueOf(REQUEST_TIME.toSeconds());
    Map<String, String> limits =
        Map.of(
            "sun.net.httpserver.nodelay", "true",
            "sun.net.httpserver.maxReqTime", seconds,
            "sun.net.httpserver.maxRspTime", seconds,
            "sun.net.httpserver.idleInterval", "30",
            "sun.net.httpserver.maxIdleConnections", "256",
            "sun.net.httpserver.maxReqHeaders", "64",
            "jdk.httpserver.maxConnections", String.valueOf(MAX_CONNECTIONS));
    limits.forEach(
        (name, value) -> {
          if (System.getProperty(name) == null) {
            System.setProperty(name, value);
          }
        });
  }

  /** {@return the port it listens on} */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Ends: no new requests, a second for those under way. */
  @Override
  public void close() {
    server.stop(1);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Reply reply;
      try {
        reply = reply(exchange);
      } catch (IOException | RuntimeException e) {
        log.accept("serve: " + e);
        reply = Reply.error(500, "the index cannot be read now");
      }
      metrics.record(REPLIES.with("status", String.valueOf(reply.status())), 1);
      send(exchange, reply);
    }
  }

  private Reply reply(HttpExchange exchange) throws IOException {
    URI uri = exchange.getRequestURI();
    String method = exchange.getRequestMethod();
    Headers headers = exchange.getRequestHeaders();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return Reply.error(405, "method: expected GET or HEAD");
    }
    String length = headers.getFirst("Content-Length");
    if (headers.containsKey("Transfer-Encoding") || (length != null && !length.equals("0"))) {
      return Reply.error(413, "body: expected none");
    }
    if (uri.toString().length() > MAX_URI) {
      return Reply.error(414, "address: expected at most " + MAX_URI + " characters");
    }
    String path = uri.getRawPath() == null ? "/" : uri.getRawPath();
    PageFile file = PAGE.get(path);
    Reply refusal = guard.refusal(headers, file != null || path.equals("/healthz"));
    if (refusal != null) {
      return refusal;
    }
    if (file != null) {
      return resource(file);
    }
    if (path.equals("/healthz")) {
      return Reply.text(200, "text/plain; charset=utf-8", "ok\n");
    }
    if (path.equals("/metrics")) {
      return Reply.text(200, "text/plain; version=0.0.4; charset=utf-8", metrics.prometheus());
    }
    long start = System.nanoTime();
    Reply answer = inTurn(SearchRouter.Request.get(path, uri.getRawQuery()));
    metrics.record(ANSWER, Duration.ofNanos(System.nanoTime() - start));
    return answer;
  }

  private Reply inTurn(SearchRouter.Request request) throws IOException {
    try {
      if (!turns.tryAcquire(REQUEST_TIME.toSeconds(), TimeUnit.SECONDS)) {
        return Reply.error(
            503, "search: expected a turn within " + REQUEST_TIME.toSeconds() + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Reply.error(503, "search: the server ends");
    }
    try {
      return Reply.json(router.answer(request));
    } finally {
      turns.release();
    }
  }

  private static Reply resource(PageFile file) throws IOException {
    try (@Nullable InputStream stream = SearchServer.class.getResourceAsStream(file.name())) {
      if (stream == null) {
        throw new IOException("page: expected in the jar, got none; file=" + file.name());
      }
      return new Reply(200, file.type(), stream.readAllBytes());
    }
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", reply.type());
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Content-Security-Policy", PAGE_POLICY);
    if (reply.status() == 401) {
      headers.set("WWW-Authenticate", "Bearer");
    }
    if (reply.status() == 405) {
      headers.set("Allow", "GET, HEAD");
    }
    if (reply.status() == 413) {
      // The body is not read, so what follows on this connection is not a request.
      headers.set("Connection", "close");
    }
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", String.valueOf(reply.body().length));
      exchange.sendResponseHeaders(reply.status(), -1);
    } else {
      exchange.sendResponseHeaders(reply.status(), reply.body().length);
      exchange.getResponseBody().write(reply.body());
    }
  }
}
