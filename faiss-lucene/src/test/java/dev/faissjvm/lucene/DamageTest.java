package dev.faissjvm.lucene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.lucene.testing.Corpus;
import dev.faissjvm.lucene.testing.Place;
import dev.faissjvm.lucene.testing.Vectors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that is not what was written is an exception that names it, never a wrong answer. */
class DamageTest {
  private static final int POSITIONS = 200;

  @TempDir Path folder;
  private Place place = Place.PLAIN_FILE;

  @BeforeEach
  void write() throws IOException {
    write(folder, 5, AcceleratorOptions.NONE);
  }

  private void write(Path folder, long seed, AcceleratorOptions options) throws IOException {
    Corpus corpus = new Corpus(VectorSimilarityFunction.COSINE);
    float[][] vectors =
        Vectors.clustered(seed, options.equals(AcceleratorOptions.NONE) ? 150 : 600, 12, 4);
    try (Directory directory = place.directory(folder);
        IndexWriter writer =
            new IndexWriter(directory, place.config(new FaissKnnVectorsFormat(options)))) {
      for (int i = 0; i < vectors.length; i++) {
        corpus.put(writer, i, i % 4 == 0 ? null : vectors[i]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".faiss", ".fvm", ".fvx"})
  void everyChangedByteIsNoticed(String extension) throws IOException {
    Path file = file(folder, extension);
    byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < POSITIONS; i++) {
      byte[] bad = good.clone();
      bad[(int) ((long) i * good.length / POSITIONS)] ^= 0x41;
      assertRefused(file, bad);
    }
    Files.write(file, good);
    openAndCheck();
  }

  @ParameterizedTest
  @CsvSource({"BESIDE_COMPOUND_FILE, .faiss", "HEADED_FILE, .lfaiss", "READ_FILE, .faiss"})
  void everyChangedByteIsNoticedWhereverTheFileLies(
      Place where, String extension, @TempDir Path elsewhere) throws IOException {
    place = where;
    write(elsewhere, 5, AcceleratorOptions.NONE);
    folder = elsewhere;
    everyChangedByteIsNoticed(extension);
    everyTruncationIsRefused(extension);
  }

  @Test
  void everyChangedByteOfAnAcceleratorIsNoticed(@TempDir Path accelerated) throws IOException {
    write(accelerated, 7, new AcceleratorOptions(256, "", 0.5, 1));
    folder = accelerated;
    everyChangedByteIsNoticed("a.faiss");
    everyTruncationIsRefused("a.faiss");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HNSW16"})
  void aDamagedAcceleratorEndsNoSearchBadly(String factory, @TempDir Path accelerated)
      throws IOException {
    write(accelerated, 7, new AcceleratorOptions(256, factory, 0.5, 1));
    folder = accelerated;
    Path file = file(folder, "a.faiss");
    byte[] good = Files.readAllBytes(file);
    int refused = 0;
    for (int i = 0; i < POSITIONS; i++) {
      byte[] bad = good.clone();
      bad[(int) ((long) i * (good.length - 16) / POSITIONS)] ^= (byte) (1 << i % 8);
      Files.write(file, bad);
      refused += searchUnchecked(file) ? 0 : 1;
    }
    assertThat(refused).isGreaterThan(0);
    Files.write(file, good);
    assertThat(searchUnchecked(file)).isTrue();
  }

  /** Returns whether there was an answer, which may be a poor one; else the file was named. */
  private boolean searchUnchecked(Path file) throws IOException {
    try (Directory directory = place.directory(folder);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      float[] query = Vectors.clustered(8, 1, 12, 4)[0];
      KnnFloatVectorQuery nearest = new KnnFloatVectorQuery(Corpus.FIELD, query, 10);
      assertThat(new IndexSearcher(reader).search(nearest, 10).scoreDocs).isNotNull();
      return true;
    } catch (CorruptIndexException damaged) {
      assertThat(damaged).hasMessageContaining(file.getFileName().toString());
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".faiss", ".fvm", ".fvx"})
  void everyTruncationIsRefused(String extension) throws IOException {
    Path file = file(folder, extension);
    byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < POSITIONS; i++) {
      int length = (int) ((long) i * good.length / POSITIONS);
      assertRefused(file, java.util.Arrays.copyOf(good, length));
    }
  }

  @Test
  void theFlatFileOfAnotherSegmentIsRefused(@TempDir Path other) throws IOException {
    write(other, 6, AcceleratorOptions.NONE);
    Path file = file(folder, ".faiss");
    assertRefused(file, Files.readAllBytes(file(other, ".faiss")));
  }

  @Test
  void aFlatFileOfAnotherShapeSaysWhatWasExpected() throws IOException {
    Path file = file(folder, ".faiss");
    byte[] bytes = Files.readAllBytes(file);
    bytes[4] = 13;
    Files.write(file, bytes);
    assertThatThrownBy(this::openAndCheck)
        .isInstanceOf(CorruptIndexException.class)
        .hasMessageStartingWith(
            "flat file: expected the header of a flat Faiss index;"
                + " fourcc=IxFI, dimension=12, vectors=112")
        .hasMessageContaining(file.getFileName().toString());
  }

  @Test
  void aNewerFileSaysSo() throws IOException {
    Path file = file(folder, ".fvm");
    byte[] bytes = Files.readAllBytes(file);
    int version = 4 + 1 + FaissKnnVectorsFormat.META_CODEC.length() + 3;
    assertThat(bytes[version]).isEqualTo((byte) FaissKnnVectorsFormat.VERSION);
    bytes[version]++;
    CRC32 checksum = new CRC32();
    checksum.update(bytes, 0, bytes.length - Long.BYTES);
    ByteBuffer.wrap(bytes).putLong(bytes.length - Long.BYTES, checksum.getValue());
    Files.write(file, bytes);
    assertThatThrownBy(this::openAndCheck)
        .isInstanceOf(IndexFormatTooNewException.class)
        .hasMessageContaining(file.getFileName().toString());
  }

  private void assertRefused(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    assertThatThrownBy(this::openAndCheck)
        .isInstanceOfAny(
            CorruptIndexException.class,
            IndexFormatTooNewException.class,
            IndexFormatTooOldException.class)
        .hasStackTraceContaining(file.getFileName().toString());
  }

  private void openAndCheck() throws IOException {
    try (Directory directory = place.directory(folder);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      ((CodecReader) reader.leaves().get(0).reader()).checkIntegrity();
    }
  }

  private static Path file(Path folder, String extension) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found = files.filter(f -> f.toString().endsWith(extension)).toList();
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }
}
