package dev.faissjvm.cli;

import dev.faissjvm.cli.console.TextTable;
import dev.faissjvm.cli.json.Json;
import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.faiss.Faiss;
import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.FieldType;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.search.Filter;
import dev.faissjvm.sync.search.FilterText;
import dev.faissjvm.sync.search.HitJson;
import dev.faissjvm.sync.search.RemoteIndex;
import dev.faissjvm.sync.search.RowSearch;
import dev.faissjvm.sync.search.SearchHit;
import dev.faissjvm.sync.search.SearchMode;
import dev.faissjvm.sync.search.SearchRequest;
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
import java.util.Map;
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
      names = {"-k", "--hits"},
      paramLabel = "N",
      defaultValue = "10",
      description = "How many hits; 10 by default.")
  private int k;

  @Option(
      names = "--offset",
      paramLabel = "N",
      defaultValue = "0",
      description = "Leave out the best N: the next page.")
  private int offset;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "semantic",
      description = "semantic (by meaning, the default), keyword (by words) or hybrid (both).")
  private String mode = "semantic";

  @Option(
      names = "--weight",
      paramLabel = "W",
      defaultValue = "0.5",
      description = "Meaning against words in hybrid mode, 0 to 1; 0.5 by default.")
  private double weight;

  @Option(
      names = "--group",
      paramLabel = "GROUP",
      description = "Only rows of this group, the first part of the key.")
  private @Nullable String group;

  @Option(
      names = "--filter",
      paramLabel = "FILTER",
      description =
          "Only rows that meet this: field=value, field=a|b, field=10..20, field=10.., field=..20,"
              + " field=text*, field=* (any value), each also with != . Repeatable: all must hold.")
  private List<String> filters = new ArrayList<>();

  @Option(
      names = "--like",
      paramLabel = "GROUP/ID",
      description = "Rows like this row, instead of a question.")
  private @Nullable String like;

  @Option(
      names = "--min-score",
      paramLabel = "S",
      description = "Only hits of at least this score.")
  private @Nullable Double minScore;

  @Option(names = "--exact", description = "Compare every vector, without an accelerator.")
  private boolean exact;

  @Option(names = "--highlights", description = "Show the words of the question in their places.")
  private boolean highlights;

  @Option(
      names = "--show",
      paramLabel = "FIELD,...",
      split = ",",
      description = "The fields of the table that is printed; by default all, while they fit.")
  private List<String> show = new ArrayList<>();

  @Option(names = "--json", description = "Print one JSON object a hit.")
  private boolean json;

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
      if (like != null || !words.isEmpty()) {
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
    SearchResult result = service.search(request(service, question));
    KeyNames keys = keys(service);
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
    if (highlights) {
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

  private SearchRequest request(RowSearch service, @Nullable String question) throws IOException {
    Map<String, FieldType> types = service.mapping().filters();
    try {
      SearchRequest.Builder request =
          SearchRequest.builder().k(k).offset(offset).mode(mode(mode)).semanticWeight(weight);
      if (question != null) {
        request.text(question);
      }
      if (like != null) {
        request.like(key(like));
      }
      if (group != null) {
        request.group(group);
      }
      if (minScore != null) {
        request.minScore(minScore);
      }
      if (exact) {
        request.exact();
      }
      if (highlights) {
        request.highlights();
      }
      if (!filters.isEmpty()) {
        request.filter(
            Filter.and(
                filters.stream()
                    .map(text -> FilterText.parse(text, types))
                    .toArray(Filter[]::new)));
      }
      return request.build();
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "search: " + e.getMessage(), e);
    }
  }

  private static KeyNames keys(RowSearch service) throws IOException {
    return service.mapping().keys();
  }

  private List<String> shown() {
    return show.isEmpty() && table.demo != null ? List.of("words", "content") : show;
  }

  /** Reads a mode's name. */
  static SearchMode mode(String name) {
    try {
      return SearchMode.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "mode: expected semantic, keyword or hybrid, got '" + name + "'", e);
    }
  }

  /** Reads {@code GROUP/ID}, or {@code GROUP} alone for a table without a second key. */
  static RowKey key(String text) {
    int slash = text.indexOf('/');
    return slash < 0
        ? RowKey.of(text)
        : RowKey.of(text.substring(0, slash), text.substring(slash + 1));
  }
}
