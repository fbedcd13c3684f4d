package dev.faissjvm.solr;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The command line as a user has it, with the jars of this module in its {@code lib/solr} and the
 * program that runs jobs on Spark beside it; what other modules' builds left, where they did.
 */
final class CommandLine {

  private static final Path BUILT = Path.of("../cli/target/faissjvm");
  private static final Path SPARK = Path.of("../spark/target/faissjvm-spark").toAbsolutePath();
  private static final long MOST_MINUTES = 5;

  private final Path folder;
  private final Path app;
  private final List<String> options;

  /** Lays it out beside what was built; its files go to a folder, each command gets the options. */
  CommandLine(Path folder, String... options) throws IOException {
    this.folder = folder;
    this.app = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "command-line-");
    this.options = List.of(options);
    link(BUILT.resolve("bin"), app.resolve("bin"));
    link(BUILT.resolve("lib"), app.resolve("lib"));
    link(Path.of("target/client"), app.resolve("lib/solr"));
  }

  private static void link(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.createLink(to.resolve(file.getFileName()), file);
      }
    }
  }

  static boolean isBuilt() {
    return Files.isExecutable(BUILT.resolve("bin/faissjvm"))
        && Files.isRegularFile(SPARK.resolve("faissjvm-spark.jar"))
        && Files.isDirectory(Path.of("target/client"));
  }

  /** What a command said, and how it ended. */
  record Ended(int code, String said) {}

  /** A command that runs. */
  record Running(Process process, Path said) {

    Ended await() throws IOException, InterruptedException {
      if (!process.waitFor(MOST_MINUTES, TimeUnit.MINUTES)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new AssertionError("command: expected an end, got " + Files.readString(said));
      }
      return new Ended(process.exitValue(), Files.readString(said, StandardCharsets.UTF_8));
    }

    /** Ends it as a power cut would. */
    void kill() throws InterruptedException {
      List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
      all.add(process.toHandle());
      all.forEach(ProcessHandle::destroyForcibly);
      process.waitFor();
    }
  }

  private Path command() {
    return app.resolve("bin/faissjvm");
  }

  Running start(String command, String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of(command().toString(), command));
    words.addAll(List.of(more));
    words.addAll(options);
    Path said = Files.createTempFile(folder, command, ".out");
    return new Running(start(words, said), said);
  }

  private Process start(List<String> command, Path said) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("FAISSJVM_SPARK", SPARK.toString());
    environment.put("AWS_ACCESS_KEY_ID", "local");
    environment.put("AWS_SECRET_ACCESS_KEY", "local");
    environment.put("AWS_REGION", "us-east-1");
    environment.put("SPARK_HOME", folder.resolve("home").toString());
    environment.put("SPARK_SCALA_VERSION", "2.13");
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder.start();
  }

  Ended run(String command, String... more) throws IOException, InterruptedException {
    return start(command, more).await();
  }

  /** Returns what Spark's processes need; of what both have, Spark's versions come first. */
  String sparkClassPath() {
    return Stream.of(
            SPARK.resolve("spark/*"),
            SPARK.resolve("faissjvm-spark.jar"),
            app.resolve("lib/*"),
            app.resolve("lib/solr/*"))
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Starts a part of a standalone Spark: {@code master.Master} or {@code worker.Worker}. */
  Process startSpark(String part, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-cp", sparkClassPath()));
    command.addAll(List.of("org.apache.spark.deploy." + part, "--host", "127.0.0.1"));
    command.addAll(List.of("--webui-port", "0"));
    command.addAll(Arrays.asList(arguments));
    Files.createDirectories(folder.resolve("home/jars"));
    return start(command, Files.createTempFile(folder, part, ".log"));
  }
}
