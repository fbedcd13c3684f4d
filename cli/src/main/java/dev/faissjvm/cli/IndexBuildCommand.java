package dev.faissjvm.cli;

import dev.faissjvm.cli.console.Progress;
import dev.faissjvm.cli.json.Json;
import dev.faissjvm.cli.vectors.VectorReader;
import dev.faissjvm.faiss.Metric;
import dev.faissjvm.faiss.VectorIndex;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code faissjvm index build}: vectors of a file into an index file. */
@CommandLine.Command(
    name = "build",
    mixinStandardHelpOptions = true,
    description = "Build an index file of any kind from a file of vectors.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  faissjvm index build --factory IVF1024,Flat --metric inner_product base.fvecs base.faiss",
      "  faissjvm index build --factory IDMap2,HNSW32 --ids ids.txt vectors.npy graph.faiss"
    })
final class IndexBuildCommand extends Command {

  private static final int BATCH_FLOATS = 1 << 20;

  @Mixin private KindOptions kind = new KindOptions();

  @Option(
      names = "--metric",
      paramLabel = "METRIC",
      defaultValue = "l2",
      description = "l2 (the default), inner_product or another of Faiss's.")
  private String metric = "l2";

  @Option(
      names = "--ids",
      paramLabel = "FILE",
      description = "A decimal number a line, one for each vector.")
  private @Nullable Path ids;

  @Option(
      names = "--dimension",
      paramLabel = "D",
      defaultValue = "0",
      description = "Floats a vector, for a file of raw float32.")
  private int dimension;

  @Parameters(index = "0", paramLabel = "VECTORS", description = "A .fvecs, .npy or raw file.")
  private Path vectors = Path.of("");

  @Parameters(index = "1", paramLabel = "OUT", description = "The index file to write.")
  private Path out = Path.of("");

  IndexBuildCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run() throws IOException {
    return stoppable("nothing was written; run the same command again", this::build);
  }

  private ExitCode build() throws IOException {
    int floats;
    long count;
    try (VectorReader reader = VectorReader.open(vectors, dimension)) {
      floats = reader.dimension();
      count = reader.count();
    }
    try (VectorIndex index = kind.create(floats, metric(), this, this::sample)) {
      add(index, count);
      context.interruption().checkpoint();
      index.write(out);
      result(
          Json.index(out, index.describe()).put("bytes", Files.size(out)),
          "index: %s, %,d vectors of %d, %,d bytes in %s",
          index.describe().chain(),
          index.count(),
          floats,
          Files.size(out),
          out);
    }
    return ExitCode.OK;
  }

  private float[] sample(int most) throws IOException {
    try (VectorReader reader = VectorReader.open(vectors, dimension)) {
      return reader.next(most);
    }
  }

  private Metric metric() {
    try {
      return Metric.valueOf(metric.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--metric: expected "
              + Arrays.toString(Metric.values()).toLowerCase(Locale.ROOT)
              + ", got '"
              + metric
              + "'",
          e);
    }
  }

  private void add(VectorIndex index, long count) throws IOException {
    int batch = Math.max(1, BATCH_FLOATS / index.dimension());
    try (VectorReader reader = VectorReader.open(vectors, dimension);
        BufferedReader idLines = ids == null ? null : Files.newBufferedReader(ids);
        Progress progress = Progress.start(context.console(), "index", "vectors", count)) {
      for (float[] next = reader.next(batch); next.length > 0; next = reader.next(batch)) {
        context.interruption().checkpoint();
        int n = next.length / index.dimension();
        if (idLines == null) {
          index.add(next);
        } else {
          index.add(readIds(idLines, n, progress.done()), next);
        }
        progress.advance(n);
      }
      if (idLines != null && idLines.readLine() != null) {
        throw new IOException("ids: expected " + count + " lines, got more");
      }
    }
  }

  private static long[] readIds(BufferedReader lines, int n, long before) throws IOException {
    long[] read = new long[n];
    for (int i = 0; i < n; i++) {
      String line = lines.readLine();
      try {
        read[i] = Long.parseLong(line == null ? "the end of the file" : line.strip());
      } catch (NumberFormatException e) {
        throw new IOException(
            "ids: expected a decimal number, got '" + line + "'; line=" + (before + i + 1), e);
      }
    }
    return read;
  }
}
