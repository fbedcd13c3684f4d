package dev.faissjvm.lucene;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's sample is this test's body, to the letter, and its options are all there are. */
class ReadmeTest {
  @TempDir Path folder = Path.of("");

  @Test
  void theSampleRunsAndIsTheOneInTheReadme() throws IOException {
    // sample
    IndexWriterConfig config = new IndexWriterConfig().setCodec(new FaissCodec());
    try (Directory directory = FSDirectory.open(folder);
        IndexWriter writer = new IndexWriter(directory, config)) {
      for (float[] vector : new float[][] {{1, 0}, {0.8f, 0.6f}, {0, 1}}) {
        Document document = new Document();
        document.add(
            new KnnFloatVectorField("vector", vector, VectorSimilarityFunction.DOT_PRODUCT));
        writer.addDocument(document);
      }
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        float[] query = {0.6f, 0.8f};
        TopDocs hits = searcher.search(new KnnFloatVectorQuery("vector", query, 2), 2);
        check(hits); // documents 1 and 2
      }
    }
    // end
    assertThat(readme()).contains(sample());
  }

  @Test
  void everyOptionIsThere() throws IOException {
    for (var option : AcceleratorOptions.class.getRecordComponents()) {
      assertThat(readme()).contains("| `" + option.getName() + "` |");
    }
  }

  private static void check(TopDocs hits) {
    assertThat(hits.scoreDocs).extracting(hit -> hit.doc).containsExactly(1, 2);
  }

  private static String readme() throws IOException {
    return Files.readString(Path.of("README.md"));
  }

  private static String sample() throws IOException {
    Path source = Path.of("src", "test", "java", "dev", "faissjvm", "lucene", "ReadmeTest.java");
    String text = Files.readString(source);
    String body = text.substring(text.indexOf("// sample\n") + 10, text.indexOf("    // end"));
    return body.lines().map(line -> line.substring(4)).collect(Collectors.joining("\n"));
  }
}
