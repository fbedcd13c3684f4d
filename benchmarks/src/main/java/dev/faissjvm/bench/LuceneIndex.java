package dev.faissjvm.bench;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.IOUtils;

/**
 * A Lucene index of some vectors: four flushes, then a forced merge into one segment, all on the
 * caller's thread, whose processor time is what it cost. Kept with its figures, since a graph of a
 * peer takes from minutes to the better part of an hour; the JDK that built it is among them.
 *
 * @param folder of the index
 * @param figures by name: seconds, MB, the JDK
 */
record LuceneIndex(Path folder, Map<String, Double> figures) {

  /** The seconds of the thread that built it, in {@link #figures}. */
  static final String SECONDS = "cpu s";

  /** What is stored beside the raw vectors, in {@link #figures}. */
  static final String MEGABYTES = "MB beside vectors";

  private static final int FLUSHES = 4;
  private static final int BATCH = 1_024;
  private static final String FIGURES = "figures.properties";

  /** Builds the index, unless it is there from an earlier run. */
  static LuceneIndex kept(Path folder, LuceneEngine engine, VectorFile base) throws IOException {
    Path file = folder.resolve(FIGURES);
    if (!Files.exists(file)) {
      System.err.println("building " + folder.getFileName() + ", once");
      return built(folder, engine, base);
    }
    Properties kept = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      kept.load(in);
    }
    Map<String, Double> figures = new TreeMap<>();
    kept.forEach((name, value) -> figures.put((String) name, Double.valueOf((String) value)));
    return new LuceneIndex(folder, figures);
  }

  /** Builds the index anew. */
  static LuceneIndex built(Path folder, LuceneEngine engine, VectorFile base) throws IOException {
    IOUtils.rm(folder);
    Map<String, Double> figures = new TreeMap<>();
    try (Directory directory = FSDirectory.open(folder)) {
      build(directory, engine, base, figures);
      long bytes = 0;
      for (String file : directory.listAll()) {
        if (engine.endings().stream().anyMatch(file::endsWith)) {
          bytes += directory.fileLength(file);
        }
      }
      figures.put(MEGABYTES, bytes / 1e6);
    }
    figures.put("JDK", (double) Runtime.version().feature());
    Properties kept = new Properties();
    figures.forEach((name, value) -> kept.setProperty(name, value.toString()));
    try (Writer out = Files.newBufferedWriter(folder.resolve(FIGURES))) {
      kept.store(out, null);
    }
    return new LuceneIndex(folder, figures);
  }

  private static void build(
      Directory directory, LuceneEngine engine, VectorFile base, Map<String, Double> figures)
      throws IOException {
    IndexWriterConfig config = new IndexWriterConfig().setCodec(engine.codec());
    config.setUseCompoundFile(false);
    config.setMergeScheduler(new SerialMergeScheduler());
    int count = base.count();
    config.setMaxBufferedDocs((count + FLUSHES - 1) / FLUSHES);
    config.setRAMBufferSizeMB(IndexWriterConfig.DISABLE_AUTO_FLUSH);
    long wall = System.nanoTime();
    long started = cpuNanos();
    long added;
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int from = 0; from < count; from += BATCH) {
        add(writer, base, from, Math.min(BATCH, count - from));
      }
      writer.commit();
      added = cpuNanos();
      writer.forceMerge(1);
    }
    figures.put(SECONDS, (cpuNanos() - started) / 1e9);
    figures.put("of it merge", (cpuNanos() - added) / 1e9);
    figures.put("wall s", (System.nanoTime() - wall) / 1e9);
  }

  private static void add(IndexWriter writer, VectorFile base, int from, int n) throws IOException {
    float[] rows = base.rows(from, n);
    int count = base.count();
    for (int i = 0; i < n; i++) {
      Document document = new Document();
      float[] vector = Arrays.copyOfRange(rows, i * base.dimension(), (i + 1) * base.dimension());
      document.add(
          new KnnFloatVectorField(
              LuceneEngine.FIELD, vector, VectorSimilarityFunction.DOT_PRODUCT));
      int number = TrueNeighbours.number(from + i, count);
      document.add(new IntField(TrueNeighbours.NUMBER, number, Field.Store.NO));
      writer.addDocument(document);
    }
  }

  /** The processor time of this thread. */
  static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
