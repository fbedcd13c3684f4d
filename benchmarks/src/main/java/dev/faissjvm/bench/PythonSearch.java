package dev.faissjvm.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A graph library of Python's, in a process of its own that measures its own work. */
final class PythonSearch extends GraphSearch {

  private final Child child;
  private final Path queries;
  private final Path found;
  private final int count;
  private final Map<String, Double> figures;

  /**
   * Starts the process and builds the index, unless it is there from an earlier run.
   *
   * @param setting where things are
   * @param library {@code hnswlib} or {@code usearch}
   * @param data what to search
   * @param count of the queries to ask
   */
  PythonSearch(Setting setting, String library, Setting.Data data, int count) throws IOException {
    super(library);
    this.queries = data.queries().file();
    this.count = count;
    this.found = setting.cache().resolve(library + "-products.f32");
    Path file = setting.cache().resolve(library + "-" + data.name() + ".index");
    this.child = setting.startPython("graph_peer.py", library);
    Path base = data.base().file();
    String dimension = String.valueOf(data.base().dimension());
    List<String> built = child.ask("open", base.toString(), dimension, file.toString());
    this.figures =
        Map.of(
            LuceneIndex.SECONDS,
            Double.valueOf(built.get(0)),
            LuceneIndex.MEGABYTES,
            (Files.size(file) - Files.size(base)) / 1e6);
  }

  @Override
  public Map<String, Double> figures() {
    return figures;
  }

  @Override
  public boolean filters() {
    return false;
  }

  @Override
  public Answers ask(int setting, int share) throws IOException {
    double seconds =
        child.askNumber(
            "search",
            queries.toString(),
            String.valueOf(count),
            String.valueOf(WIDTHS[setting]),
            String.valueOf(TrueNeighbours.K),
            found.toString());
    float[] all = new VectorFile(found, TrueNeighbours.K).all();
    List<float[]> products = new ArrayList<>();
    for (int at = 0; at < all.length; at += TrueNeighbours.K) {
      products.add(Arrays.copyOfRange(all, at, at + TrueNeighbours.K));
    }
    return new Answers(seconds * 1e3 / count, products);
  }

  @Override
  public void close() throws IOException {
    child.close();
  }
}
