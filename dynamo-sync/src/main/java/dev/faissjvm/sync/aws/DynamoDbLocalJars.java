package dev.faissjvm.sync.aws;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of DynamoDB Local's jars, fetched by Maven when it is first wanted.
 *
 * <p>A fetch fills a temporary folder beside the final one and renames it, so that the final one is
 * whole or absent; two fetches at once are harmless.
 */
final class DynamoDbLocalJars {

  /** The version that is fetched. */
  static final String VERSION = "3.3.1";

  private static final String FOLDER_PROPERTY = "faissjvm.dynamodbLocal";
  private static final String FOLDER_VARIABLE = "FAISSJVM_DYNAMODB_LOCAL";
  private static final String GOAL =
      "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
  private static final long FETCH_MINUTES = 15;

  private DynamoDbLocalJars() {}

  /** Returns the class path of DynamoDB Local, fetching it where it is absent. */
  static URL[] urls() throws IOException {
    List<URL> urls = new ArrayList<>();
    try (Stream<Path> jars = Files.list(folder())) {
      for (Path jar : jars.filter(path -> path.toString().endsWith(".jar")).sorted().toList()) {
        urls.add(jar.toUri().toURL());
      }
    }
    return urls.toArray(URL[]::new);
  }

  private static Path folder() throws IOException {
    Path folder = configuredFolder();
    if (!Files.isDirectory(folder)) {
      fetch(folder);
    }
    return folder;
  }

  private static Path configuredFolder() {
    String configured = System.getProperty(FOLDER_PROPERTY, System.getenv(FOLDER_VARIABLE));
    if (configured != null && !configured.isEmpty()) {
      return Path.of(configured).toAbsolutePath();
    }
    String cache = System.getenv("XDG_CACHE_HOME");
    Path root =
        cache == null || cache.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    return root.resolve("faissjvm").resolve("dynamodb-local-" + VERSION).toAbsolutePath();
  }

  private static void fetch(Path folder) throws IOException {
    Path parent = folder.getParent();
    if (parent == null) {
      throw new IOException("dynamodb local: expected a folder below another, got " + folder);
    }
    Files.createDirectories(parent);
    Path work = Files.createTempDirectory(parent, "dynamodb-local-fetch-");
    try {
      Path pom = work.resolve("pom.xml");
      try (InputStream source =
          DynamoDbLocalJars.class.getResourceAsStream("dynamodb-local.pom.xml")) {
        if (source == null) {
          throw new IOException("dynamodb local: expected its pom in the jar, got none");
        }
        Files.copy(source, pom);
      }
      Path jars = work.resolve("jars");
      runMaven(pom, jars);
      moveInto(jars, folder);
    } finally {
      deleteTree(work);
    }
  }

  private static void moveInto(Path jars, Path folder) throws IOException {
    try {
      Files.move(jars, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }

  private static void runMaven(Path pom, Path jars) throws IOException {
    List<String> command =
        List.of("mvn", "-q", "-B", "-f", pom.toString(), GOAL, "-DoutputDirectory=" + jars);
    File log = pom.resolveSibling("mvn.log").toFile();
    String tried = "'" + String.join(" ", command) + "'";
    try {
      Process maven =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
      if (!maven.waitFor(FETCH_MINUTES, TimeUnit.MINUTES)) {
        maven.destroyForcibly();
        throw new IOException(
            "dynamodb local: expected its jars within "
                + FETCH_MINUTES
                + " minutes; tried "
                + tried);
      }
      if (maven.exitValue() != 0) {
        throw new IOException(
            "dynamodb local: expected maven to fetch its jars, got exit code "
                + maven.exitValue()
                + "; tried "
                + tried
                + "\n"
                + Files.readString(log.toPath(), StandardCharsets.UTF_8));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("dynamodb local: interrupted while fetching its jars", e);
    }
  }

  private static void deleteTree(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
