package dev.faissjvm.solr;

import dev.faissjvm.sync.change.TransientSyncException;
import dev.faissjvm.sync.change.UnusableIndexException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.apache.solr.client.solrj.SolrServerException;
import org.apache.solr.common.SolrException;

/**
 * Calls Solr, again where it is worth it: while a shard has no leader, a node is gone, or the
 * answer was lost. A node that dies is replaced by its replica after ZooKeeper has noticed, which
 * takes seconds.
 */
final class SolrCalls {

  /** The longest that one call is repeated. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 3_000;
  private static final int LEAST_SERVER_ERROR = 500;

  /** What a node says that has not loaded its part yet. */
  private static final int NOT_FOUND = 404;

  /** What a node says whose part cannot be loaded: most often it lacks the codec. */
  private static final String NOT_LOADED = "init failure";

  private final String collection;
  private final long patienceMillis;

  SolrCalls(String collection) {
    this(collection, PATIENCE);
  }

  SolrCalls(String collection, Duration patience) {
    this.collection = collection;
    this.patienceMillis = patience.toMillis();
  }

  /** A call of Solr's client. */
  interface Call<T> {
    T make() throws SolrServerException, IOException;
  }

  <T> T call(Call<T> call) throws IOException {
    long started = System.nanoTime();
    long pauseMillis = FIRST_PAUSE_MILLIS;
    while (true) {
      Exception failure;
      try {
        return call.make();
      } catch (SolrException | SolrServerException | IOException e) {
        failure = e;
      }
      refuse(failure);
      if ((System.nanoTime() - started) / 1_000_000 + pauseMillis > patienceMillis) {
        throw unreachable(failure);
      }
      pause(pauseMillis, failure);
      pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, 2 * pauseMillis);
    }
  }

  private static void pause(long millis, Exception failure) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException("solr: expected an answer, got an interruption");
      interrupted.initCause(failure);
      throw interrupted;
    }
  }

  /** Throws at once where Solr answered that the request is wrong, or that it cannot work. */
  private void refuse(Exception failure) {
    if (String.valueOf(failure.getMessage()).contains(NOT_LOADED)) {
      throw new UnusableIndexException(
          "solr: expected every node to load its part, got "
              + failure.getMessage()
              + "; collection="
              + collection
              + "; put this module's jars, of the release that wrote the index, into the lib folder"
              + " of each node, and start it again",
          failure);
    }
    Throwable answer = failure.getCause() instanceof SolrException ? failure.getCause() : failure;
    if (answer instanceof SolrException e
        && e.code() > 0
        && e.code() < LEAST_SERVER_ERROR
        && e.code() != NOT_FOUND) {
      throw new UnusableIndexException(
          "solr: expected an answer, got "
              + e.code()
              + " "
              + e.getMessage()
              + "; collection="
              + collection
              + "; check that the collection is there and was made with this project's config set",
          failure);
    }
  }

  private TransientSyncException unreachable(Exception e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new TransientSyncException(
        "solr: expected an answer within "
            + patienceMillis
            + " ms, got "
            + e.getMessage()
            + (root == e ? "" : " (" + root + ")")
            + "; collection="
            + collection
            + "; check that its nodes and ZooKeeper are running and reachable from here, that each"
            + " node has this module's jars, and run again",
        e);
  }
}
