package dev.faissjvm.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.faissjvm.cli.console.Progress;
import dev.faissjvm.cli.json.Json;
import dev.faissjvm.cli.vectors.VectorReader;
import dev.faissjvm.cli.vectors.VectorWriter;
import dev.faissjvm.faiss.Neighbors;
import dev.faissjvm.faiss.SearchOptions;
import dev.faissjvm.faiss.VectorIndex;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code faissjvm index search}: queries of a file to an index file. */
@CommandLine.Command(
    name = "search",
    mixinStandardHelpOptions = true,
    description = {
      "Search an index file with the vectors of another file.",
      "Prints one JSON object a query: {\"query\":0,\"ids\":[...],\"distances\":[...]};",
      "an id of -1 stands for no neighbour."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  faissjvm index search base.faiss queries.fvecs -k 10 --params nprobe=16",
      "  faissjvm index search base.faiss queries.npy --ids ids.npy --distances distances.npy"
    })
final class IndexSearchCommand extends Command {

  private static final int BATCH_FLOATS = 1 << 20;

  @Option(
      names = {"-k", "--hits"},
      paramLabel = "K",
      defaultValue = "10",
      description = "Neighbours a query; 10 by default.")
  private int k;

  @Option(
      names = "--params",
      paramLabel = "NAME=VALUE,...",
      defaultValue = "",
      description = "Search parameters in Faiss's notation, such as nprobe=16 or efSearch=64.")
  private String params = "";

  @Option(
      names = "--dimension",
      paramLabel = "D",
      defaultValue = "0",
      description = "Floats a vector, for queries of raw float32.")
  private int dimension;

  @Option(
      names = "--ids",
      paramLabel = "OUT.npy",
      description = "Write ids here, int64, a row for each query; no JSON lines then.")
  private @Nullable Path idsOut;

  @Option(
      names = "--distances",
      paramLabel = "OUT.npy",
      description = "Write distances here, float32, a row for each query; no JSON lines then.")
  private @Nullable Path distancesOut;

  @Parameters(index = "0", paramLabel = "FILE", description = "A file that Faiss wrote.")
  private Path file = Path.of("");

  @Parameters(index = "1", paramLabel = "QUERIES", description = "A .fvecs, .npy or raw file.")
  private Path queries = Path.of("");

  IndexSearchCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run() throws IOException {
    return stoppable("the rows that were printed or written are whole", this::search);
  }

  private ExitCode search() throws IOException {
    SearchOptions options = options();
    boolean toFiles = idsOut != null || distancesOut != null;
    try (VectorReader reader = VectorReader.open(queries, dimension);
        VectorIndex index = IndexFile.readFloats(file);
        VectorWriter ids = idsOut == null ? null : VectorWriter.ids(idsOut, k);
        VectorWriter distances = distancesOut == null ? null : VectorWriter.npy(distancesOut, k);
        Progress progress =
            Progress.start(context.console(), "search", "queries", reader.count())) {
      if (reader.dimension() != index.dimension()) {
        throw new CommandFailure(
            ExitCode.BAD_INPUT,
            "queries: expected dimension " + index.dimension() + ", got " + reader.dimension());
      }
      int batch = Math.max(1, BATCH_FLOATS / Math.max(index.dimension(), k));
      for (float[] next = reader.next(batch); next.length > 0; next = reader.next(batch)) {
        context.interruption().checkpoint();
        Neighbors neighbors = search(index, next, options);
        for (int i = 0; !toFiles && i < neighbors.queries(); i++) {
          print(Json.line(row(neighbors, i, progress.done() + i)));
        }
        if (ids != null) {
          ids.write(neighbors.ids());
        }
        if (distances != null) {
          distances.write(neighbors.distances());
        }
        progress.advance(neighbors.queries());
      }
      if (!toFiles) {
        progress.cancel();
      }
    }
    return ExitCode.OK;
  }

  private SearchOptions options() {
    try {
      return SearchOptions.parse(params);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--params: " + e.getMessage(), e);
    }
  }

  private Neighbors search(VectorIndex index, float[] vectors, SearchOptions options) {
    try {
      return index.search(vectors, k, options);
    } catch (IllegalArgumentException | IllegalStateException | UnsupportedOperationException e) {
      throw new CommandFailure(ExitCode.BAD_INPUT, "search: " + e.getMessage(), e);
    }
  }

  private static ObjectNode row(Neighbors neighbors, int i, long query) {
    ObjectNode object = Json.object().put("query", query);
    ArrayNode ids = object.putArray("ids");
    ArrayNode distances = object.putArray("distances");
    for (int rank = 0; rank < neighbors.k(); rank++) {
      ids.add(neighbors.id(i, rank));
      float distance = neighbors.distance(i, rank);
      if (Float.isFinite(distance)) {
        distances.add(distance);
      } else {
        distances.addNull(); // JSON has no infinity
      }
    }
    return object;
  }
}
