package dev.faissjvm.faiss.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own for what may end or hang one; its heap is small, and there from the start. */
public final class Child {
  private static final int SHOWN = 3_000;

  private Child() {}

  /**
   * Runs a class to its end.
   *
   * @return the end of what it said
   */
  public static String run(Class<?> main, Path log, Duration most, String... arguments)
      throws IOException, InterruptedException {
    return run(List.of(), main, log, most, arguments);
  }

  /**
   * Runs a class to its end, with more options of the JVM.
   *
   * @return the end of what it said; all of it stands in the log
   */
  public static String run(
      List<String> options, Class<?> main, Path log, Duration most, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms128m",
                "-Xmx128m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "-Dfaiss.python=" + System.getProperty("faiss.python", "")));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    Process child =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    boolean ended = child.waitFor(most.toMillis(), TimeUnit.MILLISECONDS);
    child.destroyForcibly();
    String said = Files.readString(log);
    String tail = said.substring(Math.max(0, said.length() - SHOWN));
    assertThat(ended).as("hangs: %s", tail).isTrue();
    assertThat(child.exitValue()).as(tail).isZero();
    return tail;
  }
}
