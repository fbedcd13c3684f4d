package dev.faissjvm.cli;

import picocli.CommandLine;

/** {@code faissjvm model}: what turns texts into vectors. */
@CommandLine.Command(
    name = "model",
    mixinStandardHelpOptions = true,
    description = "Look at models and convert them.",
    synopsisSubcommandLabel = "COMMAND")
final class ModelCommand implements Runnable {

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  /** Returns the command with those below it. */
  static CommandLine of(Context context) {
    CommandLine line = new CommandLine(new ModelCommand());
    line.addSubcommand(new ModelDescribeCommand(context));
    line.addSubcommand(new ModelConvertCommand(context));
    return line;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
