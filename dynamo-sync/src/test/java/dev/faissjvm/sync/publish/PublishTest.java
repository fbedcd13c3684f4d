package dev.faissjvm.sync.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.sync.change.CorruptSnapshotException;
import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.UnusableIndexException;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.search.SearchHit;
import dev.faissjvm.sync.search.SearchRequest;
import dev.faissjvm.sync.search.SearchService;
import dev.faissjvm.sync.testing.FakeClock;
import dev.faissjvm.sync.testing.HashingEmbedder;
import dev.faissjvm.sync.testing.Library;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots from one folder to another, whatever befalls them. */
class PublishTest {

  @TempDir Path folder;
  private final FakeClock clock = new FakeClock();
  private Library library;
  private SnapshotStore store;
  private Publisher publisher;
  private SnapshotReader reader;

  @BeforeEach
  void join() {
    library =
        new Library(folder.resolve("index"), DocumentMapping.recipe(), new HashingEmbedder(16));
    store = FolderSnapshotStore.of(folder.resolve("store"));
    publisher = Publisher.of(library.folder, store, clock);
    reader = SnapshotReader.of(store, folder.resolve("local"));
  }

  private Manifest publish(String key, String text) throws IOException {
    library.table.put(RowKey.of("g", key), Map.of("content", text));
    library.sync();
    return publisher.publish();
  }

  private List<RowKey> search(SearchService service) throws IOException {
    SearchRequest request = SearchRequest.builder().text("text").k(50).build();
    return service.search(request).hits().stream().map(SearchHit::key).toList();
  }

  private List<RowKey> searchLocal() throws IOException {
    try (SearchService service = SearchService.open(folder.resolve("local"), library.embedder)) {
      return search(service);
    }
  }

  @Test
  void aSnapshotIsSearchedElsewhere() throws IOException {
    Manifest published = publish("a", "a text");

    assertThat(reader.refresh()).isEqualTo(published);
    assertThat(published.number()).isEqualTo(1);
    assertThat(published.fence()).isEqualTo(new Fence(1));
    assertThat(searchLocal()).containsExactly(RowKey.of("g", "a"));
    assertThat(reader.problems()).isEmpty();
  }

  @Test
  void anOpenSearchMovesOnToANewSnapshot() throws IOException {
    publish("a", "a text");
    reader.refresh();
    try (SearchService service = SearchService.open(folder.resolve("local"), library.embedder)) {
      for (int i = 0; i < 5; i++) {
        publish("b" + i, "another text " + i);
        reader.refresh();
        assertThat(service.refresh()).isTrue();
        assertThat(search(service)).hasSize(i + 2);
      }
    }
  }

  @Test
  void onlyNewFilesGoUpAndComeDown() throws IOException {
    for (int i = 0; i < 50; i++) {
      library.table.put(RowKey.of("g", "k" + i), Map.of("content", "a text " + i));
    }
    Manifest first = publish("a", "a text");
    reader.refresh();
    Set<String> before = stored(first);
    Set<String> there = names("files/");

    Manifest second = publish("b", "another text");

    Set<String> uploaded = names("files/");
    uploaded.removeAll(there);
    Set<String> added = stored(second);
    added.removeAll(before);
    assertThat(added).isNotEmpty().hasSizeLessThan(second.files().size());
    assertThat(uploaded).isEqualTo(added);
    for (String known : before) {
      Files.delete(folder.resolve("store").resolve(known));
    }
    assertThat(reader.refresh()).isEqualTo(second);
    assertThat(searchLocal()).hasSize(50);
  }

  private static Set<String> stored(Manifest manifest) {
    Set<String> names = new HashSet<>();
    manifest.files().forEach(file -> names.add(file.stored()));
    return names;
  }

  private Set<String> names(String prefix) throws IOException {
    Set<String> names = new HashSet<>();
    store.list(prefix).forEach(stored -> names.add(stored.name()));
    return names;
  }

  @Test
  void whatIsPublishedIsNotPublishedAgain() throws IOException {
    Manifest first = publish("a", "a text");

    assertThat(publisher.publish()).isEqualTo(first);
    assertThat(Publisher.of(library.folder, store).publish()).isEqualTo(first);
    assertThat(store.list(Manifest.PREFIX)).hasSize(1);
  }

  @Test
  void everyDamageToEveryFileIsFoundAndTheSnapshotBeforeIsUsed() throws IOException {
    Manifest first = publish("a", "a text");
    Manifest second = publish("b", "another text");
    List<String> objects = new ArrayList<>(stored(second));
    objects.removeAll(stored(first));
    objects.add(Manifest.name(2));
    int damages = 0;
    for (String object : objects) {
      Path file = folder.resolve("store").resolve(object);
      byte[] whole = Files.readAllBytes(file);
      for (Damage damage : Damage.values()) {
        damage.inflict(file, whole, store.read(first.files().get(0).stored()).orElseThrow());
        SnapshotReader fresh = SnapshotReader.of(store, folder.resolve("local-" + damages++));

        assertThat(fresh.refresh()).as("%s %s", object, damage).isEqualTo(first);
        boolean unseen = damage == Damage.ABSENT && object.startsWith(Manifest.PREFIX);
        assertThat(fresh.problems())
            .hasSize(unseen ? 0 : 1)
            .allMatch(problem -> problem.startsWith("snapshot: expected "));

        Files.write(file, whole);
        assertThat(fresh.refresh()).isEqualTo(second);
      }
    }
    assertThat(damages).isGreaterThan(20);
  }

  private enum Damage {
    TRUNCATED,
    FLIPPED,
    SWAPPED,
    ABSENT,
    EMPTY;

    void inflict(Path file, byte[] whole, byte[] another) throws IOException {
      byte[] damaged = whole.clone();
      switch (this) {
        case TRUNCATED -> Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        case FLIPPED -> {
          damaged[whole.length / 2] ^= 1;
          Files.write(file, damaged);
        }
        case SWAPPED -> Files.write(file, another);
        case ABSENT -> Files.delete(file);
        default -> Files.write(file, new byte[0]);
      }
    }
  }

  @Test
  void whatIsWrongIsSaidInFull() throws IOException {
    Manifest only = publish("a", "a text");
    SnapshotFile file = only.files().get(0);
    Path stored = folder.resolve("store").resolve(file.stored());
    byte[] whole = Files.readAllBytes(stored);
    Files.write(stored, new byte[] {1});

    assertThatThrownBy(reader::refresh)
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessage(
            "snapshots: expected a whole one, got none; snapshot: expected "
                + whole.length
                + " bytes of sha256 "
                + file.sha256()
                + ", got 1 bytes; file="
                + file.name()
                + ", name=manifest-0000000001");

    Files.delete(stored);
    assertThatThrownBy(reader::refresh)
        .hasMessageEndingWith(
            "snapshot: expected the object, got none; file="
                + file.name()
                + ", name=manifest-0000000001");
  }

  @Test
  void anEmptyStoreAndAnEmptyFolderAreTold() {
    assertThatThrownBy(reader::refresh)
        .isInstanceOf(UnusableIndexException.class)
        .hasMessage("snapshots: expected at least one, got none; publish one first");
    assertThatThrownBy(publisher::publish)
        .isInstanceOf(UnusableIndexException.class)
        .hasMessage("publish: expected an index, got none; run a sync first");
  }

  @Test
  void aBrokenSnapshotLeavesTheLocalOneInPlace() throws IOException {
    publish("a", "a text");
    reader.refresh();
    for (SnapshotStore.Stored manifest : store.list(Manifest.PREFIX)) {
      Files.write(folder.resolve("store").resolve(manifest.name()), new byte[] {1, 2});
    }

    assertThatThrownBy(reader::refresh)
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessageStartingWith(
            "snapshots: expected a whole one, got none; snapshot: expected faissjvm.snapshot 2026.1,"
                + " got ");
    assertThat(searchLocal()).containsExactly(RowKey.of("g", "a"));
  }

  @Test
  void aPublisherThatWasReplacedIsRefused() throws IOException {
    publish("a", "a text");
    Manifest other = new Manifest(2, new Fence(99), Instant.EPOCH, publisher.publish().files());
    store.create(Manifest.name(2), other.encoded());

    assertThatThrownBy(() -> publish("b", "another text"))
        .isInstanceOf(FencedException.class)
        .hasMessage(
            "publish: expected a fence of at least 99, got 2; snapshot=2; another writer has taken"
                + " over");
  }

  @Test
  void aNumberThatIsTakenMeanwhileIsPassedOver() throws IOException {
    publish("a", "a text");
    FaultyStore racing = new FaultyStore(store);
    racing.beforeCreate = name -> store.create(name, "by another".getBytes(StandardCharsets.UTF_8));
    library.table.put(RowKey.of("g", "b"), Map.of("content", "another text"));
    library.sync();

    Manifest published = Publisher.of(library.folder, racing, clock).publish();

    assertThat(published.number()).isEqualTo(3);
    assertThat(reader.refresh()).isEqualTo(published);
  }

  /** An object store may list what it has not finished writing, under a longer name. */
  @Test
  void whatOnlyBeginsLikeAManifestIsPassedOver() throws IOException {
    publish("a", "a text");
    store.create("manifest-0000000001-unfinished", new byte[] {1});

    Manifest second = publish("b", "another text");

    assertThat(second.number()).isEqualTo(2);
    store.create("manifest-0000000002-unfinished", new byte[] {1});
    assertThat(reader.refresh()).isEqualTo(second);
    assertThat(reader.problems()).isEmpty();
  }

  @Test
  void aCreateWhoseAnswerWasLostIsRecognised() throws IOException {
    library.table.put(RowKey.of("g", "a"), Map.of("content", "a text"));
    library.sync();
    FaultyStore losing = new FaultyStore(store);
    losing.losesAnswers = true;

    Manifest published = Publisher.of(library.folder, losing, clock).publish();

    assertThat(published.number()).isEqualTo(1);
    assertThat(store.list(Manifest.PREFIX)).hasSize(1);
  }

  @Test
  void retentionKeepsTheNewestAndTheYoung() throws IOException {
    for (int i = 0; i < 6; i++) {
      publish("k" + i, "text " + i);
    }
    clock.advance(Duration.ofDays(-1));
    Path manifests = folder.resolve("store");
    for (SnapshotStore.Stored stored : store.list("")) {
      Files.setLastModifiedTime(
          manifests.resolve(stored.name()),
          FileTime.from(
              clock.instant().minus(Duration.ofMinutes(stored.name().endsWith("4") ? 1 : 90))));
    }
    for (SnapshotStore.Stored stored : store.list("files/")) {
      Files.setLastModifiedTime(
          manifests.resolve(stored.name()),
          FileTime.from(clock.instant().minus(Duration.ofMinutes(90))));
    }

    int deleted = publisher.prune(new Retention(2, Duration.ofHours(1)));

    assertThat(store.list(Manifest.PREFIX))
        .extracting(SnapshotStore.Stored::name)
        .containsExactly(Manifest.name(4), Manifest.name(5), Manifest.name(6));
    assertThat(deleted).isGreaterThan(3);
    Set<String> named = new HashSet<>();
    for (int i = 4; i <= 6; i++) {
      named.addAll(stored(Manifest.read("m", store.read(Manifest.name(i)).orElseThrow())));
    }
    assertThat(names("files/")).isEqualTo(named);
    assertThat(reader.refresh().number()).isEqualTo(6);
    assertThat(publisher.prune(new Retention(2, Duration.ofHours(1)))).isZero();
  }

  @Test
  void aFileOfAnUnfinishedPublishIsKeptWhileItIsYoung() throws IOException {
    publish("a", "a text");
    store.put("files/" + "0".repeat(64), library.folder.resolve("index-000001/write.lock"));

    assertThat(publisher.prune(Retention.standard())).isZero();
    clock.advance(Duration.ofDays(20_000));
    assertThat(publisher.prune(Retention.standard())).isEqualTo(1);
  }

  @Test
  void aReaderKeepsTwoIndexesAndTheirFilesOnly() throws IOException {
    for (int i = 0; i < 5; i++) {
      publish("k" + i, "text " + i);
      reader.refresh();
    }
    try (var children = Files.list(folder.resolve("local"))) {
      assertThat(children.map(child -> String.valueOf(child.getFileName())).toList())
          .containsExactlyInAnyOrder("files", "index-000004", "index-000005");
    }
    Set<String> named = new HashSet<>();
    for (int i = 4; i <= 5; i++) {
      named.addAll(stored(Manifest.read("m", store.read(Manifest.name(i)).orElseThrow())));
    }
    try (var files = Files.list(folder.resolve("local/files"))) {
      assertThat(files.map(file -> "files/" + file.getFileName()).toList())
          .containsExactlyInAnyOrderElementsOf(named);
    }
  }

  @Test
  void retentionHasBounds() {
    assertThatThrownBy(() -> new Retention(1, Duration.ofHours(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("retention: expected 2 to 10000 snapshots and an age, got count=1, age=PT1H");
  }
}
