package dev.faissjvm.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummaryTest {

  private static final String BEFORE = "# A page\n\n<!-- written by ./bench report: ";
  private static final String AFTER = "<!-- end of what ./bench report writes -->\nMore.\n";

  @TempDir private Path folder = Path.of("");

  private static Result result(
      String group, String name, String contestant, String unit, double value, String beside) {
    Map<String, Double> more = beside.isEmpty() ? Map.of() : Map.of(beside, 0.991);
    return new Result(group, name, contestant, unit, List.of(value), more);
  }

  private static ResultFile run(String jdk, Result... results) {
    Map<String, String> versions = Map.of("jdk", "OpenJDK 64-Bit Server VM " + jdk + ".0.1");
    Machine machine =
        new Machine("Intel(R) Xeon(R) Processor", 2, "avx2 avx512_bf16", 1024, versions, "abc");
    return new ResultFile(ResultFile.FORMAT, "2026-01-01T00:00:00Z", machine, List.of(results));
  }

  private String inserted(String what, Map<String, ResultFile> runs) throws IOException {
    Path page = folder.resolve("README.md");
    Files.writeString(page, BEFORE + what + " -->\nan older table\n" + AFTER);
    Summary.insert(page, runs, "results/");
    String text = Files.readString(page);
    assertThat(text).startsWith(BEFORE + what + " -->\n").endsWith(AFTER);
    return text.substring((BEFORE + what + " -->\n").length(), text.length() - AFTER.length());
  }

  @Test
  void theLastRunOfEachJdkCountsAndAPeerStandsBeside() throws IOException {
    String name = "20,000 glosses: recall 0.99";
    Result peer = result("lucene", name, "Lucene HNSW 16/100", "cpu ms", 4, "recall");
    Map<String, ResultFile> runs = new LinkedHashMap<>();
    runs.put("a.json", run("17", result("lucene", name, "faiss-lucene", "cpu ms", 3, ""), peer));
    runs.put("b.json", run("17", result("lucene", name, "faiss-lucene", "cpu ms", 2, ""), peer));
    runs.put("c.json", run("25", result("lucene", name, "faiss-lucene", "cpu ms", 1, ""), peer));
    assertThat(inserted("summary.tsv", runs))
        .isEqualTo(
            """
            | | here | beside it | run |
            | --- | --- | --- | --- |
            | search in Lucene, 20,000 vectors of 384 | 2.00 cpu ms | Lucene HNSW 16/100: 4.00 cpu ms (recall 0.991) (2.00 x) | [Intel Xeon, bf16, JDK 17](results/b.json) |
            | search in Lucene, 20,000 vectors of 384 | 1.00 cpu ms | Lucene HNSW 16/100: 4.00 cpu ms (recall 0.991) (4.00 x) | [Intel Xeon, bf16, JDK 25](results/c.json) |
            """);
  }

  @Test
  void aRecallThatThePeerDoesNotReachIsTold() throws IOException {
    String data = "20,000 glosses: recall ";
    Map<String, ResultFile> runs =
        Map.of(
            "a.json",
            run(
                "17",
                result("lucene", data + "0.90", "Lucene HNSW 16/100", "cpu ms", 4, "recall"),
                result("lucene", data + "0.99", "faiss-lucene", "cpu ms", 3, "recall")));
    assertThat(inserted("summary.tsv", runs))
        .contains("| 3.00 cpu ms (recall 0.991) | Lucene HNSW 16/100: does not reach it |");
  }

  @Test
  void kindsOfIndexAreATableOfTheLastRunThatHasThem() throws IOException {
    Map<String, Double> beside =
        Map.of(
            "recall",
            0.9512,
            ChoiceGroup.BYTES_A_VECTOR,
            412.0,
            ChoiceGroup.BUILD,
            6.4,
            "nprobe",
            32.0,
            Shares.BYTES,
            1e6);
    Result lists =
        new Result("choice", "glosses: IVF1024,SQ8", "one query", "us", List.of(121.0), beside);
    Result flat = result("choice", "glosses: Flat", "one query", "us", 9000, "recall");
    Map<String, ResultFile> runs = new LinkedHashMap<>();
    runs.put("a.json", run("17", result("choice", "glosses: Flat", "one query", "us", 1, "")));
    runs.put("b.json", run("17", flat, lists));
    runs.put("c.json", run("17", result("faiss", "Flat", "faiss-jni", "us", 1, "")));
    assertThat(inserted("choice", runs))
        .isEqualTo(
            """
            From [b.json](results/b.json): Intel Xeon, bf16, JDK 17.

            | glosses | set to | time, us | recall | bytes a vector | processor time to build, s |
            | --- | --- | ---: | ---: | ---: | ---: |
            | `Flat` |  | 9,000 | 0.991 | 0.000 | 0.000 |
            | `IVF1024,SQ8` | `nprobe=32` | 121 | 0.951 | 412 | 6.40 |
            """);
  }

  @Test
  void aPageWithoutThePlaceIsRefused() throws IOException {
    Path page = Files.writeString(folder.resolve("README.md"), "# A page\n");
    assertThatThrownBy(() -> Summary.insert(page, Map.of(), ""))
        .isInstanceOf(IOException.class)
        .hasMessage(
            page
                + ": expected the comments <!-- written by ./bench report: FILE --> and"
                + " <!-- end of what ./bench report writes -->");
  }
}
