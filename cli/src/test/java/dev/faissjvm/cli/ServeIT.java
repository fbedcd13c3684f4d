package dev.faissjvm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.cli.testing.App;
import dev.faissjvm.cli.testing.RawHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code serve} under load and under attack, over plain sockets; after each test it still answers.
 *
 * <p>{@code -Dserve.seconds=60} keeps the load up for a minute and prints its quantiles.
 */
class ServeIT {

  private static final int SECONDS = Integer.getInteger("serve.seconds", 2);
  private static final int CLIENTS = 8;
  private static final String[] QUESTIONS = {
    "a place where bread is made", "frozen water", "to say sorry", "someone who teaches children",
    "a large animal of the sea", "very cold", "what one sits on", "to go on foot"
  };

  @TempDir static Path folder = Path.of("");

  private static App.@Nullable Running server;
  private static int port;

  @BeforeAll
  static void serve() throws IOException, InterruptedException {
    App app = App.in(folder);
    App.Result demo = app.run("demo", "--rows", "300", "--keep", "demo", "--json");
    assertThat(demo.code()).as(demo.err()).isZero();
    assertThat(demo.out()).isEqualTo("{\"folder\":\"demo\",\"rows\":300}\n");
    server = app.start("serve", "--demo", "demo", "--port", "0", "--json");
    Matcher url =
        Pattern.compile("\\{\"url\":\"http://127\\.0\\.0\\.1:(\\d+)/\"\\}")
            .matcher(server.awaitText("}"));
    assertThat(url.find()).isTrue();
    port = Integer.parseInt(url.group(1));
  }

  @AfterAll
  static void stop() throws IOException, InterruptedException {
    if (server != null) {
      server.signal("TERM");
      App.Result result = server.end();
      assertThat(result.code()).isEqualTo(ExitCode.TERMINATED.code());
      assertThat(result.err()).doesNotContain("\tat ", "Exception");
    }
  }

  @AfterEach
  void answersStill() throws IOException {
    assertThat(RawHttp.get(port, "/search?q=bread&k=1"))
        .startsWith("HTTP/1.1 200 ")
        .contains("\"rank\":1");
  }

  @Test
  void eightClientsAtOnceAreAnsweredWithoutAnError()
      throws InterruptedException, ExecutionException {
    HttpClient http = HttpClient.newHttpClient();
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    long until = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
    List<Future<List<Long>>> running = new ArrayList<>();
    for (int client = 0; client < CLIENTS; client++) {
      int first = client;
      running.add(clients.submit(() -> ask(http, first, until)));
    }
    List<Long> nanos = new ArrayList<>();
    for (Future<List<Long>> times : running) {
      nanos.addAll(times.get());
    }
    clients.shutdown();
    nanos.sort(null);
    assertThat(nanos).hasSizeGreaterThan(CLIENTS);
    System.out.printf(
        Locale.ROOT,
        "serve: %d clients, %d s, %,d answers, %.0f/s, p50 %.1f ms, p99 %.1f ms, worst %.1f ms%n",
        CLIENTS,
        SECONDS,
        nanos.size(),
        (double) nanos.size() / SECONDS,
        nanos.get(nanos.size() / 2) / 1e6,
        nanos.get(nanos.size() * 99 / 100) / 1e6,
        nanos.get(nanos.size() - 1) / 1e6);
  }

  private static List<Long> ask(HttpClient http, int first, long until)
      throws IOException, InterruptedException {
    List<Long> nanos = new ArrayList<>();
    String[] modes = {"semantic", "keyword", "hybrid"};
    for (int i = first; System.nanoTime() < until; i++) {
      String query =
          "search?q=" + QUESTIONS[i % QUESTIONS.length].replace(' ', '+') + "&mode=" + modes[i % 3];
      long start = System.nanoTime();
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/" + query)).build(),
              HttpResponse.BodyHandlers.ofString());
      nanos.add(System.nanoTime() - start);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
    return nanos;
  }

  /** As many slow clients as there were threads once held up everybody for 20 seconds. */
  @Test
  void slowClientsHoldNobodyUpAndAreCutOff() throws Exception {
    List<RawHttp> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 64; i++) {
        RawHttp client = new RawHttp(port);
        client.send(i % 2 == 0 ? "GET /search?q=" : "GET / HTTP/1.1\r\nHost: localhost\r\nX: ");
        slow.add(client);
      }
      assertThat(RawHttp.get(port, "/search?q=bread&k=1")).startsWith("HTTP/1.1 200 ");
      for (RawHttp client : slow) {
        client.send("x");
      }
      for (RawHttp client : slow) {
        assertThat(client.answer())
            .as("cut off, or told that it was too slow")
            .doesNotContain("200");
      }
    } finally {
      for (RawHttp client : slow) {
        client.close();
      }
    }
  }

  @Test
  void aClientThatDoesNotReadIsCutOff() throws Exception {
    try (RawHttp deaf = new RawHttp(port)) {
      for (int i = 0; i < 400; i++) {
        deaf.send("GET /search?q=bread&k=300 HTTP/1.1\r\nHost: localhost\r\n\r\n");
      }
      assertThat(RawHttp.get(port, "/healthz")).endsWith("ok\n");
    }
  }

  @Test
  void aThousandConnectionsThatSayNothingHoldNobodyUp() throws IOException {
    List<RawHttp> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 1_000; i++) {
        idle.add(new RawHttp(port));
      }
      assertThat(RawHttp.get(port, "/search?q=bread&k=1")).startsWith("HTTP/1.1 200 ");
      assertThat(RawHttp.get(port, "/healthz")).endsWith("ok\n");
    } finally {
      for (RawHttp connection : idle) {
        connection.close();
      }
    }
  }

  @Test
  void aBodyIsNotRead() throws IOException {
    String[] heads = {
      "POST /search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000000",
      "GET /search?q=x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000000",
      "GET /search?q=x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked",
    };
    int[] expected = {405, 413, 413};
    for (int i = 0; i < heads.length; i++) {
      try (RawHttp client = new RawHttp(port)) {
        client.send(heads[i] + "\r\n\r\n");
        client.send("x".repeat(1 << 16));
        assertThat(client.answer()).startsWith("HTTP/1.1 " + expected[i] + " ");
      }
    }
    try (RawHttp client = new RawHttp(port)) {
      client.send("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n");
      assertThat(client.answer()).doesNotContain(" 200 ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../../../../etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/page.js/../../etc/passwd",
        "/page.css%00.js",
        "/./page.html",
        "/..\\..\\etc\\passwd",
        "http://evil.example/etc/passwd",
        "/search/../page.html",
        "*",
        "/%zz",
        "/serve/page.html",
        "/dev/faissjvm/cli/Main.class"
      })
  void noPathLeadsOutOfThePage(String path) throws IOException {
    String answer = RawHttp.get(port, path);
    assertThat(answer).doesNotContain("root:", " 200 ", "\tat ");
    assertThat(answer).matches("(?s)(HTTP/1\\.1 (400|403|404) .*)?");
  }

  @Test
  void nothingOfARequestGetsIntoAHeader() throws IOException {
    String injected = "%0d%0aSet-Cookie:%20a=b%0d%0a%0d%0a%3Cscript%3E";
    for (String path :
        List.of("/search?q=x" + injected, "/" + injected, "/search?q=x&mode=" + injected)) {
      String answer = RawHttp.get(port, path);
      String head = answer.substring(0, answer.indexOf("\r\n\r\n"));
      assertThat(head).doesNotContainIgnoringCase("cookie").doesNotContain("script>");
      assertThat(head)
          .contains("X-content-type-options: nosniff")
          .contains("Content-security-policy: default-src 'none'");
    }
    String spliced =
        RawHttp.ask(
            port,
            "GET /healthz HTTP/1.1",
            "Host: localhost",
            "X: a\rSet-Cookie: b",
            "Connection: close");
    assertThat(spliced).doesNotContainIgnoringCase("cookie");
  }

  @Test
  void pagesOfOtherSitesGetNothing() throws IOException {
    String path = "GET /search?q=bread HTTP/1.1";
    String close = "Connection: close";
    String[][] requests = {
      {path, "Host: evil.example", close},
      {path, "Host: localhost", "Origin: http://evil.example", close},
      {path, "Host: localhost", "Origin: null", close},
      {path, "Host: localhost", "Sec-Fetch-Site: cross-site", close},
      {path, "Host: localhost.evil.example", close},
    };
    for (String[] request : requests) {
      assertThat(RawHttp.ask(port, request))
          .as(Arrays.toString(request))
          .startsWith("HTTP/1.1 403 ")
          .doesNotContainIgnoringCase("access-control-allow")
          .doesNotContain("\"hits\"");
    }
    assertThat(RawHttp.ask(port, path, close)).as("no Host").doesNotContain(" 200 ");
    assertThat(
            RawHttp.ask(
                port,
                "OPTIONS /search HTTP/1.1",
                "Host: localhost",
                "Origin: http://evil.example",
                "Access-Control-Request-Method: GET",
                close))
        .startsWith("HTTP/1.1 405 ")
        .doesNotContainIgnoringCase("access-control-allow");
  }

  @Test
  void whatIsNoRequestEndsOnlyItsConnection() throws IOException {
    String[] nonsense = {
      "\u0016\u0003\u0001\u0002\u0000\u0001",
      "GET\r\n\r\n",
      "GET / HTTP/9.9\r\nConnection: close\r\n\r\n",
      "\r\n\r\n\r\n",
      "GET / HTTP/1.1\r\n" + "X: y\r\n".repeat(5_000) + "\r\n",
      "GET / HTTP/1.1\r\nX: " + "y".repeat(1 << 20) + "\r\n\r\n",
      "GET /" + "x".repeat(1 << 20) + " HTTP/1.1\r\n\r\n",
      "GET /search?q=%ff%fe%00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    };
    List<RawHttp> clients = new ArrayList<>();
    try {
      for (String text : nonsense) {
        RawHttp client = new RawHttp(port);
        clients.add(client);
        client.send(text);
        assertThat(RawHttp.get(port, "/healthz")).endsWith("ok\n");
      }
      for (RawHttp client : clients) {
        assertThat(client.answer()).doesNotContain("\tat ");
      }
    } finally {
      for (RawHttp client : clients) {
        client.close();
      }
    }
    assertThat(RawHttp.get(port, "/healthz")).endsWith("ok\n");
  }

  @Test
  void callsAreCountedForPrometheus() throws Exception {
    Callable<String> metrics = () -> RawHttp.get(port, "/metrics");
    RawHttp.get(port, "/search?q=bread");
    assertThat(metrics.call())
        .contains("faissjvm_replies_total{status=\"200\"}", "faissjvm_answer_seconds_count");
  }
}
