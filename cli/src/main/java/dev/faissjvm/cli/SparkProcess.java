package dev.faissjvm.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.faissjvm.cli.json.Json;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The program that runs jobs on Spark, in a JVM of its own: this one has other versions of some of
 * Spark's libraries, and does not come with Spark.
 *
 * <p>It is the folder {@code faissjvm-spark} that the module {@code spark} leaves: a jar, Spark's
 * jars and the options of its JVM. It gets the settings through its standard input and says what
 * happens as one JSON object a line; what Spark itself says goes to a file.
 *
 * <p><b>Ownership.</b> {@link #close} ends the process.
 */
final class SparkProcess implements AutoCloseable {

  private static final String VARIABLE = "FAISSJVM_SPARK";
  private static final String PROGRAM = "dev.faissjvm.spark.Main";
  private static final String JAR = "faissjvm-spark.jar";

  private final Process process;
  private final Path log;

  private SparkProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts a job with these settings. */
  static SparkProcess start(Map<String, String> settings) throws IOException {
    Path libraries = libraries();
    Path app = folder(libraries);
    Path log = Files.createTempFile("faissjvm-spark-", ".log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + app.resolve("java.options"));
    command.add("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
    command.add("-Dfaissjvm.sparkJars=" + app.resolve("spark"));
    String options = System.getenv("FAISSJVM_OPTS");
    if (options != null && !options.isBlank()) {
      command.addAll(List.of(options.strip().split("\\s+")));
    }
    command.addAll(List.of("-cp", classPath(app, libraries), PROGRAM, "-"));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.to(log.toFile())).start();
    Properties properties = new Properties();
    properties.putAll(settings);
    try (OutputStream in = process.getOutputStream()) {
      properties.store(in, null);
    }
    return new SparkProcess(process, log);
  }

  /** Spark's jars come first: of what both have, its versions are needed. */
  private static String classPath(Path app, Path libraries) throws IOException {
    List<String> path = new ArrayList<>();
    path.add(app.resolve("spark") + File.separator + "*");
    path.add(app.resolve(JAR).toString());
    // Modules that are there only for some have folders of their own.
    try (Stream<Path> jars = Files.walk(libraries, 2, FileVisitOption.FOLLOW_LINKS)) {
      jars.map(Path::toString)
          .filter(jar -> jar.endsWith(".jar") && !jar.contains("slf4j-nop"))
          .sorted()
          .forEach(path::add);
    }
    return String.join(File.pathSeparator, path);
  }

  private static Path libraries() {
    try {
      Path own = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path folder = own.getParent();
      return folder == null ? own : folder;
    } catch (URISyntaxException e) {
      throw new IllegalStateException("jar: expected a place that is a path", e);
    }
  }

  private static Path folder(Path libraries) {
    List<Path> places = new ArrayList<>();
    String named = System.getenv(VARIABLE);
    if (named != null && !named.isEmpty()) {
      places.add(Path.of(named).toAbsolutePath());
    } else {
      // Beside the application, or where the build leaves both: cli/target and spark/target.
      places.add(libraries.resolve("../faissjvm-spark").normalize());
      places.add(libraries.resolve("../../../../spark/target/faissjvm-spark").normalize());
    }
    for (Path place : places) {
      if (Files.isRegularFile(place.resolve(JAR))) {
        return place;
      }
    }
    throw new CommandFailure(
        ExitCode.NO_LIBRARY,
        "spark: expected the folder faissjvm-spark, got none; looked at "
            + places
            + "; build it with: mvn -pl spark -am package, or name it in "
            + VARIABLE);
  }

  /** Hands over each line until the program ends, and returns the last one. */
  ObjectNode await(Consumer<ObjectNode> listener) throws IOException {
    ObjectNode last = Json.object();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        last = Json.read(line);
        listener.accept(last);
      }
    }
    return last;
  }

  /** Asks the program to end. Shards that are done stay. */
  void stop() {
    process.destroy();
  }

  /** Returns the file with what Spark said, which stays for who looks for it. */
  Path log() {
    return log;
  }

  /** Takes what Spark said away: nobody needs it after a success. */
  void forgetLog() throws IOException {
    Files.deleteIfExists(log);
  }

  /** Returns how a failure of the program ends this one. */
  static ExitCode code(@Nullable String kind) {
    return switch (String.valueOf(kind)) {
      case "SETTINGS", "IllegalArgumentException" -> ExitCode.USAGE;
      case "MODEL" -> ExitCode.NO_MODEL;
      case "SPACE" -> ExitCode.NO_SPACE;
      case "CLUSTER", "EXECUTOR", "TransientSyncException" -> ExitCode.UNREACHABLE;
      case "MissingTableException" -> ExitCode.NO_TABLE;
      case "TableShapeException" -> ExitCode.WRONG_TABLE;
      case "AccessRefusedException" -> ExitCode.NO_CREDENTIALS;
      case "TableFailureException" -> ExitCode.TABLE_FAILURE;
      case "LeaseHeldException", "FencedException" -> ExitCode.BUSY;
      case "UnusableIndexException", "CorruptSnapshotException" -> ExitCode.UNREADABLE_INDEX;
      default -> ExitCode.INTERNAL;
    };
  }

  @Override
  public void close() {
    process.destroy();
  }
}
