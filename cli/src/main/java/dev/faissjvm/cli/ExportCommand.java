package dev.faissjvm.cli;

import dev.faissjvm.cli.console.Progress;
import dev.faissjvm.cli.json.Json;
import dev.faissjvm.faiss.Metric;
import dev.faissjvm.faiss.VectorIndex;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.IndexedVectors;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code faissjvm export}: the index as one plain Faiss file and the keys of its vectors. */
@CommandLine.Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Write every vector into one Faiss file, for Python or another program, and its key beside it.",
      "The keys are in OUT.jsonl: {\"id\":0,\"key\":{...},\"hash\":\"...\"}, a line for each vector, in",
      "the order of Faiss's ids."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  faissjvm export --table articles articles.faiss",
      "  faissjvm export --table articles --kind IVF1024,PQ48x8 small.faiss"
    })
final class ExportCommand extends Command {

  private static final int BATCH = 4096;

  @Mixin private TableOptions table = new TableOptions();

  @Mixin private KindOptions kind = new KindOptions();

  @Parameters(index = "0", paramLabel = "OUT", description = "The Faiss file to write.")
  private Path out = Path.of("");

  ExportCommand(Context context) {
    super(context);
  }

  /** Returns the file of the keys. */
  static Path keys(Path faiss) {
    return faiss.resolveSibling(faiss.getFileName() + ".jsonl");
  }

  @Override
  ExitCode run() throws IOException {
    return stoppable("no file was written; run the same command again", this::export);
  }

  private ExitCode export() throws IOException {
    Path folder = table.indexFolder();
    SearchCommand.requireIndex(folder);
    IndexFolder source = IndexFolder.of(folder);
    int dimension;
    try (IndexedVectors vectors = source.vectors()) {
      dimension = vectors.dimension();
    }
    try (VectorIndex index =
        kind.create(dimension, Metric.INNER_PRODUCT, this, most -> sample(source, most))) {
      // Taken as one file by its readers only when both are whole: the keys first.
      Path keys = keys(out);
      Path part = keys.resolveSibling(keys.getFileName() + ".part");
      try (IndexedVectors vectors = source.vectors();
          BufferedWriter lines = Files.newBufferedWriter(part)) {
        add(vectors, index, lines);
      } catch (IOException | RuntimeException e) {
        Files.deleteIfExists(part);
        throw e;
      }
      Files.move(part, keys, StandardCopyOption.REPLACE_EXISTING);
      index.write(out);
      result(
          Json.index(out, index.describe()).put("keys", keys.toString()),
          "export: %s, %,d vectors of %d in %s, their keys in %s",
          index.describe().chain(),
          index.count(),
          dimension,
          out,
          keys);
    }
    return ExitCode.OK;
  }

  private void add(IndexedVectors vectors, VectorIndex index, BufferedWriter lines)
      throws IOException {
    Progress progress = Progress.start(context.console(), "export", "vectors", vectors.bound());
    try {
      float[] batch = new float[BATCH * index.dimension()];
      int rows = 0;
      for (long id = 0; vectors.next(); id++) {
        lines.write(Json.exported(id, vectors.key(), vectors.textHash(), table.keyNames()) + "\n");
        System.arraycopy(vectors.vector(), 0, batch, rows++ * index.dimension(), index.dimension());
        if (rows == BATCH) {
          context.interruption().checkpoint();
          index.add(batch);
          progress.advance(rows);
          rows = 0;
        }
      }
      if (rows > 0) {
        index.add(Arrays.copyOf(batch, rows * index.dimension()));
      }
    } finally {
      progress.cancel();
    }
  }

  private static float[] sample(IndexFolder source, int most) throws IOException {
    try (IndexedVectors vectors = source.vectors()) {
      int dimension = vectors.dimension();
      int room = (int) Math.min(most, vectors.bound());
      float[] taken = new float[Math.multiplyExact(room, dimension)];
      int rows = 0;
      while (rows < room && vectors.next()) {
        System.arraycopy(vectors.vector(), 0, taken, rows++ * dimension, dimension);
      }
      return rows == room ? taken : Arrays.copyOf(taken, rows * dimension);
    }
  }
}
