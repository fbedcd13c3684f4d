package dev.faissjvm.solr;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.faissjvm.lucene.FaissCodec;
import dev.faissjvm.sync.change.UnusableIndexException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Collections that somebody made otherwise, in a real Solr, and nodes that cannot load them. */
class CollectionCheckTest {

  private static final int DIMENSION = 8;
  private static final String ADVICE =
      "make one with this project's config set, for this model, and sync into that";

  @TempDir private static Path home;
  private static EmbeddedSolr solr;

  /** Each core, and what is other in its files: a text of ours, and what stands there instead. */
  private static final Map<String, String[]> CHANGES = new LinkedHashMap<>();

  static {
    CHANGES.put("named", change("schema.xml", "name=\"faissjvm-1\"", "name=\"books\""));
    CHANGES.put("keyed", change("schema.xml", "<uniqueKey>id<", "<uniqueKey>_key<"));
    CHANGES.put(
        "lacking",
        change(
            "schema.xml",
            "<field name=\"_hash\" type=\"term\" indexed=\"false\" stored=\"true\"/>",
            ""));
    CHANGES.put(
        "typed", change("schema.xml", "\"_group\" type=\"term\"", "\"_group\" type=\"words\""));
    CHANGES.put("floats", change("schema.xml", "solr.DoublePointField", "solr.FloatPointField"));
    CHANGES.put(
        "several",
        change(
            "schema.xml",
            "\"_passages\" type=\"long\"",
            "\"_passages\" type=\"long\" multiValued=\"true\""));
    CHANGES.put("cosine", change("schema.xml", "\"dot_product\"", "\"cosine\""));
    CHANGES.put(
        "lucene",
        change(
            "solrconfig.xml", "<codecFactory class=\"dev.faissjvm.solr.FaissCodecFactory\"/>", ""));
    CHANGES.put(
        "without", change("solrconfig.xml", "solr.FaissCodecFactory", "solr.NoCodecFactory"));
  }

  private static String[] change(String file, String ours, String theirs) {
    return new String[] {file, ours, theirs};
  }

  @BeforeAll
  static void start() throws IOException {
    for (Map.Entry<String, String[]> core : CHANGES.entrySet()) {
      Path file = EmbeddedSolr.addCore(home, core.getKey(), DIMENSION).resolve(core.getValue()[0]);
      String before = Files.readString(file);
      String after = before.replace(core.getValue()[1], core.getValue()[2]);
      if (after.equals(before)) {
        throw new IllegalStateException("change: expected one, got none; core=" + core.getKey());
      }
      Files.writeString(file, after);
    }
    EmbeddedSolr.addCore(home, "newer", DIMENSION);
    writeByANewerCodec(home.resolve("newer/data/index"));
    solr = EmbeddedSolr.create(home, DIMENSION);
  }

  private static void writeByANewerCodec(Path index) throws IOException {
    Codec newer =
        new FilterCodec("Faiss99", new FaissCodec()) {
          @Override
          public KnnVectorsFormat knnVectorsFormat() {
            return delegate.knnVectorsFormat();
          }
        };
    try (Directory directory = FSDirectory.open(index);
        IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig().setCodec(newer))) {
      writer.addDocument(new Document());
    }
  }

  @AfterAll
  static void stop() throws IOException {
    solr.close();
  }

  private static void assertRefused(String core, String expectedAndGot) {
    assertThatExceptionOfType(UnusableIndexException.class)
        .isThrownBy(() -> solr.collection(core).check(DIMENSION))
        .withMessage("collection: " + expectedAndGot + "; collection=" + core + "; " + ADVICE);
  }

  @Test
  void theConfigSetItselfIsTaken() throws IOException {
    solr.collection(EmbeddedSolr.CORE).check(DIMENSION);
  }

  @Test
  void anotherSchemaIsRefused() {
    assertRefused("named", "expected schema name=faissjvm-1, got books");
  }

  @Test
  void anotherUniqueKeyIsRefused() {
    assertRefused("keyed", "expected uniqueKey=id, got _key");
  }

  @Test
  void aFieldThatIsMissingIsNamed() {
    assertRefused("lacking", "expected field _hash, got none");
  }

  @Test
  void aFieldOfAnotherTypeIsNamed() {
    assertRefused("typed", "expected field _group type=term, got words");
    assertRefused(
        "floats",
        "expected fieldType number class=solr.DoublePointField, got solr.FloatPointField");
    assertRefused("several", "expected field _passages multiValued=false, got true");
  }

  @Test
  void anotherDimensionIsRefused() {
    assertThatExceptionOfType(UnusableIndexException.class)
        .isThrownBy(() -> solr.collection(EmbeddedSolr.CORE).check(99))
        .withMessage(
            "collection: expected fieldType vector vectorDimension=99, got 8; collection=rows; "
                + ADVICE);
  }

  @Test
  void anotherSimilarityIsRefused() {
    assertRefused("cosine", "expected fieldType vector similarityFunction=dot_product, got cosine");
  }

  @Test
  void aConfigWithoutTheCodecIsRefused() {
    assertRefused(
        "lucene", "expected codecFactory class=dev.faissjvm.solr.FaissCodecFactory, got none");
  }

  @Test
  void aNodeThatLacksTheCodecIsToldWhatToPutThere() {
    assertNotLoaded("without", "NoCodecFactory");
  }

  @Test
  void aNodeWithAnOlderCodecIsToldWhatToPutThere() {
    assertNotLoaded("newer", "");
  }

  private static void assertNotLoaded(String core, String why) {
    assertThatExceptionOfType(UnusableIndexException.class)
        .isThrownBy(() -> solr.collection(core).check(DIMENSION))
        .withMessageStartingWith("solr: expected every node to load its part, got ")
        .withMessageContaining(why)
        .withMessageEndingWith(
            "; collection="
                + core
                + "; put this module's jars, of the release that wrote the index, into the lib"
                + " folder of each node, and start it again");
  }
}
