package dev.faissjvm.embedder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.embedder.testing.Child;
import dev.faissjvm.embedder.testing.Fixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Changed bytes in each kind of file, loaded and run in a JVM of its own: whatever they are, the
 * model works or is refused, and the process lives.
 */
final class MutationTest {
  private static final int ROUNDS = 120;
  private static final List<String> FILES =
      List.of("model.safetensors", "config.json", "tokenizer.json", "modules.json");

  @TempDir Path temporary;

  @Test
  void noChangedByteEndsTheProcess() throws Exception {
    Path folder = Fixtures.copy("bert-mean-normalize", temporary);
    String output =
        Child.run(
            temporary.resolve("log"),
            3,
            List.of("-Xmx256m"),
            MutationTest.class,
            folder.toString());
    assertThat(output).contains("rounds=" + ROUNDS).doesNotContain("refused=0;");
  }

  /** The child: mutates, loads, embeds; ends with 1 at the first failure of another kind. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Random random = new Random(11);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Path file = folder.resolve(FILES.get(round % FILES.size()));
      byte[] whole = Files.readAllBytes(file);
      byte[] changed = whole.clone();
      for (int i = 0; i <= random.nextInt(4); i++) {
        int at = random.nextInt(Math.min(changed.length, 6000));
        boolean keepsSyntax = round % 3 != 0 && Character.isLetterOrDigit((char) changed[at]);
        changed[at] = (byte) (keepsSyntax ? '0' + random.nextInt(10) : random.nextInt(256));
      }
      Files.write(file, changed);
      try (TextEmbedder embedder = TextEmbedder.builder(folder).threads(1).load()) {
        embedder.embed(List.of("bread", "a place where bread is made", ""));
      } catch (EmbedderException e) {
        refused++;
      } catch (RuntimeException e) {
        e.printStackTrace();
        System.exit(1);
      }
      Files.write(file, whole);
    }
    System.out.println("rounds=" + ROUNDS + "; refused=" + refused + ";");
  }
}
