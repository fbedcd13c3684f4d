package dev.faissjvm.sync.aws;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** DynamoDB Local, started from a folder of jars. */
@SuppressWarnings("DoNotCallSuggester")
public final class DynamoDbLocal implements AutoCloseable {

  private DynamoDbLocal() {}

  /**
   * Starts it in this process, in memory.
   *
   * @return Starts it in this process, in memory
   * @throws IOException if its jars cannot be fetched
   */
  public static DynamoDbLocal inMemory() throws IOException {
    throw unsupported();
  }

  /**
   * Starts it in this process, on a database file.
   *
   * @param file the file; made if it is not there
   * @return Starts it in this process, on a database file
   * @throws IOException if its jars cannot be fetched, or the file cannot be used
   */
  public static DynamoDbLocal onFile(Path file) throws IOException {
    throw unsupported();
  }

  /** {@return a client; it ends with this} */
  public DynamoDbClient client() {
    throw unsupported();
  }

  @Override
  public void close() {}

  /** A server in a JVM of its own. */
  @SuppressWarnings("DoNotCallSuggester")
  public static final class Server implements AutoCloseable {

    private Server() {}

    /**
     * Starts a server on loopback and a free port.
     *
     * @param folder where the database file is kept, or null for memory
     * @return Starts a server on loopback and a free port
     * @throws IOException if it does not start
     */
    public static Server fork(@org.jspecify.annotations.Nullable Path folder) throws IOException {
      throw unsupported();
    }

    /** {@return where it listens} */
    public URI endpoint() {
      throw unsupported();
    }

    @Override
    public void close() {}
  }

  private static UnsupportedOperationException unsupported() {
    return new UnsupportedOperationException();
  }
}
