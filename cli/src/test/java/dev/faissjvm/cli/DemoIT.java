package dev.faissjvm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.faissjvm.cli.testing.App;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A newcomer's first hour, in the order in which it happens: each step builds on the ones before.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DemoIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder = Path.of("");

  private static App app = App.in(Path.of(""));
  private static App.Result demo = new App.Result(-1, "", "");

  @BeforeAll
  static void runTheDemo() throws IOException {
    app = App.in(folder);
    demo = app.run("demo", "--rows", "200", "--keep", "demo");
  }

  private static JsonNode first(App.Result result) throws IOException {
    assertThat(result.code()).as(result.err()).isZero();
    return JSON.readTree(result.lines().get(0));
  }

  @Test
  @Order(1)
  void theDemoTellsTheWholeStory() {
    assertThat(demo.code()).as(demo.err()).isZero();
    assertThat(demo.out())
        .containsSubsequence(
            "200 rows written",
            "200 embedded",
            "a place where bread is made",
            "1  bakery",
            "'bakery' is deleted",
            "1 embedded, 1 removed",
            "The answers that changed",
            "before: bakery",
            "search --demo demo");
  }

  @Test
  @Order(2)
  void aQuestionOfOnesOwnIsAnswered() throws IOException {
    JsonNode hit =
        first(app.run("search", "--demo", "demo", "--json", "-k", "1", "frozen", "rain"));
    assertThat(hit.get("rank").asInt()).isEqualTo(1);
    assertThat(hit.get("key").get("content_group").asText()).isEqualTo("noun");
    assertThat(hit.get("fields").get("words").asText()).contains("snow");
    assertThat(hit.get("score").asDouble()).isBetween(0.2, 1.0);
    assertThat(hit.properties().stream().map(Map.Entry::getKey))
        .containsExactly("rank", "key", "score", "fields");
  }

  @Test
  @Order(3)
  void questionsOfStandardInputAreAnsweredInTheirOrder() throws IOException {
    App.Result result =
        app.runWithInput(
            "somebody who teaches\n\na baby's bed\n",
            "search",
            "--demo",
            "demo",
            "--json",
            "-k",
            "1");
    assertThat(result.lines()).hasSize(2);
    assertThat(result.lines().get(0)).contains("teacher");
    assertThat(result.lines().get(1)).contains("cradle");
  }

  @Test
  @Order(4)
  void everyModeAndFilterIsOpen() throws IOException {
    JsonNode words =
        first(
            app.run("search", "--demo", "demo", "--json", "--mode", "keyword", "baby", "rockers"));
    assertThat(words.get("fields").get("words").asText()).contains("cradle");
    App.Result verbs =
        app.run(
            "search",
            "--demo",
            "demo",
            "--json",
            "--mode",
            "hybrid",
            "--filter",
            "content_group=verb",
            "to say sorry");
    assertThat(verbs.lines())
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).contains("\"verb\""));
    JsonNode like =
        first(
            app.run(
                "search",
                "--demo",
                "demo",
                "--json",
                "--like",
                words.get("key").get("content_group").asText()
                    + "/"
                    + words.get("key").get("content_id").asText()));
    assertThat(like.get("key")).isNotEqualTo(words.get("key"));
  }

  @Test
  @Order(5)
  void ownRowsAreLoadedOnceAndFoundAfterASync() throws IOException {
    Files.writeString(
        folder.resolve("own.jsonl"),
        """
        {"content_id":"1","content":"A red bridge over a wide bay","year":1937}
        {"content_id":"2"}
        {"content_id":"3","content":"Ein Turm aus Eisen in Paris","year":1889}
        """);
    App.Result load = app.run("load", "--demo", "demo", "--group", "sights", "own.jsonl");
    assertThat(load.code()).isEqualTo(ExitCode.BAD_INPUT.code());
    assertThat(load.err())
        .contains("load: own.jsonl: content: expected the text of the row, got none; line=2");
    assertThat(load.out()).contains("2 rows written", "0 were there already", "1 cannot be used");

    App.Result again = app.run("load", "--demo", "demo", "--group", "sights", "own.jsonl");
    assertThat(again.out()).contains("0 rows written", "2 were there already");

    App.Result sync = app.run("sync", "--demo", "demo");
    assertThat(sync.code()).as(sync.err()).isZero();
    assertThat(sync.out()).contains("2 embedded");
    JsonNode hit =
        first(app.run("search", "--demo", "demo", "--json", "where to cross the bay in red"));
    assertThat(hit.get("key").get("content_id").asText()).isEqualTo("1");
    assertThat(hit.get("fields").get("year").asInt()).isEqualTo(1937);
  }

  @Test
  @Order(6)
  void aChangeIsSeenAndADeletedRowIsGone() throws IOException {
    App.Result load =
        app.runWithInput(
            "{\"content_id\":\"1\",\"content\":\"A green clock tower by the river\"}\n",
            "load",
            "--demo",
            "demo",
            "--group",
            "sights",
            "-");
    assertThat(load.code()).as(load.err()).isZero();
    assertThat(app.run("delete", "--demo", "demo", "sights/3").code()).isZero();
    assertThat(first(app.run("verify", "--demo", "demo", "--json")).get("pending").asInt())
        .isEqualTo(2);
    assertThat(app.run("sync", "--demo", "demo").out()).contains("1 embedded, 1 removed");
    App.Result hits =
        app.run("search", "--demo", "demo", "--json", "--group", "sights", "a tower with a clock");
    assertThat(hits.lines()).hasSize(1);
    assertThat(hits.out()).contains("green clock tower");
    assertThat(app.run("sync", "--demo", "demo").out()).contains("nothing is pending");
  }

  @Test
  @Order(7)
  void theIndexIsTrueToTheTable() throws IOException {
    App.Result result = app.run("verify", "--demo", "demo", "--json", "--vectors");
    assertThat(result.lines())
        .containsExactly("{\"rows\":200,\"stale\":0,\"missing\":0,\"ghost\":0,\"pending\":0}");
    assertThat(result.code()).as(result.err()).isZero();
  }

  @Test
  @Order(7)
  void aWholeTableIsTakenWithoutEmbeddingItAgain() throws IOException {
    JsonNode report = first(app.run("sync", "--demo", "demo", "--from-scan", "--json"));
    assertThat(report.get("unchanged").asInt()).isGreaterThan(150);
    assertThat(report.get("embedded").asInt()).isZero();
    assertThat(report.get("rebuilt").asBoolean()).isFalse();
  }

  @Test
  @Order(8)
  void vectorsGoOutToFaissAndComeBackWithoutTheModel() throws IOException {
    App.Result export = app.run("export", "--demo", "demo", "all.faiss");
    assertThat(export.code()).as(export.err()).isZero();
    assertThat(export.out()).contains("IndexFlat, 200 vectors of 384 in all.faiss");
    List<String> keys = Files.readAllLines(folder.resolve("all.faiss.jsonl"));
    assertThat(keys).hasSize(200);
    assertThat(keys.get(7)).startsWith("{\"id\":7,\"key\":{\"content_group\":\"");

    App.Result back = app.run("import", "--demo", "demo", "--index", "second", "all.faiss");
    assertThat(back.code()).as(back.err()).isZero();
    assertThat(back.out()).contains("200 rows taken, 0 have changed since, 0 are not in the table");
    App.Result verify =
        app.run("verify", "--demo", "demo", "--index", "second", "--json", "--vectors");
    assertThat(verify.lines())
        .containsExactly("{\"rows\":200,\"stale\":0,\"missing\":0,\"ghost\":0,\"pending\":0}");

    App.Result codes = app.run("export", "--demo", "demo", "--kind", "PQ4x4", "codes.faiss");
    assertThat(codes.code()).as(codes.err()).isZero();
    App.Result lossy = app.run("import", "--demo", "demo", "--index", "third", "codes.faiss");
    assertThat(lossy.code()).isEqualTo(ExitCode.BAD_INPUT.code());
    assertThat(lossy.err())
        .contains("import: vector: expected what the model", "import with the model that made");
  }

  @Test
  @Order(9)
  void whatASyncCannotSeeIsReconciled() throws IOException {
    // An index that missed a change and a deletion, as after a restored backup.
    copyFolder(folder.resolve("second"), folder.resolve("old"));
    String changed = "{\"content_id\":\"1\",\"content\":\"A windmill behind a field of tulips\"}\n";
    app.runWithInput(changed, "load", "--demo", "demo", "--group", "sights", "-");
    app.run("delete", "--demo", "demo", "noun/" + firstNoun());
    assertThat(app.run("sync", "--demo", "demo").out()).contains("1 embedded, 1 removed");

    App.Result dry =
        app.run("reconcile", "--demo", "demo", "--index", "old", "--dry-run", "--json");
    assertThat(dry.lines())
        .containsExactly("{\"rows\":199,\"unindexed\":1,\"ghost\":1,\"marked\":0,\"removed\":0}");
    assertThat(dry.code()).isEqualTo(ExitCode.DIFFERENCES.code());
    App.Result mend = app.run("reconcile", "--demo", "demo", "--index", "old", "--json");
    assertThat(mend.lines())
        .containsExactly("{\"rows\":199,\"unindexed\":1,\"ghost\":1,\"marked\":1,\"removed\":1}");
    assertThat(app.run("sync", "--demo", "demo", "--index", "old").out()).contains("1 embedded");
    assertThat(app.run("verify", "--demo", "demo", "--index", "old", "--vectors").code()).isZero();
  }

  @Test
  @Order(10)
  void anIndexGoesToAnotherMachine() throws IOException {
    assertThat(app.run("snapshot", "push", "--index", "demo/index", "shared").out())
        .startsWith("snapshot: number 1, ");
    assertThat(app.run("snapshot", "pull", "--index", "away", "shared").out())
        .startsWith("snapshot: number 1 of ");
    JsonNode listed = first(app.run("snapshot", "list", "--json", "shared"));
    assertThat(listed.get("number").asInt()).isEqualTo(1);
    assertThat(listed.get("files").asInt()).isPositive();
    App.Result there = app.run("search", "--index", "away", "--json", "-k", "1", "frozen", "rain");
    App.Result here =
        app.run("search", "--index", "demo/index", "--json", "-k", "1", "frozen", "rain");
    assertThat(there.out()).isEqualTo(here.out()).contains("snow");
    assertThat(app.run("snapshot", "pull", "--index", "away", "nowhere").code())
        .isEqualTo(ExitCode.UNREADABLE_INDEX.code());
  }

  private static String firstNoun() throws IOException {
    for (String line : Files.readAllLines(folder.resolve("all.faiss.jsonl"))) {
      JsonNode key = JSON.readTree(line).get("key");
      if (key.get("content_group").asText().equals("noun")) {
        return key.get("content_id").asText();
      }
    }
    throw new IllegalStateException("keys: expected a noun, got none");
  }

  private static void copyFolder(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  @Test
  @Order(11)
  void theScriptFindsItsFolderThroughLinksAndKeepsItsWords()
      throws IOException, InterruptedException {
    Path script = Path.of(System.getProperty("app.folder"), "bin", "faissjvm");
    Path link = Files.createSymbolicLink(folder.resolve("a link"), script);
    Path second = Files.createSymbolicLink(folder.resolve("a second link"), link.getFileName());
    Process process = new ProcessBuilder(second.toString(), "--version").start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(out.lines().toList().get(1)).startsWith("Faiss 1.12.0, SIMD variant ");
  }

  @Test
  @Order(12)
  void aJavaThatIsMissingOrTooOldIsNamed() throws IOException {
    App.Result none = App.in(folder).with("JAVA_HOME", "/nowhere").run("--version");
    assertThat(none.code()).isEqualTo(ExitCode.NO_LIBRARY.code());
    assertThat(none.err())
        .isEqualToIgnoringNewLines(
            "faissjvm: JAVA_HOME: expected a folder with bin/java, got /nowhere");
    Path old = folder.resolve("jdk8");
    Files.createDirectories(old.resolve("bin"));
    Path java = Files.createSymbolicLink(old.resolve("bin/java"), Path.of("/bin/true"));
    Path copy = folder.resolve("jdk11");
    Files.createDirectories(copy.resolve("bin"));
    Files.copy(java, copy.resolve("bin/java"));
    assertThat(copy.resolve("bin/java").toFile().setExecutable(true)).isTrue();
    Files.writeString(copy.resolve("release"), "JAVA_VERSION=\"11.0.2\"\n");
    App.Result eleven = App.in(folder).with("JAVA_HOME", copy.toString()).run("--version");
    assertThat(eleven.code()).isEqualTo(ExitCode.NO_LIBRARY.code());
    assertThat(eleven.err()).contains("java: expected version 17 or later, got 11.0.2");
  }

  @Test
  @Order(13)
  void faissFilesAreBuiltSearchedCopiedAndChecked() throws IOException {
    Files.writeString(folder.resolve("texts.txt"), "bread\nwater\nfire\nbaker\n");
    assertThat(app.run("embed", "texts.txt", "--out", "texts.npy").code()).isZero();
    App.Result build =
        app.run("index", "build", "--metric", "inner_product", "texts.npy", "texts.faiss");
    assertThat(build.code()).as(build.err()).isZero();
    App.Result search = app.run("index", "search", "texts.faiss", "texts.npy", "-k", "2");
    assertThat(search.lines()).hasSize(4);
    JsonNode bread = JSON.readTree(search.lines().get(0));
    assertThat(List.of(bread.get("ids").get(0).asInt(), bread.get("ids").get(1).asInt()))
        .containsExactly(0, 3);
    assertThat(bread.get("distances").get(0).asDouble()).isBetween(0.999, 1.001);
    assertThat(app.run("index", "copy", "texts.faiss", "copy.faiss").code()).isZero();
    assertThat(folder.resolve("copy.faiss")).hasSameBinaryContentAs(folder.resolve("texts.faiss"));
    assertThat(first(app.run("index", "describe", "--json", "texts.faiss")).get("count").asInt())
        .isEqualTo(4);

    byte[] bytes = Files.readAllBytes(folder.resolve("texts.faiss"));
    Files.write(folder.resolve("cut.faiss"), Arrays.copyOf(bytes, bytes.length - 7));
    App.Result verify =
        app.run("index", "verify", "--json", "texts.faiss", "cut.faiss", "none.faiss");
    assertThat(verify.code()).isEqualTo(ExitCode.DIFFERENCES.code());
    assertThat(verify.lines().get(0)).isEqualTo("{\"file\":\"texts.faiss\",\"ok\":true}");
    assertThat(verify.lines().get(1))
        .startsWith("{\"file\":\"cut.faiss\",\"ok\":false,\"reason\":\"");
    assertThat(verify.lines().get(2))
        .startsWith("{\"file\":\"none.faiss\",\"ok\":false,\"reason\":\"");
  }
}
