package dev.faissjvm.embedder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.embedder.testing.Fixtures;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's recipe for a fast start: an archive of the classes, made by one run. */
final class ClassArchiveTest {
  @TempDir Path temporary;

  @Test
  void aStartFromAnArchiveGivesTheSameVector() throws Exception {
    String classPath = jarsOnly();
    Path archive = temporary.resolve("embedder.jsa");
    String plain = first(run(classPath, "-XX:ArchiveClassesAtExit=" + archive));
    assertThat(archive).isNotEmptyFile();
    Path loaded = temporary.resolve("loaded");
    String quick =
        first(
            run(classPath, "-XX:SharedArchiveFile=" + archive, "-Xlog:class+load:file=" + loaded));
    assertThat(quick).isEqualTo(plain);
    for (String name :
        List.of(
            "dev.faissjvm.embedder.TextEmbedder",
            "ai.djl.huggingface.tokenizers.HuggingFaceTokenizer")) {
      assertThat(loaded).content().contains(name + " source: shared objects file (top)");
    }
  }

  private String run(String classPath, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-Xmx256m", "-cp", classPath, ColdStart.class.getName()));
    command.add(Fixtures.model("bert-mean-normalize").toAbsolutePath().toString());
    Path log = Files.createTempFile(temporary, "run", ".log");
    Process child =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      assertThat(child.waitFor(3, TimeUnit.MINUTES)).as("ends").isTrue();
      String output = Files.readString(log);
      assertThat(child.exitValue()).as(output).isZero();
      return output;
    } finally {
      child.destroyForcibly();
    }
  }

  private static String first(String output) {
    return output
        .lines()
        .filter(line -> line.startsWith("first="))
        .map(line -> line.substring(0, line.indexOf(';')))
        .findFirst()
        .orElseThrow();
  }

  /** An archive wants jars: folders of the class path are packed into some. */
  private String jarsOnly() throws IOException {
    List<String> jars = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      jars.add(Files.isDirectory(path) ? jar(path, jars.size()).toString() : entry);
    }
    return String.join(File.pathSeparator, jars);
  }

  private Path jar(Path folder, int number) throws IOException {
    Path jar = temporary.resolve("classes" + number + ".jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out);
        Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        entries.putNextEntry(new JarEntry(folder.relativize(file).toString()));
        Files.copy(file, entries);
        entries.closeEntry();
      }
    }
    return jar;
  }
}
