package dev.faissjvm.lucene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.lucene.testing.Corpus;
import dev.faissjvm.lucene.testing.Place;
import dev.faissjvm.lucene.testing.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.NRTCachingDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FileRegionTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void aFlatFileInTheFileSystemIsFoundWhereverLucenePutsIt(Place place) throws IOException {
    try (Directory directory = place.directory(folder)) {
      write(place, directory);
      assertThat(find(directory).isPresent()).isEqualTo(place.isInFiles());
    }
  }

  @Test
  void aFileThatIsStillInACacheIsNotFound() throws IOException {
    try (Directory directory = new CachesAll(FSDirectory.open(folder));
        IndexWriter writer = writer(Place.PLAIN_FILE, directory);
        DirectoryReader reader = DirectoryReader.open(writer)) {
      assertThat(find(reader)).isEmpty();
    }
  }

  @Test
  void aFileThatIsNotWhatLuceneReadsIsNotFound() throws IOException {
    try (Directory directory = Place.PLAIN_FILE.directory(folder);
        Directory changing = new ByteBuffersDirectory()) {
      write(Place.PLAIN_FILE, directory);
      String name = find(directory).orElseThrow().file().getFileName().toString();
      byte[] bytes = Files.readAllBytes(folder.resolve(name));
      bytes[20] ^= 1;
      try (IndexOutput out = changing.createOutput(name, IOContext.DEFAULT)) {
        out.writeBytes(bytes, bytes.length);
      }
      SegmentInfo segment = SegmentInfos.readLatestCommit(directory).info(0).info;
      FieldInfos none = new FieldInfos(new FieldInfo[0]);
      SegmentReadState state = new SegmentReadState(directory, segment, none, IOContext.READ);
      try (IndexInput decoded = changing.openInput(name, IOContext.READ)) {
        assertThat(FileRegion.find(state, name, decoded)).isEmpty();
      }
    }
  }

  private static final class CachesAll extends NRTCachingDirectory {
    CachesAll(Directory files) {
      super(files, 16, 16);
    }

    @Override
    protected boolean doCacheWrite(String name, IOContext context) {
      return true;
    }
  }

  private static void write(Place place, Directory directory) throws IOException {
    writer(place, directory).close();
  }

  private static IndexWriter writer(Place place, Directory directory) throws IOException {
    Corpus corpus = new Corpus(VectorSimilarityFunction.EUCLIDEAN);
    float[][] vectors = Vectors.clustered(3, 30, 8, 2);
    IndexWriter writer = new IndexWriter(directory, place.config(new FaissKnnVectorsFormat()));
    for (int i = 0; i < vectors.length; i++) {
      corpus.put(writer, i, vectors[i]);
    }
    return writer;
  }

  private static Optional<FileRegion> find(Directory directory) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      return find(reader);
    }
  }

  private static Optional<FileRegion> find(DirectoryReader reader) throws IOException {
    SegmentReader leaf = (SegmentReader) reader.leaves().get(0).reader();
    SegmentInfo segment = leaf.getSegmentInfo().info;
    Directory directory = segment.dir;
    if (segment.getUseCompoundFile()) {
      directory =
          segment.getCodec().compoundFormat().getCompoundReader(directory, segment, IOContext.READ);
    }
    FieldInfos fields = leaf.getFieldInfos();
    int number = fields.fieldInfo(Corpus.FIELD).number;
    boolean plain = segment.getCodec() instanceof FaissCodec;
    String name = FlatFile.name(segment.name, "Faiss_0", number, plain);
    SegmentReadState state = new SegmentReadState(directory, segment, fields, IOContext.READ);
    try (IndexInput in = directory.openInput(name, IOContext.READ)) {
      Optional<FileRegion> region = FileRegion.find(state, name, in);
      if (region.isPresent()) {
        byte[] file = Files.readAllBytes(region.get().file());
        byte[] expected = new byte[(int) in.length() - CodecUtil.footerLength()];
        in.seek(0);
        in.readBytes(expected, 0, expected.length);
        int offset = (int) region.get().offset();
        assertThat(Arrays.copyOfRange(file, offset, offset + expected.length)).isEqualTo(expected);
      }
      return region;
    } finally {
      if (directory != segment.dir) {
        directory.close();
      }
    }
  }
}
