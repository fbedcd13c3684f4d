package dev.faissjvm.cli;

import dev.faissjvm.cli.console.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** A command that ran in this process: how it ended and what it said. */
record MainRun(ExitCode code, String out, String err) {

  static MainRun of(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            0,
            System::nanoTime);
    ExitCode code = Main.run(console, new ByteArrayInputStream(new byte[0]), arguments);
    return new MainRun(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
