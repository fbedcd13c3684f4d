package dev.faissjvm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.cli.testing.App;
import dev.faissjvm.cli.testing.RawHttp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A newcomer's first hour, followed by hand once and kept: the unpacked folder in a place with a
 * space in its name, the demo, a file of one's own, a search, the server, a change that is seen.
 * {@link DemoIT} looks at each step more closely.
 */
class NewcomerIT {

  @TempDir Path home = Path.of("");

  @Test
  void fromTheUnpackedFolderToAChangeThatIsSeen() throws IOException, InterruptedException {
    Path installed = home.resolve("my programs/faissjvm");
    copy(Path.of(System.getProperty("app.folder")), installed);
    Path work = Files.createDirectories(home.resolve("work"));
    App app = App.installed(installed, work);

    assertThat(app.run().out()).contains("To begin with:", "faissjvm demo");
    assertThat(app.run("--version").out())
        .contains("Faiss 1.12.0, SIMD variant ", "libtorch 2.", "model all-MiniLM-L6-v2");
    App.Result demo = app.run("demo", "--rows", "100");
    assertThat(demo.code()).as(demo.err()).isZero();
    assertThat(demo.out())
        .contains("1  bakery", "Now you:", "'" + installed + "/bin/faissjvm' search");

    Files.writeString(
        work.resolve("own.jsonl"),
        """
        {"content_id":"1","content":"The boat leaves at nine from the northern quay"}
        {"content_id":"2","content":"Lost property is kept for thirty days"}
        """);
    App.Result load = app.run("load", "--demo", ".demo", "--group", "notes", "own.jsonl", "--json");
    assertThat(load.lines()).containsExactly("{\"written\":2,\"unchanged\":0,\"refused\":0}");
    assertThat(app.run("sync", "--demo", ".demo", "--json").out()).contains("\"embedded\":2");
    String question = "when does the ferry depart";
    assertThat(app.run("search", "--demo", ".demo", "-k", "1", question).out())
        .contains("northern quay");

    App.Running server = app.start("serve", "--demo", ".demo", "--port", "0", "--json");
    Matcher url = Pattern.compile("127\\.0\\.0\\.1:(\\d+)/").matcher(server.awaitText("}"));
    assertThat(url.find()).isTrue();
    int port = Integer.parseInt(url.group(1));
    String path = "/search?k=1&q=" + question.replace(' ', '+');
    assertThat(RawHttp.get(port, path)).contains("northern quay");

    String changed =
        "{\"content_id\":\"1\",\"content\":\"The boat leaves at ten, southern quay\"}\n";
    app.runWithInput(changed, "load", "--demo", ".demo", "--group", "notes", "-");
    assertThat(app.run("sync", "--demo", ".demo").out()).contains("1 embedded");
    awaitAnswer(port, path, "southern quay");
    assertThat(app.run("delete", "--demo", ".demo", "notes/1", "--json").out())
        .isEqualTo("{\"marked\":1,\"missing\":0}\n");
    assertThat(app.run("sync", "--demo", ".demo").out()).contains("1 removed");
    awaitAnswer(port, "/search?k=100&group=notes&q=boat", "Lost property");
    assertThat(RawHttp.get(port, "/search?k=100&group=notes&q=boat")).doesNotContain("quay");
    assertThat(app.run("verify", "--demo", ".demo").out()).contains("the index is true");
    server.signal("INT");
    assertThat(server.end().code()).isEqualTo(ExitCode.INTERRUPTED.code());
  }

  /** A commit is searched at most a second after it was made. */
  private static void awaitAnswer(int port, String path, String text)
      throws IOException, InterruptedException {
    String answer = RawHttp.get(port, path);
    for (int i = 0; i < 100 && (!answer.contains(text) || answer.contains("northern")); i++) {
      Thread.sleep(100);
      answer = RawHttp.get(port, path);
    }
    assertThat(answer).contains(text);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (file.toString().endsWith(".jar")) {
          Files.createSymbolicLink(target, file.toAbsolutePath());
        } else {
          Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }
}
