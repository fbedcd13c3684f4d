package dev.faissjvm.sync.aws;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * DynamoDB Local as a server in a JVM of its own, on loopback and a free port.
 *
 * <p>The product listens on every interface and reports its use unless told otherwise; here it is
 * bound to 127.0.0.1 and told not to. {@link #main} runs the server in the foreground and writes
 * its address as the first line; {@link #fork} starts that and waits for the line.
 *
 * <p><b>Ownership.</b> {@link #close} ends the process; so does the end of its standard input, so
 * that none is left behind when the parent dies.
 *
 * <p><b>Errors.</b> {@link IOException} with what the process wrote, where it does not start.
 */
public final class DynamoDbLocalServer implements AutoCloseable {

  private static final String RUNNER = "software.amazon.dynamodb.services.local.main.ServerRunner";
  private static final String READY = "listening ";
  private static final long STOP_SECONDS = 10;

  private final Process process;
  private final URI endpoint;

  private DynamoDbLocalServer(Process process, URI endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  /**
   * Starts a server in a JVM of its own.
   *
   * @param folder where the database file is kept, or null for memory
   * @return the running server, to be closed by the caller
   * @throws IOException if it does not start
   */
  public static DynamoDbLocalServer fork(@Nullable Path folder) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx768m");
    String configured = System.getProperty("faissjvm.dynamodbLocal");
    if (configured != null) {
      command.add("-Dfaissjvm.dynamodbLocal=" + configured);
    }
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), DynamoDbLocalServer.class.getName()));
    if (folder != null) {
      Files.createDirectories(folder);
      command.add(folder.toAbsolutePath().toString());
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("DDB_LOCAL_TELEMETRY", "0");
    Process process = builder.start();
    return new DynamoDbLocalServer(process, awaitReady(process));
  }

  private static URI awaitReady(Process process) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    StringBuilder said = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(READY)) {
        drain(lines);
        return URI.create(line.substring(READY.length()));
      }
      said.append('\n').append(line);
    }
    throw new IOException("dynamodb local: expected a server to start, got" + said);
  }

  private static void drain(BufferedReader lines) {
    Thread thread =
        new Thread(
            () -> {
              try {
                lines.lines().forEach(line -> {});
              } catch (UncheckedIOException e) {
                // The process has ended, and its output with it.
                return;
              }
            },
            "dynamodb-local-output");
    thread.setDaemon(true);
    thread.start();
  }

  /** {@return where it listens} */
  public URI endpoint() {
    return endpoint;
  }

  /** Ends the process and waits for it. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Runs a server until its standard input ends.
   *
   * @param arguments the folder of the database file, or nothing for memory
   * @throws Exception if it does not start
   */
  public static void main(String[] arguments) throws Exception {
    ClassLoader platform = ClassLoader.getPlatformClassLoader();
    try (URLClassLoader loader = new URLClassLoader(FetchedJars.DYNAMODB_LOCAL.urls(), platform)) {
      Thread.currentThread().setContextClassLoader(loader);
      Object server = create(loader, arguments);
      Object jetty = loopbackJetty(server);
      server.getClass().getMethod("start").invoke(server);
      Object connector = firstConnector(jetty);
      Object port = connector.getClass().getMethod("getLocalPort").invoke(connector);
      System.out.println(READY + "http://127.0.0.1:" + port);
      System.in.transferTo(OutputStream.nullOutputStream());
    }
    System.exit(0);
  }

  private static Object create(ClassLoader loader, String[] arguments)
      throws ReflectiveOperationException, IOException {
    List<String> options = new ArrayList<>(List.of("-disableTelemetry", "-sharedDb", "-port"));
    options.add(Integer.toString(anyFreePort()));
    if (arguments.length == 0) {
      options.add("-inMemory");
    } else {
      options.addAll(List.of("-dbPath", arguments[0]));
    }
    return loader
        .loadClass(RUNNER)
        .getMethod("createServerFromCommandLineArgs", String[].class)
        .invoke(null, (Object) options.toArray(String[]::new));
  }

  /** The runner refuses port 0, and asks for a valid one that is then not used. */
  private static int anyFreePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static Object loopbackJetty(Object server) throws ReflectiveOperationException {
    Field field = server.getClass().getDeclaredField("server");
    field.setAccessible(true);
    Object jetty = field.get(server);
    Object connector = firstConnector(jetty);
    connector.getClass().getMethod("setHost", String.class).invoke(connector, "127.0.0.1");
    connector.getClass().getMethod("setPort", int.class).invoke(connector, 0);
    return jetty;
  }

  private static Object firstConnector(Object jetty) throws ReflectiveOperationException {
    return Array.get(jetty.getClass().getMethod("getConnectors").invoke(jetty), 0);
  }
}
