package dev.faissjvm.faiss.testing;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * The samples in words around the code: taken out of their files, compiled as they are, and run.
 */
public final class Samples {
  private static final Pattern JAVADOC =
      Pattern.compile(
          "^( *)\\* <pre>\\{@code\n(.*?)\n\\1\\* \\}</pre>$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern MARKDOWN =
      Pattern.compile("^```java\n(.*?)\n```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern ANY_JAVADOC = Pattern.compile("<pre>|\\{@snippet");

  private Samples() {}

  /** Where a sample stands, and the sample. */
  public record Sample(String place, String text) {
    @Override
    public String toString() {
      return place;
    }
  }

  /** The samples in the Javadoc of a source file; one that is written otherwise is refused. */
  public static List<Sample> inJavadoc(Path source) throws IOException {
    String text = Files.readString(source);
    List<Sample> samples = new ArrayList<>();
    for (Matcher matcher = JAVADOC.matcher(text); matcher.find(); ) {
      String body =
          matcher
              .group(2)
              .lines()
              .map(line -> line.replaceFirst("^ *\\* ?", ""))
              .collect(Collectors.joining("\n"));
      samples.add(new Sample(source.getFileName() + ", sample " + (samples.size() + 1), body));
    }
    long there = ANY_JAVADOC.matcher(text).results().count();
    if (there != samples.size()) {
      throw new IllegalStateException(
          source
              + ": expected every sample as <pre>{@code ... }</pre>, got "
              + samples.size()
              + " of "
              + there);
    }
    return samples;
  }

  /** The Java samples of a page. */
  public static List<Sample> inMarkdown(Path page) throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (Matcher matcher = MARKDOWN.matcher(Files.readString(page)); matcher.find(); ) {
      samples.add(
          new Sample(page.getFileName() + ", sample " + (samples.size() + 1), matcher.group(1)));
    }
    return samples;
  }

  /**
   * Compiles a sample and runs it.
   *
   * @param data what it finds around it
   * @param folder an empty one
   * @return what it printed
   */
  public static String run(Sample sample, Class<? extends SampleData> data, Path folder)
      throws Exception {
    Path classes = Files.createDirectory(folder.resolve("classes"));
    compile(sample, data, classes);
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {classes.toUri().toURL()}, Samples.class.getClassLoader())) {
      Class<?> compiled = loader.loadClass("sample.Sample");
      try (SampleData made = (SampleData) compiled.getConstructor(Path.class).newInstance(folder)) {
        made.run();
        return made.printed();
      }
    }
  }

  private static void compile(Sample sample, Class<? extends SampleData> data, Path classes) {
    String text =
        """
        package sample;

        import dev.faissjvm.faiss.*;
        import java.nio.file.Path;
        import java.util.List;
        import java.util.concurrent.CompletableFuture;

        public final class Sample extends %s {
          public Sample(Path folder) throws Exception {
            super(folder);
          }

          @Override
          public void run() throws Exception {
        %s
          }
        }
        """
            .formatted(data.getCanonicalName(), sample.text().indent(4));
    JavaFileObject source =
        new SimpleJavaFileObject(
            URI.create("string:///sample/Sample.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        };
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none",
            "-Xlint:all",
            "-cp",
            System.getProperty("java.class.path"),
            "-d",
            classes.toString());
    if (!compiler.getTask(said, null, null, options, null, List.of(source)).call()) {
      throw new IllegalStateException(sample + " does not compile: " + said + text);
    }
  }
}
