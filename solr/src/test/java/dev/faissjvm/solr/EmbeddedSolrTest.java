package dev.faissjvm.solr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.faiss.VectorIndex;
import dev.faissjvm.sync.index.IndexFields;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.solr.client.solrj.SolrRequest.METHOD;
import org.apache.solr.client.solrj.SolrServerException;
import org.apache.solr.client.solrj.request.UpdateRequest;
import org.apache.solr.common.SolrDocument;
import org.apache.solr.common.SolrInputDocument;
import org.apache.solr.common.params.ModifiableSolrParams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Solr with the codec, asked in Solr's own words. */
class EmbeddedSolrTest {

  private static final int DIMENSION = 8;
  private static final int ROWS = 300;

  @TempDir private Path home;
  private final Random random = new Random(5);
  private final List<float[]> vectors = new ArrayList<>();

  @Test
  void indexesSearchesFiltersDeletesAndReopens() throws IOException, SolrServerException {
    float[] question = vector();
    try (EmbeddedSolr solr = EmbeddedSolr.create(home, DIMENSION)) {
      add(solr, ROWS);
      assertThat(nearest(solr, question, 10)).isEqualTo(truth(question, 0, 1, 10));
      assertThat(nearest(solr, question, 5, "_group:g3")).isEqualTo(truth(question, 3, 10, 5));

      String best = nearest(solr, question, 1).get(0);
      UpdateRequest delete = new UpdateRequest();
      delete.deleteById(best);
      delete.setParam("order", "2");
      delete.process(solr.client(), EmbeddedSolr.CORE);
      solr.client().commit(EmbeddedSolr.CORE);
      assertThat(nearest(solr, question, 10)).hasSize(10).doesNotContain(best);
      assertThat(vectorFiles(solr)).allMatch(name -> name.contains("Faiss"));
    }
    try (EmbeddedSolr solr = EmbeddedSolr.open(home)) {
      assertThat(nearest(solr, question, 10)).hasSize(10);
    }
  }

  @Test
  void theOptionsOfTheConfigMakeAnAccelerator() throws IOException, SolrServerException {
    String options = "<int name=\"minVectors\">1000</int><double name=\"recall\">0.99</double>";
    try (EmbeddedSolr solr = EmbeddedSolr.create(home, DIMENSION, options)) {
      add(solr, 4_000);
      assertThat(vectorFiles(solr)).anyMatch(name -> name.endsWith("a.faiss"));
      float[] question = vector();
      assertThat(truth(question, 0, 1, 20)).containsAll(nearest(solr, question, 10));
      // Lucene's score of a dot product is (1 + dot) / 2.
      long above = vectors.stream().filter(vector -> dot(question, vector) >= 0.7).count();
      String query = "{!vectorSimilarity f=_vector minReturn=0.85}";
      List<String> all = found(solr, query, question, 4_000);
      assertThat(truth(question, 0, 1, (int) above)).containsAll(all);
      assertThat((double) all.size()).isGreaterThanOrEqualTo(0.9 * above);
    }
  }

  @Test
  void theFilesOfASegmentAreFaisss() throws IOException, SolrServerException {
    try (EmbeddedSolr solr = EmbeddedSolr.create(home, DIMENSION)) {
      add(solr, ROWS);
      List<Path> files = vectorFiles(solr).stream().map(solr.indexFolder()::resolve).toList();
      assertThat(files).isNotEmpty();
      long rows = 0;
      for (Path file : files) {
        byte[] bytes = Files.readAllBytes(file);
        try (VectorIndex index =
            VectorIndex.read(new ByteArrayInputStream(bytes, 0, bytes.length - 16))) {
          assertThat(index.dimension()).isEqualTo(DIMENSION);
          rows += index.count();
        }
      }
      assertThat(rows).isEqualTo(ROWS);
    }
  }

  private static List<String> vectorFiles(EmbeddedSolr solr) throws IOException {
    try (Stream<Path> files = Files.list(solr.indexFolder())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".faiss"))
          .toList();
    }
  }

  private void add(EmbeddedSolr solr, int rows) throws IOException, SolrServerException {
    UpdateRequest request = new UpdateRequest();
    for (int i = 0; i < rows; i++) {
      vectors.add(vector());
      SolrInputDocument document = new SolrInputDocument();
      document.setField("id", "r" + i);
      document.setField("_order", 1);
      document.setField("_group", "g" + i % 10);
      document.setField(IndexFields.VECTOR, RowBlocks.boxed(vectors.get(i)));
      request.add(document);
    }
    request.process(solr.client(), EmbeddedSolr.CORE);
    solr.client().commit(EmbeddedSolr.CORE);
  }

  private float[] vector() {
    float[] vector = new float[DIMENSION];
    double square = 0;
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextGaussian();
      square += vector[i] * vector[i];
    }
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) (vector[i] / Math.sqrt(square));
    }
    return vector;
  }

  private static List<String> nearest(EmbeddedSolr solr, float[] question, int k, String... filters)
      throws IOException, SolrServerException {
    return found(solr, "{!knn f=_vector topK=" + k + "}", question, k, filters);
  }

  private static List<String> found(
      EmbeddedSolr solr, String query, float[] question, int most, String... filters)
      throws IOException, SolrServerException {
    ModifiableSolrParams params = new ModifiableSolrParams();
    params.set("q", query + RowBlocks.boxed(question));
    params.set("fq", filters);
    params.set("rows", most);
    params.set("fl", "id,score");
    List<String> ids = new ArrayList<>();
    for (SolrDocument hit :
        solr.client().query(EmbeddedSolr.CORE, params, METHOD.POST).getResults()) {
      ids.add((String) hit.getFieldValue("id"));
    }
    return ids;
  }

  /** The ids of the nearest of every so-manieth row, by brute force. */
  private List<String> truth(float[] question, int from, int step, int k) {
    List<Integer> rows = new ArrayList<>();
    for (int i = from; i < vectors.size(); i += step) {
      rows.add(i);
    }
    rows.sort(
        (a, b) -> Double.compare(dot(question, vectors.get(b)), dot(question, vectors.get(a))));
    return rows.stream().limit(k).map(row -> "r" + row).toList();
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
