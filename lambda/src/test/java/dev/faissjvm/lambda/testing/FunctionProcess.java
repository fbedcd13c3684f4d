package dev.faissjvm.lambda.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A function in a process of its own, started as the container image starts it. */
public final class FunctionProcess implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 120;

  private final RuntimeApi api;
  private final Process process;
  private final List<String> output = new CopyOnWriteArrayList<>();

  private FunctionProcess(RuntimeApi api, Process process) {
    this.api = api;
    this.process = process;
    Thread reader = new Thread(this::read, "function-output");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts a function.
   *
   * @param image the image's folder
   * @param handler the class
   * @param environment what the function is told, beside Lambda's own variables
   * @param by a command that takes the function's and starts it, or nothing
   */
  public static FunctionProcess start(
      Path image, Class<?> handler, Map<String, String> environment, List<String> by)
      throws IOException {
    RuntimeApi api = new RuntimeApi();
    List<String> command = new ArrayList<>(by);
    command.add(image.resolve("function").toAbsolutePath().toString());
    command.add(handler.getName() + "::handleRequest");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> variables = builder.environment();
    variables.clear();
    variables.putAll(
        Map.of(
            "PATH", System.getenv("PATH"),
            "JAVA_HOME", System.getProperty("java.home"),
            "AWS_LAMBDA_RUNTIME_API", api.address(),
            "_HANDLER", handler.getName() + "::handleRequest",
            "LAMBDA_TASK_ROOT", image.toString(),
            "AWS_LAMBDA_FUNCTION_NAME", handler.getSimpleName(),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "2048",
            "AWS_LAMBDA_FUNCTION_VERSION", "1",
            "AWS_REGION", "us-east-1"));
    variables.putAll(
        Map.of(
            "AWS_LAMBDA_LOG_GROUP_NAME", "group",
            "AWS_LAMBDA_LOG_STREAM_NAME", "stream",
            "AWS_ACCESS_KEY_ID", "local",
            "AWS_SECRET_ACCESS_KEY", "local"));
    variables.putAll(environment);
    return new FunctionProcess(api, builder.start());
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.add(line);
      }
    } catch (IOException e) {
      output.add(e.toString());
    }
    process.onExit().join();
    api.ended("exit code " + process.exitValue() + "\n" + String.join("\n", output));
  }

  /** Waits until the function asks for an event; fails with its reason if it does not start. */
  public FunctionProcess awaitStart() throws IOException {
    await(api.started());
    return this;
  }

  /** Sends an event and waits for the answer. */
  public RuntimeApi.Answer invoke(String event, Duration time) throws IOException {
    return await(send(event, time));
  }

  /** Sends an event. */
  public CompletableFuture<RuntimeApi.Answer> send(String event, Duration time) {
    return api.send(event, time);
  }

  /** Waits for something that the function does. */
  public static <T> T await(CompletableFuture<T> future) throws IOException {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new IOException("function: expected an answer", e);
    }
  }

  /** Returns what the function has written so far. */
  public List<String> output() {
    return List.copyOf(output);
  }

  /** Returns the most memory that the process has had resident, in megabytes. */
  public long peakMegabytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException("process: expected VmHWM of a running one, got none");
  }

  /** Returns the time that the processors have spent on it, of all its threads. */
  public Duration processorTime() {
    return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Says whether the process has a file mapped whose name contains this. */
  public boolean hasMapped(String name) throws IOException {
    return Files.readString(Path.of("/proc/" + process.pid() + "/maps")).contains(name);
  }

  /** Ends the process as the kernel does, with no warning. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
    api.close();
  }
}
