package dev.faissjvm.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.faissjvm.sync.change.UnusableIndexException;
import dev.faissjvm.sync.search.SearchRouter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The function that answers searches, behind an HTTP API.
 *
 * <p>It answers what {@link SearchRouter} does, from the newest commit on the storage; a commit of
 * the maker is searched within half a second, or where snapshots are followed within {@link
 * Settings#refresh()} and the time to fetch what is new. Model and index are opened while the
 * process starts. A request that makes no sense gets 400 with the reason, and never 500; where
 * there is no index yet the answer is 503. Where the settings name a key, 401 without it; where
 * they name an origin, its pages may search.
 *
 * <p><b>Units.</b> An answer takes {@link #ANSWER_TIME} at most, and a second less than the call
 * has, whatever happens: the API would give up after 30 seconds.
 *
 * <p><b>Threads.</b> One event at a time, as Lambda has it. An answer that takes too long goes on
 * in a thread of its own; of those there are {@value #STUCK_ANSWERS} at most.
 *
 * <p><b>Errors.</b> None are thrown: an index or model that cannot be read is 500, and said in the
 * log.
 */
public final class SearchFunction implements RequestStreamHandler {

  /** The longest that a caller waits. */
  public static final Duration ANSWER_TIME = Duration.ofSeconds(27);

  /** How long the start of the process waits for model and index; Lambda allows 10 s. */
  private static final Duration START_TIME = Duration.ofSeconds(8);

  /** What is left of a call's time to hand the answer over. */
  private static final Duration FRAME_TIME = Duration.ofSeconds(1);

  private static final int STUCK_ANSWERS = 3;

  private static final SearchRouter.Request NOTHING = SearchRouter.Request.get("/", null);

  private final Settings settings;
  private final OpenIndex index;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          STUCK_ANSWERS,
          1,
          TimeUnit.MINUTES,
          new SynchronousQueue<>(),
          work -> {
            Thread thread = new Thread(work, "answer");
            thread.setDaemon(true);
            return thread;
          });

  /** Reads the environment, see {@link Settings}, and opens model and index. */
  public SearchFunction() {
    this.settings = Settings.of(System.getenv());
    this.index = new OpenIndex(settings);
    // A question that is none: the answer does not matter, the opening does.
    answer(NOTHING, START_TIME, System.err::println);
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    SearchRouter.Reply reply;
    Log log = line -> context.getLogger().log(line + "\n");
    try {
      HttpEvent event = HttpEvent.read(input);
      reply =
          event.request().method().equals("OPTIONS")
              ? new SearchRouter.Reply(204, "")
              : isAllowed(event)
                  ? answer(event.request(), time(context), log)
                  : SearchRouter.Reply.error(401, "x-api-key: expected the key of this function");
    } catch (IllegalArgumentException e) {
      reply = SearchRouter.Reply.error(400, String.valueOf(e.getMessage()));
    }
    output.write(HttpEvent.answer(reply, headers(reply.status())));
  }

  private static Duration time(Context context) {
    Duration left = Duration.ofMillis(context.getRemainingTimeInMillis()).minus(FRAME_TIME);
    return left.compareTo(ANSWER_TIME) < 0 ? left : ANSWER_TIME;
  }

  private boolean isAllowed(HttpEvent event) {
    String expected = settings.apiKey();
    String given = event.apiKey();
    return expected == null
        || (given != null
            && MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8)));
  }

  private Map<String, String> headers(int status) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("cache-control", "no-store");
    String origin = settings.corsOrigin();
    if (origin != null) {
      headers.put("access-control-allow-origin", origin);
      headers.put("vary", "origin");
    }
    if (origin != null && status == 204) {
      headers.put("access-control-allow-methods", "GET, POST");
      headers.put("access-control-allow-headers", "content-type, x-api-key");
      headers.put("access-control-max-age", "600");
    }
    return headers;
  }

  private SearchRouter.Reply answer(SearchRouter.Request request, Duration time, Log log) {
    Future<SearchRouter.Reply> answer;
    try {
      answer = threads.submit(() -> index.router().answer(request));
    } catch (RejectedExecutionException e) {
      return SearchRouter.Reply.error(503, "search: expected a free thread, got none");
    }
    try {
      return answer.get(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.say("search: expected an answer within " + time + ", got none");
      return SearchRouter.Reply.error(
          503, "search: expected an answer within " + time.toSeconds() + " s, got none");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return SearchRouter.Reply.error(503, "search: interrupted");
    } catch (ExecutionException e) {
      log.say("search: " + e.getCause());
      return e.getCause() instanceof UnusableIndexException && !index.isThere()
          ? SearchRouter.Reply.error(503, "index: expected one, got none yet; run the index maker")
          : SearchRouter.Reply.error(500, "the index cannot be read now");
    }
  }

  /** Takes a line of the log. */
  @FunctionalInterface
  private interface Log {
    void say(String line);
  }
}
