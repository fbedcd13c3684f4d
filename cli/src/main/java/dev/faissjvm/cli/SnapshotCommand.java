package dev.faissjvm.cli;

import java.util.List;
import picocli.CommandLine;

/** {@code faissjvm snapshot}: an index on other machines. */
@CommandLine.Command(
    name = "snapshot",
    mixinStandardHelpOptions = true,
    description = "Bring an index to other machines, by a shared folder or by S3.",
    synopsisSubcommandLabel = "COMMAND")
final class SnapshotCommand implements Runnable {

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  /** Returns the command with those below it. */
  static CommandLine of(Context context) {
    CommandLine line = new CommandLine(new SnapshotCommand());
    for (Command command :
        List.of(
            new SnapshotPushCommand(context),
            new SnapshotPullCommand(context),
            new SnapshotListCommand(context))) {
      line.addSubcommand(command);
    }
    return line;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
