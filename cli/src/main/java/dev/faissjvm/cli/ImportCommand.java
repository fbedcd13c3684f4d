package dev.faissjvm.cli;

import dev.faissjvm.cli.console.Progress;
import dev.faissjvm.cli.json.ExportedKeys;
import dev.faissjvm.cli.json.Json;
import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.faiss.VectorIndex;
import dev.faissjvm.sync.VectorImport;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.IndexFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code faissjvm import}: vectors that were made before, into the index. */
@CommandLine.Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Take vectors from a Faiss file, and the keys of their rows from FILE.jsonl beside it.",
      "Export writes both. The next sync finds these rows indexed and embeds only the others. A line",
      "without hash is taken for what its row says now; of each 100 rows one is embedded and compared."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  faissjvm import --table articles articles.faiss && faissjvm sync --table articles"
    })
final class ImportCommand extends Command {

  private static final int BATCH = 100;

  @Mixin private TableOptions table = new TableOptions();
  @Mixin private MappingOptions mappingOptions = new MappingOptions();
  @Mixin private ModelOptions model = new ModelOptions();

  @Parameters(index = "0", paramLabel = "FILE", description = "The Faiss file.")
  private Path file = Path.of("");

  ImportCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run() throws IOException {
    return stoppable(
        "what was committed stays; the same command goes on, or a sync embeds the rest",
        this::take);
  }

  private ExitCode take() throws IOException {
    Path folder = table.indexFolder();
    try (OpenTable open = OpenTable.of(table, false);
        VectorIndex vectors = VectorIndex.read(file);
        BufferedReader lines = Files.newBufferedReader(ExportCommand.keys(file));
        Embedder<String> embedder = model.load()) {
      DocumentMapping mapping = mappingOptions.mapping(table.keyNames(), folder);
      VectorImport run =
          new VectorImport(
              open.table().pendingRows(mapping), mapping, embedder, IndexFolder.of(folder));
      ExportedKeys keys = new ExportedKeys(lines, table.keyNames());
      Progress progress = Progress.start(context.console(), "import", "vectors", vectors.count());
      VectorImport.Report report;
      try {
        report =
            run.run(
                () -> {
                  context.interruption().checkpoint();
                  return batch(keys, vectors, progress);
                },
                open.table().lease(SyncCommand.owner(), SyncCommand.LEASE));
      } catch (IllegalArgumentException e) {
        throw new CommandFailure(ExitCode.BAD_INPUT, "import: " + e.getMessage(), e);
      } finally {
        progress.cancel();
      }
      result(
          Json.object()
              .put("taken", report.taken())
              .put("changed", report.changed())
              .put("gone", report.gone()),
          "import: %,d rows taken, %,d have changed since, %,d are not in the table; now run:"
              + " faissjvm sync",
          report.taken(),
          report.changed(),
          report.gone());
    }
    return ExitCode.OK;
  }

  private static List<VectorImport.Entry> batch(
      ExportedKeys keys, VectorIndex vectors, Progress progress) throws IOException {
    List<VectorImport.Entry> batch = new ArrayList<>();
    while (batch.size() < BATCH) {
      ExportedKeys.@Nullable Line row = keys.next();
      if (row == null) {
        break;
      }
      float[] flat = vectors.reconstruct(row.ids().stream().mapToLong(id -> id).toArray());
      int dimension = vectors.dimension();
      List<float[]> passages = new ArrayList<>();
      for (int i = 0; i < row.ids().size(); i++) {
        passages.add(Arrays.copyOfRange(flat, i * dimension, (i + 1) * dimension));
      }
      progress.advance(passages.size());
      batch.add(new VectorImport.Entry(row.key(), row.hash(), passages));
    }
    return batch;
  }
}
