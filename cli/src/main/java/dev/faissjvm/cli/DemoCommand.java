package dev.faissjvm.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.faissjvm.cli.console.Progress;
import dev.faissjvm.cli.demo.DemoFolder;
import dev.faissjvm.cli.demo.Dictionary;
import dev.faissjvm.cli.demo.DictionaryRows;
import dev.faissjvm.cli.demo.Question;
import dev.faissjvm.cli.json.Json;
import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.SyncReport;
import dev.faissjvm.sync.SyncRun;
import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.aws.TableLayout;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.document.FieldType;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.search.SearchService;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code faissjvm demo}: the whole way from a row to a hit, on a dictionary, in one go. */
@CommandLine.Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "A reverse dictionary: WordNet in a table, searched by meaning.",
      "The table is DynamoDB Local's, in this process. Loads, syncs, asks, changes two rows,",
      "syncs and asks again; then leaves table and index for questions of your own."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  faissjvm demo",
      "  faissjvm demo --rows all --evaluate --json",
      "  faissjvm demo --serve"
    })
final class DemoCommand extends Command {

  /** What the demo takes from a row: the gloss is searched, part of speech and words filter. */
  static final DocumentMapping MAPPING =
      DocumentMapping.recipe()
          .withFilter("content_group", FieldType.STRING)
          .withFilter(DictionaryRows.WORDS, FieldType.STRING);

  @Option(
      names = "--rows",
      paramLabel = "N|all",
      defaultValue = "2000",
      description = "How many meanings, everyday ones first; 2000 by default, all is 117,791.")
  private String rows = "2000";

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      defaultValue = ".demo",
      description = "Where table and index are left; .demo by default.")
  private Path keep = Path.of(".demo");

  @Option(
      names = "--evaluate",
      description = "Ask all questions and say how often the word that was meant is found.")
  private boolean evaluate;

  @Option(names = "--serve", description = "Then serve the dictionary's search page.")
  private boolean serve;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "7070",
      description = "With --serve: the port; 7070 by default, 0 for any free one.")
  private int port;

  /** Where the story is told: where only JSON is asked for, beside it. */
  private Context stage;

  private DemoStory.@Nullable Score score;

  DemoCommand(Context context) {
    super(context);
    this.stage = context;
  }

  @Override
  ExitCode run() throws IOException {
    int count = LoadCommand.rowCount(rows);
    if (count < DemoStory.QUESTIONS) {
      throw new CommandFailure(
          ExitCode.USAGE, "--rows: expected at least " + DemoStory.QUESTIONS + ", got " + count);
    }
    if (json) {
      stage =
          new Context(context.console().onStandardError(), context.in(), context.interruption());
    }
    DemoFolder folder = DemoFolder.create(keep);
    clear(folder);
    try (Embedder<String> embedder = Models.load(null)) {
      ExitCode made = make(folder, embedder, count);
      if (made != ExitCode.OK) {
        return made;
      }
      if (!evaluate) {
        DemoStory.farewell(stage.console(), keep);
      }
      if (json) {
        print(Json.line(outcome(count)));
      }
      if (evaluate || !serve) {
        return ExitCode.OK;
      }
      tell("");
      try (SearchService service = SearchService.open(folder.index(), embedder)) {
        return ServeCommand.serve(
            this, ServeCommand.options("127.0.0.1", port, null), service, embedder);
      }
    }
  }

  private ObjectNode outcome(int rows) {
    ObjectNode object = Json.object().put("folder", keep.toString()).put("rows", rows);
    DemoStory.Score found = score;
    return found == null
        ? object
        : object
            .put("questions", found.questions())
            .put("first", found.first())
            .put("found", found.found());
  }

  private void tell(String line) {
    stage.console().print(line);
  }

  /** Makes table and index and tells the story; the database is closed when it is told. */
  private ExitCode make(DemoFolder folder, Embedder<String> embedder, int count)
      throws IOException {
    tell("1. A table: DynamoDB Local in this process, table " + DemoFolder.TABLE + " in " + keep);
    TableLayout layout = TableLayout.recipe(DemoFolder.TABLE);
    try (OpenTable open = OpenTable.ofDemo(folder, layout, true)) {
      RowLoad load = new RowLoad(open.table(), layout.keys(), "content", stage);
      load.load("WordNet", new DictionaryRows(Dictionary.everyday().first(count)), count);
      tell(load.summary());
      ExitCode loaded = load.end();
      if (loaded != ExitCode.OK) {
        return loaded;
      }
      tell("");
      tell("2. An index: each row's text becomes a vector of 384 numbers; Faiss keeps them");
      SyncRun run =
          new SyncRun(
              open.table().pendingRows(MAPPING),
              open.table().lease(SyncCommand.owner(), SyncCommand.LEASE),
              MAPPING,
              embedder,
              IndexFolder.of(folder.index()));
      if (sync(run).stopped()) {
        note("demo: stopped; 'faissjvm sync --demo " + keep + "' goes on, 'demo' starts anew");
        return ExitCode.INTERRUPTED;
      }
      try (SearchService service = SearchService.open(folder.index(), embedder)) {
        tell(new DemoStory(stage.console(), service), open.table(), run);
      }
    }
    return ExitCode.OK;
  }

  private void tell(DemoStory story, ContentTable table, SyncRun run) throws IOException {
    List<Question> questions = Question.readAll();
    if (evaluate) {
      score = story.evaluate(questions);
    } else {
      story.ask(questions);
      story.change(table);
      sync(run);
      story.askAgain();
    }
  }

  private static void clear(DemoFolder folder) throws IOException {
    try (FileChannel lock = folder.lock()) {
      if (lock == null) {
        throw new CommandFailure(
            ExitCode.BUSY,
            "demo: expected its folder unused, got another process on it; folder="
                + folder.root()
                + "; end that, or choose another with --keep");
      }
      folder.clear();
    }
  }

  private SyncReport sync(SyncRun run) throws IOException {
    Progress progress = Progress.start(stage.console(), "sync", "rows", 0);
    try {
      SyncReport report =
          context.interruption().guard(run::stop, () -> run.run(SyncCommand.shown(progress)));
      progress.cancel();
      tell(SyncCommand.summary(report));
      return report;
    } finally {
      progress.cancel();
    }
  }
}
