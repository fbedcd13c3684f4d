package dev.faissjvm.cli;

import dev.faissjvm.cli.console.Console;
import dev.faissjvm.cli.console.LineWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The command {@code faissjvm}.
 *
 * <p><b>Errors.</b> One line on standard error and an {@link ExitCode}; the stack trace only with
 * {@code --verbose}.
 */
public final class Main {

  /** Held, since a logger that is not is forgotten with its level. */
  private static final Logger LIBRARIES = Logger.getLogger("org.apache.lucene");

  private static final Logger EVENTS = Logger.getLogger("dev.faissjvm.sync");

  private Main() {}

  /**
   * Runs a command and ends the process with its exit code.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    // Text is UTF-8 whatever the locale of the terminal says: JSON has to be.
    PrintStream out = stream(FileDescriptor.out);
    PrintStream err = stream(FileDescriptor.err);
    Interruption interruption = Interruption.ofProcess();
    ExitCode code = run(new Context(Console.of(out, err), System.in, interruption), args);
    out.flush();
    err.flush();
    interruption.ended();
    System.exit(code.code());
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }

  /**
   * Runs a command in this process.
   *
   * @param console where it speaks
   * @param in what it reads as standard input
   * @param args the command and its options
   * @return how it ended
   */
  static ExitCode run(Console console, InputStream in, String... args) {
    return run(new Context(console, in, new Interruption()), args);
  }

  private static ExitCode run(Context context, String... args) {
    Root root = new Root();
    CommandLine line = commandLine(root, context);
    line.setExecutionStrategy(
        parsed -> {
          // Lucene remarks on the JVM's options at each start.
          LIBRARIES.setLevel(root.verbose ? Level.INFO : Level.SEVERE);
          // A command says itself how it ended.
          EVENTS.setLevel(root.verbose ? Level.INFO : Level.SEVERE);
          return new CommandLine.RunLast().execute(parsed);
        });
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> fail(context.console(), failure, root.verbose).code());
    line.setParameterExceptionHandler((e, arguments) -> misuse(context.console(), e).code());
    int code = line.execute(args);
    return Arrays.stream(ExitCode.values())
        .filter(known -> known.code() == code)
        .findFirst()
        .orElse(ExitCode.INTERNAL);
  }

  /** Returns all commands. */
  static CommandLine commandLine(Context context) {
    return commandLine(new Root(), context);
  }

  private static CommandLine commandLine(Root root, Context context) {
    CommandLine line = new CommandLine(root);
    for (Command command :
        List.of(
            new DemoCommand(context),
            new LoadCommand(context),
            new SyncCommand(context),
            new BackfillCommand(context),
            new SearchCommand(context),
            new ServeCommand(context),
            new VerifyCommand(context),
            new ReconcileCommand(context),
            new ExportCommand(context),
            new ImportCommand(context),
            new DeleteCommand(context),
            new EmbedCommand(context),
            new CostCommand(context))) {
      line.addSubcommand(command);
    }
    line.addSubcommand(SnapshotCommand.of(context));
    line.addSubcommand(ModelCommand.of(context));
    line.addSubcommand(IndexCommand.of(context));
    line.addSubcommand(new AutoComplete.GenerateCompletion());
    line.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n");
    line.getCommandSpec().usageMessage().exitCodeList(ExitCode.table());
    line.setUsageHelpAutoWidth(false);
    line.setUsageHelpWidth(context.console().columns());
    line.setOut(new PrintWriter(new LineWriter(context.console()::print), true));
    line.setErr(new PrintWriter(new LineWriter(context.console()::note), true));
    return line;
  }

  private static ExitCode fail(Console console, Throwable failure, boolean verbose) {
    console.note("faissjvm: " + Failures.line(failure));
    if (verbose) {
      failure.printStackTrace(new PrintWriter(new LineWriter(console::note), true));
    }
    return Failures.code(failure);
  }

  private static ExitCode misuse(Console console, ParameterException failure) {
    console.note("faissjvm: " + failure.getMessage());
    String name = failure.getCommandLine().getCommandSpec().qualifiedName();
    console.note("Try: " + name + " --help");
    return ExitCode.USAGE;
  }

  /** The name without a command. */
  @CommandLine.Command(
      name = "faissjvm",
      mixinStandardHelpOptions = true,
      description = "Faiss for the JVM: a DynamoDB table, searchable by meaning, and Faiss itself.",
      versionProvider = Version.class,
      synopsisSubcommandLabel = "COMMAND",
      footerHeading = "%nTo begin with:%n",
      footer = {
        "  faissjvm demo                          a dictionary that is asked by meaning",
        "  faissjvm search --demo .demo QUESTION  a question of your own to it",
        "  faissjvm COMMAND --help                what a command takes, with examples"
      })
  private static final class Root implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Option(
        names = "--verbose",
        scope = CommandLine.ScopeType.INHERIT,
        description = "Show where in the code an error came from.")
    boolean verbose;

    @Override
    public void run() {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }
}
