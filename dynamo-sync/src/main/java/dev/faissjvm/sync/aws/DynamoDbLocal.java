package dev.faissjvm.sync.aws;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * DynamoDB Local inside this process: a table without a server or an account.
 *
 * <p>It is fetched by Maven when it is first wanted, into {@code faissjvm/dynamodb-local-3.3.1}
 * below the user's cache folder, or the folder that the system property {@code
 * faissjvm.dynamodbLocal} or the variable {@code FAISSJVM_DYNAMODB_LOCAL} names. It runs in a class
 * loader of its own and is spoken to by reflection. It opens no port.
 *
 * <p><b>Threads.</b> The client is safe for use by many threads.
 *
 * <p><b>Ownership.</b> The client ends with {@link #close}. A database file belongs to one process
 * at a time.
 *
 * <p><b>Errors.</b> {@link IOException} with Maven's words where the jars cannot be fetched; {@link
 * IllegalStateException} unless the environment has {@code DDB_LOCAL_TELEMETRY=0}, since it would
 * report its use to its maker otherwise.
 *
 * <pre>{@code
 * try (DynamoDbLocal local = DynamoDbLocal.inMemory()) {
 *   ContentTable table = ContentTable.create(local.client(), TableLayout.recipe("words"));
 * }
 * }</pre>
 *
 * @see DynamoDbLocalServer
 */
public final class DynamoDbLocal implements AutoCloseable {

  private static final String EMBEDDED =
      "software.amazon.dynamodb.services.local.embedded.DynamoDBEmbedded";

  private final Object embedded;
  private final DynamoDbClient client;

  private DynamoDbLocal(Object embedded, DynamoDbClient client) {
    this.embedded = embedded;
    this.client = client;
  }

  /**
   * Starts it in memory.
   *
   * @return the running database, to be closed by the caller
   * @throws IOException if its jars cannot be fetched
   */
  public static DynamoDbLocal inMemory() throws IOException {
    return start(null);
  }

  /**
   * Starts it on a database file.
   *
   * @param file the file; made if it is not there
   * @return the running database, to be closed by the caller
   * @throws IOException if its jars cannot be fetched, or the file cannot be used
   */
  public static DynamoDbLocal onFile(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("database file: expected a file, got the folder " + file);
    }
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    return start(file.toAbsolutePath());
  }

  private static DynamoDbLocal start(@Nullable Path file) throws IOException {
    if (!"0".equals(System.getenv("DDB_LOCAL_TELEMETRY"))) {
      throw new IllegalStateException(
          "dynamodb local: expected DDB_LOCAL_TELEMETRY=0 in the environment, got "
              + System.getenv("DDB_LOCAL_TELEMETRY")
              + "; set it before the JVM starts");
    }
    URLClassLoader loader =
        new URLClassLoader(FetchedJars.DYNAMODB_LOCAL.urls(), DynamoDbLocal.class.getClassLoader());
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      Class<?> factory = loader.loadClass(EMBEDDED);
      Object embedded =
          file == null
              ? factory.getMethod("create").invoke(null)
              : factory.getMethod("create", File.class).invoke(null, file.toFile());
      Class<?> type = embedded.getClass();
      DynamoDbClient client = (DynamoDbClient) publicly(type, "dynamoDbClient", 0).invoke(embedded);
      return new DynamoDbLocal(embedded, client);
    } catch (ReflectiveOperationException e) {
      loader.close();
      throw failure(e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** {@return a client of this database} */
  public DynamoDbClient client() {
    return client;
  }

  /** {@return a new client of this database's streams, to be closed by the caller} */
  public DynamoDbStreamsClient streams() {
    return (DynamoDbStreamsClient) Objects.requireNonNull(call("dynamoDbStreamsClient"));
  }

  /** Ends every shard and begins its child, as happens every few hours by itself. */
  void rollShardsOver() {
    call("triggerShardRollovers");
  }

  /** Makes every event of a stream so much older. */
  void ageEvents(Duration by) {
    call("dilateEventTimes", by.toMillis());
  }

  private @Nullable Object call(String name, Object... arguments) {
    try {
      return publicly(embedded.getClass(), name, arguments.length).invoke(embedded, arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("dynamodb local: expected " + name, e);
    }
  }

  @Override
  public void close() {
    client.close();
    try {
      // Its threads end later, and still load classes then: the loader stays open for them.
      publicly(embedded.getClass(), "shutdownNow", 0).invoke(embedded);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("dynamodb local: expected to shut down", e);
    }
  }

  private static Method publicly(Class<?> type, String name, int parameters)
      throws NoSuchMethodException {
    for (Class<?> api : type.getInterfaces()) {
      for (Method method : api.getMethods()) {
        if (method.getName().equals(name) && method.getParameterCount() == parameters) {
          return method;
        }
      }
    }
    throw new NoSuchMethodException(name);
  }

  private static IOException failure(ReflectiveOperationException e) {
    Throwable cause =
        e instanceof InvocationTargetException && e.getCause() != null ? e.getCause() : e;
    return new IOException(
        "dynamodb local: expected version "
            + FetchedJars.DYNAMODB_LOCAL_VERSION
            + " to start, got "
            + cause,
        cause);
  }
}
