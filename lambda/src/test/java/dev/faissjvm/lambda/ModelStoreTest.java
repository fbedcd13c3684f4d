package dev.faissjvm.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model at an address, here a map of texts, comes whole to the storage or not at all. */
class ModelStoreTest {

  private static final String A =
      "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
  private static final String B =
      "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d";

  @TempDir Path root;
  private final Map<String, String> files = new TreeMap<>();

  @BeforeEach
  void fill() {
    files.put("SHA256SUMS", A + "  ./config.json\n" + B + " *1_Pooling/config.json\n");
    files.put("config.json", "a");
    files.put("1_Pooling/config.json", "b");
  }

  private InputStream open(String name) throws IOException {
    String text = files.get(name);
    if (text == null) {
      throw new FileNotFoundException(name);
    }
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private Path fetch() throws IOException {
    return new ModelStore(root).folder("s3://bucket/model/", this::open);
  }

  private void assertNothingIsLeft() throws IOException {
    try (Stream<Path> left = Files.list(root)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aModelIsFetchedOnce() throws IOException {
    Path folder = fetch();
    assertThat(folder.resolve("config.json")).hasContent("a");
    assertThat(folder.resolve("1_Pooling/config.json")).hasContent("b");
    files.clear();
    assertThat(fetch()).isEqualTo(folder);
    try (Stream<Path> all = Files.list(root)) {
      assertThat(all).containsExactly(folder);
    }
  }

  @Test
  void aFileThatIsNotAsListedLeavesNothing() throws IOException {
    files.put("config.json", "A");
    assertThatThrownBy(this::fetch)
        .isInstanceOf(IOException.class)
        .hasMessage(
            "model file: expected the sha256 "
                + A
                + ", got 559aead08264d5795d3909718cdd05abd49572e84fe55590eef31a88a08fdffd;"
                + " file=config.json, model=s3://bucket/model/");
    assertNothingIsLeft();
    files.remove("config.json");
    assertThatThrownBy(this::fetch).isInstanceOf(FileNotFoundException.class);
    assertNothingIsLeft();
  }

  @Test
  void aListThatPointsElsewhereIsRefused() throws IOException {
    for (String name : new String[] {"../a", "/etc/passwd", "x/../../a"}) {
      files.put("SHA256SUMS", A + "  " + name);
      assertThatThrownBy(this::fetch)
          .hasMessage(
              "model list: expected a sha256 and a relative file name, got '"
                  + A
                  + "  "
                  + name
                  + "'; model=s3://bucket/model/");
    }
    assertNothingIsLeft();
  }

  @Test
  void twoThatFetchAtOnceFindTheSameFolder() throws Exception {
    CyclicBarrier together = new CyclicBarrier(2);
    ModelStore.Address slow =
        name -> {
          try {
            together.await();
          } catch (Exception e) {
            throw new IOException(e);
          }
          return open(name);
        };
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<Path> one = threads.submit(() -> new ModelStore(root).folder("m", slow));
      Future<Path> two = threads.submit(() -> new ModelStore(root).folder("m", slow));
      assertThat(one.get()).isEqualTo(two.get());
      assertThat(one.get().resolve("1_Pooling/config.json")).hasContent("b");
    } finally {
      threads.shutdownNow();
    }
    try (Stream<Path> all = Files.list(root)) {
      assertThat(all).hasSize(1);
    }
  }
}
