package dev.faissjvm.embedder.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A main class in a JVM of its own. */
public final class Child {
  private Child() {}

  /**
   * Runs to the end, which has to be a good one, and returns what was said.
   *
   * @param log a file for the output
   * @param minutes the time it has
   * @param options of the JVM
   * @param main the class
   * @param arguments of the class
   */
  public static String run(
      Path log, int minutes, List<String> options, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    Process child =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      assertThat(child.waitFor(minutes, TimeUnit.MINUTES)).as("ends").isTrue();
      String output = Files.readString(log);
      assertThat(child.exitValue()).as(output).isZero();
      return output;
    } finally {
      child.destroyForcibly();
    }
  }
}
