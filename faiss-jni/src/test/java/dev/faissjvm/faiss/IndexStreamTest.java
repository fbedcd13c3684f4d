package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.faiss.testing.Vectors;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An index goes to and comes from streams, channels and buffers with the bytes of its file. */
class IndexStreamTest {
  private static final int D = 16;
  private final float[] rows = Vectors.gaussian(2_000, D, 1);

  @TempDir Path folder = Path.of("");

  private VectorIndex filled(String factory) {
    VectorIndex index = VectorIndex.create(factory, D, Metric.L2);
    index.train(rows);
    index.add(rows);
    return index;
  }

  @ParameterizedTest
  @ValueSource(strings = {"Flat", "IVF16,SQ8", "HNSW8", "IVF4,PQ4x4fs", "PCA8,Flat"})
  void everyWayOutHasTheBytesOfTheFileAndEveryWayInReadsThem(String factory) throws Exception {
    Path file = folder.resolve("file");
    try (VectorIndex index = filled(factory)) {
      index.write(file);
      byte[] expected = Files.readAllBytes(file);
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      index.write(stream);
      assertThat(stream.toByteArray()).isEqualTo(expected);
      ByteArrayOutputStream channel = new ByteArrayOutputStream();
      index.write(Channels.newChannel(channel));
      assertThat(channel.toByteArray()).isEqualTo(expected);
      assertThat(index.writtenSizeBytes()).isEqualTo(expected.length);

      Neighbors answer = index.search(rows, 3);
      InputStream in = new ByteArrayInputStream(expected);
      ByteBuffer heap = ByteBuffer.wrap(expected);
      ByteBuffer direct =
          ByteBuffer.allocateDirect(expected.length + 7).position(7).put(expected).position(7);
      ByteArrayInputStream twice = new ByteArrayInputStream(concatenated(expected, expected));
      try (VectorIndex fromStream = VectorIndex.read(in);
          VectorIndex fromHeap = VectorIndex.read(heap);
          VectorIndex fromDirect = VectorIndex.read(direct);
          VectorIndex first = VectorIndex.read(Channels.newChannel(twice), expected.length);
          VectorIndex second = VectorIndex.read(twice)) {
        for (VectorIndex read :
            new VectorIndex[] {fromStream, fromHeap, fromDirect, first, second}) {
          assertThat(read.search(rows, 3)).isEqualTo(answer);
        }
        assertThat(heap.hasRemaining()).isFalse();
      }
    }
  }

  private static byte[] concatenated(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  /** Memory for a stream that does not say how long it is starts with 16 MiB and is moved. */
  @Test
  void aStreamLongerThanItsFirstMemoryIsReadWhole() throws Exception {
    float[] many = Vectors.gaussian(300_000, D, 2);
    try (VectorIndex index = VectorIndex.create("Flat", D, Metric.L2)) {
      index.add(many);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      index.write(out);
      assertThat(out.size()).isGreaterThan(1 << 24);
      try (VectorIndex read = VectorIndex.read(new ByteArrayInputStream(out.toByteArray()))) {
        assertThat(read.reconstruct(299_999)).isEqualTo(Vectors.row(many, D, 299_999));
      }
    }
  }

  @Test
  void whatAStreamThrowsComesOutAsItIs() throws Exception {
    IOException full = new IOException("no space left");
    IllegalStateException odd = new IllegalStateException("odd");
    try (VectorIndex index = filled("Flat")) {
      assertThatThrownBy(() -> index.write(throwing(full))).isSameAs(full);
      assertThatThrownBy(() -> index.write(throwing(odd))).isSameAs(odd);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      index.write(out);
      InputStream broken =
          new FilterInputStream(new ByteArrayInputStream(out.toByteArray())) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
              if (in.available() < 1_000) {
                throw full;
              }
              return super.read(target, offset, Math.min(length, 999));
            }
          };
      assertThatThrownBy(() -> VectorIndex.read(broken)).isSameAs(full);
      assertThatThrownBy(
              () -> VectorIndex.read(Channels.newChannel(new ByteArrayInputStream(new byte[5])), 6))
          .isInstanceOf(EOFException.class)
          .hasMessage("index: expected 6 bytes, got 5");
      assertThatThrownBy(() -> VectorIndex.read(new ByteArrayInputStream(new byte[0])))
          .isInstanceOf(IndexFormatException.class);
      assertThat(index.count()).isEqualTo(2_000);
    }
  }

  private static OutputStream throwing(Exception failure) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        if (failure instanceof IOException io) {
          throw io;
        }
        throw (RuntimeException) failure;
      }
    };
  }

  /** Under its lock a change from the stream would have waited for itself. */
  @Test
  void aStreamThatCallsTheIndexBackIsRefused() throws Exception {
    try (VectorIndex index = filled("Flat");
        VectorIndex other = filled("Flat")) {
      refusesBack(index, i -> i.search(rows, 1));
      refusesBack(index, i -> i.add(rows));
      refusesBack(index, VectorIndex::close);
      refusesBack(index, VectorIndex::count);
      refusesBack(index, i -> other.mergeFrom(i, 0));
      AtomicReference<Neighbors> found = new AtomicReference<>();
      index.write(calling(() -> found.set(other.search(rows, 1))));
      assertThat(found.get()).isNotNull();
      index.add(rows);
      assertThat(index.count()).isEqualTo(4_000);
    }
  }

  private static void refusesBack(VectorIndex index, Consumer<VectorIndex> call) {
    assertThatThrownBy(() -> index.write(calling(() -> call.accept(index))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "index: expected no call from the stream that it is written to or read from, got one");
  }

  private static OutputStream calling(Runnable call) {
    return new OutputStream() {
      @Override
      public void write(int b) {
        call.run();
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        call.run();
      }
    };
  }

  @Test
  void aKindWithoutRulesIsReadOnlyByTheNameThatSaysSo() throws Exception {
    Path file = folder.resolve("trailing");
    try (VectorIndex index = filled("Flat")) {
      index.write(file);
      Files.write(file, concatenated(Files.readAllBytes(file), new byte[3])); // Faiss takes it
      assertThatThrownBy(() -> VectorIndex.read(file)).isInstanceOf(IndexFormatException.class);
      try (VectorIndex read = VectorIndex.readUnchecked(file)) {
        assertThat(read.search(rows, 3)).isEqualTo(index.search(rows, 3));
      }
    }
    Files.write(file, new byte[] {'n', 'o', 'n', 'e'});
    assertThatThrownBy(() -> VectorIndex.readUnchecked(file))
        .isInstanceOf(NativeFaissException.class)
        .hasMessageStartingWith("read: ");
  }
}
