package dev.faissjvm.bench;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The versions of what is measured beside Faiss: libraries by their jars, Python's by pip. */
final class Versions {

  /** Those that take part, of the many that they need. */
  private static final Set<String> JARS =
      Set.of(
          "DynamoDBLocal",
          "jmh-core",
          "jvector",
          "langchain4j-embeddings",
          "lucene-core",
          "onnxruntime",
          "openblas",
          "pytorch");

  private static final Pattern JAR = Pattern.compile("(.+?)-(\\d[^/]*?)(?:-linux-x86_64)?\\.jar");
  private static final Pattern PINNED = Pattern.compile("(?m)^([\\w-]+)==(.+)$");
  private static final String[] REQUIREMENTS = {"requirements.txt", "requirements-full.txt"};

  private Versions() {}

  /** Returns name and version of the libraries on the class path that take part. */
  static Map<String, String> ofJars() {
    Map<String, String> versions = new TreeMap<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Matcher jar = JAR.matcher(new File(entry).getName());
      if (jar.matches() && JARS.contains(jar.group(1))) {
        versions.put(jar.group(1), jar.group(2));
      }
    }
    return versions;
  }

  /**
   * Returns name and version of each peer.
   *
   * @param python an interpreter whose packages take part
   * @throws IOException if it cannot be asked
   */
  static Map<String, String> ofPeers(Path python) throws IOException {
    Map<String, String> versions = ofJars();
    Map<String, String> installed = pinned(installed(python));
    for (String requirements : REQUIREMENTS) {
      for (String name : pinned(Setting.text(requirements)).keySet()) {
        if (installed.containsKey(name)) {
          versions.put("Python's " + name, installed.getOrDefault(name, ""));
        }
      }
    }
    return versions;
  }

  private static Map<String, String> pinned(String requirements) {
    Map<String, String> pinned = new TreeMap<>();
    Matcher line = PINNED.matcher(requirements);
    while (line.find()) {
      pinned.put(line.group(1), line.group(2));
    }
    return pinned;
  }

  private static String installed(Path python) throws IOException {
    Process pip =
        new ProcessBuilder(python.toString(), "-m", "pip", "freeze", "--disable-pip-version-check")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (InputStream answer = pip.getInputStream()) {
      return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
