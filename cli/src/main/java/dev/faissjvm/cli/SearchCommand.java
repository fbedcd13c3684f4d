package dev.faissjvm.cli;

import dev.faissjvm.cli.console.TextTable;
import dev.faissjvm.cli.json.Json;
import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.faiss.Faiss;
import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.search.ExplanationJson;
import dev.faissjvm.sync.search.HitJson;
import dev.faissjvm.sync.search.RemoteIndex;
import dev.faissjvm.sync.search.RowSearch;
import dev.faissjvm.sync.search.SearchExplanation;
import dev.faissjvm.sync.search.SearchHit;
import dev.faissjvm.sync.search.SearchResult;
import dev.faissjvm.sync.search.SearchService;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code faissjvm search}: questions to an index, on the command line or one after the other. */
@CommandLine.Command(
    name = "search",
    mixinStandardHelpOptions = true,
    description = {
      "Search an index by meaning, by words or by both.",
      "Without a question, questions are read from standard input, one a line."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  faissjvm search --demo .demo a place where bread is made",
      "  faissjvm search --table articles --mode hybrid --filter year=1990..1999 -k 5 'the wall'",
      "  faissjvm search --table articles --like news/17 --json"
    })
final class SearchCommand extends Command {

  @Mixin private TableOptions table = new TableOptions();
  @Mixin private ModelOptions model = new ModelOptions();
  @Mixin private RequestOptions asked = new RequestOptions();

  @Option(
      names = "--in",
      paramLabel = "ADDRESS",
      description = "An index elsewhere instead of a folder, as sync's --to has it.")
  private @Nullable String in;

  @Parameters(
      arity = "0..*",
      paramLabel = "QUESTION",
      description = "What is looked for; several words are one question.")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--show",
      paramLabel = "FIELD,...",
      split = ",",
      description = "The fields of the table that is printed; by default all, while they fit.")
  private List<String> show = new ArrayList<>();

  @Option(
      names = "--explain",
      description = "Show what was searched, how long it took, and what exact search adds.")
  private boolean explain;

  SearchCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run() throws IOException {
    Faiss.load();
    if (in == null) {
      requireIndex(table.indexFolder());
    }
    try (RemoteIndex remote = in == null ? null : SyncCommand.remote("--in", in);
        Embedder<String> embedder = model.load();
        RowSearch service =
            remote == null
                ? SearchService.open(table.indexFolder(), embedder)
                : remote.search(embedder, null)) {
      if (asked.isLike() || !words.isEmpty()) {
        answer(service, words.isEmpty() ? null : String.join(" ", words));
        return ExitCode.OK;
      }
      return converse(service);
    }
  }

  /** Fails unless a sync has committed to the folder. */
  static void requireIndex(Path index) throws IOException {
    // Faiss before libtorch: each brings an OpenMP runtime, and Faiss's settings must come first.
    Faiss.load();
    if (IndexFolder.of(index).lastCommit().isEmpty()) {
      throw new CommandFailure(
          ExitCode.NO_INDEX,
          "index: expected a commit, got none; folder=" + index + "; run: faissjvm sync");
    }
  }

  /** Answers lines of standard input until it ends. */
  private ExitCode converse(RowSearch service) throws IOException {
    boolean prompt = context.console().terminal() && Boolean.getBoolean("faissjvm.interactive");
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(context.in(), StandardCharsets.UTF_8));
    if (prompt) {
      note("Ask in your own words; an empty line ends.");
    }
    while (true) {
      if (prompt) {
        context.console().prompt("> ");
      }
      String line = lines.readLine();
      if (line == null || (prompt && line.isBlank())) {
        return ExitCode.OK;
      }
      if (!line.isBlank()) {
        answer(service, line.strip());
      }
    }
  }

  private void answer(RowSearch service, @Nullable String question) throws IOException {
    try {
      tell(service, question);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "search: " + e.getMessage(), e);
    }
  }

  private void tell(RowSearch service, @Nullable String question) throws IOException {
    KeyNames keys = keys(service);
    if (explain) {
      SearchExplanation explained = service.explain(asked.request(service, question));
      (json
              ? List.of(Json.line(ExplanationJson.of(explained, keys)))
              : ExplanationTable.lines(explained, keys, context.console().columns()))
          .forEach(this::print);
      return;
    }
    SearchResult result = service.search(asked.request(service, question));
    if (json) {
      for (SearchHit hit : result.hits()) {
        print(Json.line(HitJson.of(hit, keys)));
      }
      return;
    }
    if (result.hits().isEmpty()) {
      note("search: no row fits; " + result.indexedRows() + " were searched");
      return;
    }
    HitTable.of(result.hits(), keys, shown())
        .lines(context.console().columns())
        .forEach(this::print);
    if (asked.highlights()) {
      for (SearchHit hit : result.hits()) {
        hit.highlights().forEach(text -> print(hit.rank() + ": " + TextTable.printable(text)));
      }
    }
    note(
        String.format(
            Locale.ROOT,
            "%,d rows searched in %.1f ms, question embedded in %.1f ms",
            result.indexedRows(),
            result.searching().toNanos() / 1e6,
            result.embedding().toNanos() / 1e6));
  }

  private static KeyNames keys(RowSearch service) throws IOException {
    return service.mapping().keys();
  }

  private List<String> shown() {
    return show.isEmpty() && table.demo != null ? List.of("words", "content") : show;
  }
}
