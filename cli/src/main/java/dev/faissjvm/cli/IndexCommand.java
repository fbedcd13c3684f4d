package dev.faissjvm.cli;

import java.util.List;
import picocli.CommandLine;

/** {@code faissjvm index}: Faiss's own files, without any table. */
@CommandLine.Command(
    name = "index",
    mixinStandardHelpOptions = true,
    description = "Work with Faiss's own index files, those of Python included; no table needed.",
    synopsisSubcommandLabel = "COMMAND")
final class IndexCommand implements Runnable {

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  /** Returns the command with those below it. */
  static CommandLine of(Context context) {
    CommandLine line = new CommandLine(new IndexCommand());
    for (Command command :
        List.of(
            new IndexDescribeCommand(context),
            new IndexVerifyCommand(context),
            new IndexBuildCommand(context),
            new IndexSearchCommand(context),
            new IndexCopyCommand(context))) {
      line.addSubcommand(command);
    }
    return line;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
