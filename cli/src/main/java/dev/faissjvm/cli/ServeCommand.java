package dev.faissjvm.cli;

import dev.faissjvm.cli.json.Json;
import dev.faissjvm.cli.serve.SearchServer;
import dev.faissjvm.cli.serve.ServeOptions;
import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.search.SearchService;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code faissjvm serve}: an index over HTTP, with a page to search it. */
@CommandLine.Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = {
      "Serve an index over HTTP: a page for people, JSON for programs.",
      "/openapi.json describes it. What a sync commits meanwhile is found at once.",
      "Listens on this machine only, unless told otherwise."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  faissjvm serve --demo .demo",
      "  FAISSJVM_TOKEN=$(openssl rand -hex 16) faissjvm serve --table articles --address 0.0.0.0"
    })
final class ServeCommand extends Command {

  /** The port that is easy to remember. */
  static final int PORT = 7070;

  @Mixin private TableOptions table = new TableOptions();
  @Mixin private ModelOptions model = new ModelOptions();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "7070",
      description = "The port; 7070 by default, 0 for any free one.")
  private int port;

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "The address; one that others can reach needs a token.")
  private String address = "127.0.0.1";

  @Option(
      names = "--token-env",
      paramLabel = "NAME",
      defaultValue = "FAISSJVM_TOKEN",
      description =
          "The environment variable that holds the token, which requests then must bring as a"
              + " bearer token; FAISSJVM_TOKEN by default.")
  private String tokenVariable = "FAISSJVM_TOKEN";

  ServeCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run() throws IOException {
    ServeOptions options = options(address, port, System.getenv(tokenVariable));
    Path index = table.indexFolder();
    SearchCommand.requireIndex(index);
    try (Embedder<String> embedder = model.load();
        SearchService service = SearchService.open(index, embedder)) {
      return serve(this, options, service, embedder);
    }
  }

  /** Checks the options. */
  static ServeOptions options(String address, int port, @Nullable String token) {
    try {
      return new ServeOptions(
          InetAddress.getByName(address), port, token == null || token.isEmpty() ? null : token);
    } catch (UnknownHostException | IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "serve: " + e.getMessage(), e);
    }
  }

  /** Serves until the process is asked to stop. */
  static ExitCode serve(
      Command command, ServeOptions options, SearchService service, Embedder<String> embedder)
      throws IOException {
    CountDownLatch stop = new CountDownLatch(1);
    Context context = command.context;
    try (SearchServer server =
        SearchServer.start(options, service, embedder, context.console()::note)) {
      String host = options.address().getHostAddress();
      String url =
          "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + server.port() + "/";
      command.result(Json.object().put("url", url), "serve: %s answers; Ctrl-C ends it", url);
      return context
          .interruption()
          .guard(
              stop::countDown,
              () -> {
                try {
                  stop.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                return ExitCode.INTERRUPTED;
              });
    } catch (BindException e) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "port: expected a free one, got "
              + options.port()
              + ", which is taken; choose with --port",
          e);
    }
  }
}
