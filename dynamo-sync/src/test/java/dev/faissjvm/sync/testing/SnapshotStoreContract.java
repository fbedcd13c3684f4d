package dev.faissjvm.sync.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.faissjvm.sync.publish.SnapshotStore;
import dev.faissjvm.sync.publish.SnapshotStore.Stored;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What publishers and readers may rely on, of every store. */
public abstract class SnapshotStoreContract {

  @TempDir Path local;
  private SnapshotStore store;

  /** Returns an empty store. */
  protected abstract SnapshotStore emptyStore() throws IOException;

  @BeforeEach
  void makeStore() throws IOException {
    store = emptyStore();
  }

  protected static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Path file(String text) throws IOException {
    return Files.write(Files.createTempFile(local, "file", ""), bytes(text));
  }

  @Test
  void nothingIsThereAtFirst() throws IOException {
    assertThat(store.list("")).isEmpty();
    assertThat(store.list("files/")).isEmpty();
    assertThat(store.read("manifest-1")).isEmpty();
    store.delete("manifest-1");
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> store.fetch("files/a", local.resolve("a")));
  }

  @Test
  void anObjectIsCreatedOnce() throws IOException {
    assertThat(store.create("manifest-1", bytes("first"))).isTrue();
    assertThat(store.create("manifest-1", bytes("second"))).isFalse();
    assertThat(store.read("manifest-1")).hasValue(bytes("first"));
  }

  @Test
  void ofManyThatCreateOneNameAtOnceOneWins() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    for (int round = 0; round < 5; round++) {
      List<Callable<Boolean>> attempts = new ArrayList<>();
      String name = "manifest-" + round;
      for (int i = 0; i < 8; i++) {
        byte[] content = bytes("by " + i);
        attempts.add(() -> store.create(name, content));
      }
      int winners = 0;
      for (Future<Boolean> attempt : threads.invokeAll(attempts)) {
        winners += attempt.get() ? 1 : 0;
      }
      assertThat(winners).as("round %d", round).isEqualTo(1);
    }
    threads.shutdown();
  }

  @Test
  void aFileGoesInAndComesOut() throws IOException {
    byte[] content = new byte[3_000_000];
    new Random(1).nextBytes(content);
    Path source = Files.write(local.resolve("source"), content);

    store.put("files/abc", source);
    store.put("files/abc", source);
    store.fetch("files/abc", local.resolve("copy"));

    assertThat(local.resolve("copy")).hasSameBinaryContentAs(source);
    assertThat(store.read("files/abc")).hasValue(content);
  }

  @Test
  void listsAreByPrefixInOrderWithSizesAndTimes() throws IOException {
    Instant before = Instant.now().minus(Duration.ofMinutes(1));
    store.create("manifest-2", bytes("22"));
    store.create("manifest-1", bytes("1"));
    store.put("files/b", file("bbb"));
    store.put("files/a", file("aaaa"));

    assertThat(store.list("manifest-"))
        .extracting(Stored::name, Stored::sizeBytes)
        .containsExactly(tuple("manifest-1", 1L), tuple("manifest-2", 2L));
    assertThat(store.list("files/")).extracting(Stored::name).containsExactly("files/a", "files/b");
    assertThat(store.list("files/")).allMatch(stored -> stored.written().isAfter(before));
  }

  @Test
  void aDeletedObjectIsGone() throws IOException {
    store.create("manifest-1", bytes("1"));
    store.delete("manifest-1");

    assertThat(store.list("manifest-")).isEmpty();
    assertThat(store.create("manifest-1", bytes("again"))).isTrue();
  }
}
