package dev.faissjvm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.cli.console.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir Path folder = Path.of("");

  private ExitCode run(String... args) {
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            0,
            System::nanoTime);
    InputStream nothing = new ByteArrayInputStream(new byte[0]);
    return Main.run(console, nothing, args);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void withoutACommandTheHelpIsPrinted() {
    assertThat(run()).isEqualTo(ExitCode.OK);
    assertThat(out())
        .startsWith("Usage: faissjvm")
        .contains("demo", "load", "sync", "search", "verify", "130");
    assertThat(err()).isEmpty();
  }

  @Test
  void everyCommandExplainsItself() {
    for (String command : List.of("demo", "load", "sync", "search", "verify", "delete")) {
      out.reset();
      assertThat(run(command, "--help")).isEqualTo(ExitCode.OK);
      assertThat(out()).startsWith("Usage: faissjvm " + command);
    }
  }

  @Test
  void anUnknownCommandOrOptionIsToldInTwoLines() {
    assertThat(run("serch")).isEqualTo(ExitCode.USAGE);
    assertThat(err().lines()).hasSize(2).last().isEqualTo("Try: faissjvm --help");
    err.reset();
    assertThat(run("search", "--tabel", "x")).isEqualTo(ExitCode.USAGE);
    assertThat(err().lines()).last().isEqualTo("Try: faissjvm search --help");
    assertThat(out()).isEmpty();
  }

  @Test
  void aTableMustBeNamed() {
    assertThat(run("search", "words")).isEqualTo(ExitCode.USAGE);
    assertThat(err().lines())
        .containsExactly(
            "faissjvm: --table: expected the table's name, got none; --demo DIR names a kept demo"
                + " instead");
  }

  @Test
  void aFirstLoadHasOneSource() {
    assertThat(run("sync", "--table", "t", "--from-scan", "--from-export", "x"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err())
        .isEqualToIgnoringNewLines(
            "faissjvm: --from-export: expected alone, got --from-scan as well");
  }

  @Test
  void anIndexElsewhereNeedsTheModuleThatServesIt() {
    assertThat(run("sync", "--table", "t", "--to", "solr:zk:2181/c")).isEqualTo(ExitCode.USAGE);
    assertThat(err())
        .isEqualToIgnoringNewLines(
            "faissjvm: --to: index address: expected one of a module that is there, got"
                + " 'solr:zk:2181/c'; solr:HOST:PORT/COLLECTION needs the jars of solr/target/client"
                + " in lib/solr");
  }

  @Test
  void aDemoThatWasNotKeptIsToldHowToMakeOne() {
    Path none = folder.resolve("none");
    assertThat(run("search", "--demo", none.toString(), "words")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err()).contains("expected a kept demo, got none", "faissjvm demo --keep");
  }

  @Test
  void aDemoKeepsOffFoldersOfOthers() throws IOException {
    Files.writeString(folder.resolve("thesis.txt"), "do not delete");
    assertThat(run("demo", "--keep", folder.toString())).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err()).contains("expected an empty folder or an earlier demo's, got other files");
    assertThat(folder.resolve("thesis.txt")).exists();
  }

  @Test
  void theNumberOfRowsIsChecked() {
    for (String rows : List.of("0", "-1", "many", "117792")) {
      err.reset();
      assertThat(run("demo", "--rows", rows, "--keep", folder.toString()))
          .isEqualTo(ExitCode.USAGE);
      assertThat(err())
          .isEqualToIgnoringNewLines(
              "faissjvm: --rows: expected 1 to 117791 or all, got '" + rows + "'");
    }
  }

  @Test
  void aFileThatIsNotThereIsNamedBeforeTheTableIsTouched() {
    assertThat(run("load", "--table", "t", "none.jsonl")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err())
        .isEqualToIgnoringNewLines("faissjvm: file: expected one that can be read, got none.jsonl");
  }

  @Test
  void aStackTraceIsShownOnlyWhenAskedFor() {
    run("load", "--table", "t", "none.jsonl");
    assertThat(err()).doesNotContain("\tat ");
    run("--verbose", "load", "--table", "t", "none.jsonl");
    assertThat(err()).contains("\tat ");
  }

  @Test
  void completionScriptsAreGenerated() {
    assertThat(run("generate-completion")).isEqualTo(ExitCode.OK);
    assertThat(out()).contains("_complete_faissjvm");
  }
}
