package dev.faissjvm.cli.testing;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The built command, run as a user does: the start script, in a process of its own. */
public final class App {

  /** How long a command may take on a busy machine. */
  private static final long MINUTES = 5;

  private final Path home;
  private final Path folder;
  private final Map<String, String> environment = new TreeMap<>();

  private App(Path home, Path folder) {
    this.home = home;
    this.folder = folder;
  }

  /**
   * What a command left.
   *
   * @param code the exit code
   * @param out standard output
   * @param err standard error
   */
  public record Result(int code, String out, String err) {
    /** {@return the lines of standard output} */
    public List<String> lines() {
      return out.lines().toList();
    }
  }

  /** Returns the command that the build left, run in a folder, without any credentials. */
  public static App in(Path folder) {
    return installed(Path.of(System.getProperty("app.folder")), folder);
  }

  /** Returns the command of an unpacked folder, run in another folder. */
  public static App installed(Path home, Path folder) {
    return new App(home, folder);
  }

  /** Sets a variable of the environment. */
  public App with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Runs a command to its end. */
  public Result run(String... args) throws IOException {
    return start(args).end();
  }

  /** Runs a command to its end, with text on its standard input. */
  public Result runWithInput(String input, String... args) throws IOException {
    Path file = Files.createTempFile(folder, "input", ".txt");
    Files.writeString(file, input);
    return new Running(builder(args).redirectInput(file.toFile()).start()).end();
  }

  /** Starts a command. */
  public Running start(String... args) throws IOException {
    return new Running(builder(args).redirectInput(new File("/dev/null")).start());
  }

  private ProcessBuilder builder(String... args) {
    // What starts the tests in the background may ignore the signal, and children inherit that.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.add(home.resolve("bin").resolve("faissjvm").toString());
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    Map<String, String> all = builder.environment();
    all.keySet().removeIf(name -> name.startsWith("AWS_"));
    // Neither the machine's own role nor a file of the user's may answer.
    all.put("AWS_EC2_METADATA_DISABLED", "true");
    all.put("AWS_CONFIG_FILE", folder.resolve("none").toString());
    all.put("AWS_SHARED_CREDENTIALS_FILE", folder.resolve("none").toString());
    all.put("FAISSJVM_OPTS", "-Xmx512m");
    all.putAll(environment);
    return builder;
  }

  /** A command that runs. */
  public static final class Running {

    private final Process process;
    private final CompletableFuture<String> out;
    private final CompletableFuture<String> err;
    private final StringBuilder seen = new StringBuilder();

    private Running(Process process) {
      this.process = process;
      this.out = CompletableFuture.supplyAsync(() -> read(process.getInputStream()));
      this.err = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()));
    }

    private String read(InputStream stream) {
      StringBuilder text = new StringBuilder();
      byte[] buffer = new byte[8192];
      try (stream) {
        for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
          String part = new String(buffer, 0, n, StandardCharsets.UTF_8);
          text.append(part);
          synchronized (seen) {
            seen.append(part);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return text.toString();
    }

    /** Waits until the command has said something, on either stream; returns all that it said. */
    public String awaitText(String text) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
      while (!seen().contains(text)) {
        if (System.nanoTime() > end || !process.isAlive()) {
          throw new AssertionError("expected '" + text + "', got: " + seen());
        }
        Thread.sleep(50);
      }
      return seen();
    }

    private String seen() {
      synchronized (seen) {
        return seen.toString();
      }
    }

    /** Sends a signal as a shell does. */
    public void signal(String name) throws IOException, InterruptedException {
      new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
    }

    /** Waits for the end. */
    public Result end() throws IOException {
      try {
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
          process.destroyForcibly();
          throw new AssertionError(
              "expected an end within " + MINUTES + " minutes, got: " + seen());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
      return new Result(process.exitValue(), out.join(), err.join());
    }
  }
}
