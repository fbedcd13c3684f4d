package dev.faissjvm.embedder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.embedder.convert.DefaultModel;
import dev.faissjvm.embedder.testing.Child;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process that embeds texts of many lengths has resident, in a JVM of its own. */
final class MemoryTest {
  private static final int TEXTS = 5000;
  private static final int WORDS = 40;
  private static final long MOST_KILOBYTES = 850_000;

  /** What each core beyond two may take: its worker's tensors. */
  private static final long MORE_KILOBYTES = 100_000;

  @TempDir Path temporary;

  @Test
  void freedTensorsGoBackToTheSystem() throws Exception {
    Path texts = temporary.resolve("texts");
    Files.write(texts, texts());
    String output =
        Child.run(
            temporary.resolve("log"),
            5,
            List.of("-Xmx256m", "-XX:+UseSerialGC"),
            VectorDump.class,
            DefaultModel.folder().toString(),
            Precision.AUTO.name(),
            texts.toString(),
            temporary.resolve("vectors").toString(),
            "1",
            "2048");
    assertThat(output).contains("native objects more than before: 0");
    Matcher resident = Pattern.compile(TEXTS + " texts; VmRSS:\\s+(\\d+) kB").matcher(output);
    assertThat(resident.find()).as(output).isTrue();
    int more = Math.max(0, Runtime.getRuntime().availableProcessors() - 2);
    assertThat(Long.parseLong(resident.group(1)))
        .as(output)
        .isLessThan(MOST_KILOBYTES + MORE_KILOBYTES * more);
  }

  private static List<String> texts() {
    Random random = new Random(5);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < TEXTS; i++) {
      StringBuilder text = new StringBuilder();
      for (int word = random.nextInt(WORDS) + 1; word > 0; word--) {
        text.append(Integer.toString(random.nextInt(36 * 36), 36)).append(' ');
      }
      texts.add(text.toString());
    }
    return texts;
  }
}
