package dev.faissjvm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.cli.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What every command says of itself, and what README.md says of all of them. */
class HelpTest {

  private static final CommandLine ROOT =
      Main.commandLine(
          new Context(
              new Console(silent(), silent(), 0, System::nanoTime),
              InputStream.nullInputStream(),
              new Interruption()));

  private static PrintStream silent() {
    return new PrintStream(new ByteArrayOutputStream());
  }

  /** The commands that do something, all but the one that picocli brings. */
  static List<CommandLine> commands() {
    List<CommandLine> found = new ArrayList<>();
    collect(ROOT, found);
    assertThat(found).hasSizeGreaterThan(20);
    return found;
  }

  private static void collect(CommandLine command, List<CommandLine> found) {
    for (CommandLine below : command.getSubcommands().values()) {
      if (!below.getSubcommands().isEmpty()) {
        collect(below, found);
      } else if (below.getCommand() instanceof Command) {
        found.add(below);
      }
    }
  }

  private static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasAnExampleOfItsOwn(CommandLine command) {
    assertThat(command.getCommandSpec().usageMessage().footer())
        .as(name(command))
        .anyMatch(line -> line.contains(name(command)));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandTakesJson(CommandLine command) {
    assertThat(command.getCommandSpec().findOption("--json")).as(name(command)).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyExampleUsesOnlyOptionsThatThereAre(CommandLine command) {
    for (String line : command.getCommandSpec().usageMessage().footer()) {
      for (String call : line.split("&&|\\|", -1)) {
        int at = call.indexOf(name(command) + " ");
        for (String word : at < 0 ? new String[0] : call.substring(at).split("[ =]", -1)) {
          if (word.startsWith("--")) {
            assertThat(command.getCommandSpec().findOption(word)).as(line).isNotNull();
          }
        }
      }
    }
  }

  @Test
  void theReadmeHasEveryCommandAndEveryExitCode() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    for (CommandLine command : commands()) {
      assertThat(readme).contains("`" + name(command).substring("faissjvm ".length()));
    }
    List<String> expected =
        Arrays.stream(ExitCode.values())
            .map(code -> "| " + code.code() + " | " + code.meaning() + " |")
            .toList();
    assertThat(readme.lines().filter(line -> line.matches("\\| \\d+ \\| .*")).toList())
        .isEqualTo(expected);
  }
}
