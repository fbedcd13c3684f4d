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
 * A folder of jars that Maven fetches when they are first wanted: programs that are run beside ours
 * and never shipped with it.
 *
 * <p>A fetch fills a temporary folder beside the final one and renames it, so that the final one is
 * whole or absent; two fetches at once are harmless.
 *
 * @param what names the program in messages
 * @param folder the folder's name, below {@code faissjvm} in the user's cache
 * @param property the system property that names another folder
 * @param variable the variable that names another folder
 * @param pom the resource beside {@code owner} that names the jars
 * @param owner whose resource it is
 */
record FetchedJars(
    String what, String folder, String property, String variable, String pom, Class<?> owner) {

  /** The version of DynamoDB Local. */
  static final String DYNAMODB_LOCAL_VERSION = "3.3.1";

  /** DynamoDB Local. */
  static final FetchedJars DYNAMODB_LOCAL =
      new FetchedJars(
          "dynamodb local",
          "dynamodb-local-" + DYNAMODB_LOCAL_VERSION,
          "faissjvm.dynamodbLocal",
          "FAISSJVM_DYNAMODB_LOCAL",
          "dynamodb-local.pom.xml",
          FetchedJars.class);

  private static final String GOAL =
      "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
  private static final long FETCH_MINUTES = 15;

  /** Returns the class path, fetching it where it is absent. */
  URL[] urls() throws IOException {
    List<URL> urls = new ArrayList<>();
    for (Path jar : jars()) {
      urls.add(jar.toUri().toURL());
    }
    return urls.toArray(URL[]::new);
  }

  /** Returns the jars, fetching them where they are absent. */
  List<Path> jars() throws IOException {
    Path place = configuredFolder();
    if (!Files.isDirectory(place)) {
      fetch(place);
    }
    try (Stream<Path> files = Files.list(place)) {
      return files.filter(path -> path.toString().endsWith(".jar")).sorted().toList();
    }
  }

  private Path configuredFolder() {
    String configured = System.getProperty(property, System.getenv(variable));
    if (configured != null && !configured.isEmpty()) {
      return Path.of(configured).toAbsolutePath();
    }
    String cache = System.getenv("XDG_CACHE_HOME");
    Path root =
        cache == null || cache.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    return root.resolve("faissjvm").resolve(folder).toAbsolutePath();
  }

  private void fetch(Path place) throws IOException {
    Path parent = place.getParent();
    if (parent == null) {
      throw new IOException(what + ": expected a folder below another, got " + place);
    }
    Files.createDirectories(parent);
    Path work = Files.createTempDirectory(parent, folder + "-fetch-");
    try {
      Path copy = work.resolve("pom.xml");
      try (InputStream source = owner.getResourceAsStream(pom)) {
        if (source == null) {
          throw new IOException(what + ": expected its pom in the jar, got none");
        }
        Files.copy(source, copy);
      }
      Path jars = work.resolve("jars");
      runMaven(copy, jars);
      moveInto(jars, place);
    } finally {
      deleteTree(work);
    }
  }

  private static void moveInto(Path jars, Path place) throws IOException {
    try {
      Files.move(jars, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isDirectory(place)) {
        throw e;
      }
    }
  }

  private void runMaven(Path project, Path jars) throws IOException {
    List<String> command =
        List.of("mvn", "-q", "-B", "-f", project.toString(), GOAL, "-DoutputDirectory=" + jars);
    File log = project.resolveSibling("mvn.log").toFile();
    String tried = "'" + String.join(" ", command) + "'";
    try {
      Process maven =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
      if (!maven.waitFor(FETCH_MINUTES, TimeUnit.MINUTES)) {
        maven.destroyForcibly();
        throw new IOException(
            what + ": expected its jars within " + FETCH_MINUTES + " minutes; tried " + tried);
      }
      if (maven.exitValue() != 0) {
        throw new IOException(
            what
                + ": expected maven to fetch its jars, got exit code "
                + maven.exitValue()
                + "; tried "
                + tried
                + "\n"
                + Files.readString(log.toPath(), StandardCharsets.UTF_8));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(what + ": interrupted while fetching its jars", e);
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
