package dev.faissjvm.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A peer in a process of its own. A request is a line of words separated by tabs; so is the answer,
 * which begins with {@code ok} or {@code error}. The peer measures its own work.
 */
final class Child implements AutoCloseable {

  private final String name;
  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;

  private Child(String name, Process process) {
    this.name = name;
    this.process = process;
    this.requests =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  static Child start(String name, List<String> command, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    return new Child(name, builder.start());
  }

  /** Asks, and returns the words after {@code ok}. */
  List<String> ask(String... words) throws IOException {
    requests.write(String.join("\t", words));
    requests.newLine();
    requests.flush();
    String answer = answers.readLine();
    if (answer == null || !answer.startsWith("ok")) {
      throw new IOException(
          name + ": expected an answer to '" + String.join(" ", words) + "', got " + answer);
    }
    String[] parts = answer.split("\t", -1);
    return Arrays.asList(parts).subList(1, parts.length);
  }

  double askNumber(String... words) throws IOException {
    return Double.parseDouble(ask(words).get(0));
  }

  @Override
  public void close() throws IOException {
    requests.close();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
