package dev.faissjvm.sync.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.UnusableIndexException;
import dev.faissjvm.sync.document.Document;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.document.FieldType;
import dev.faissjvm.sync.embed.DocumentEmbedder;
import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.IndexStore;
import dev.faissjvm.sync.index.IndexedRow;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a sync may rely on, of every index. */
public abstract class IndexStoreContract {

  /** Components of the vectors. */
  protected static final int DIMENSION = 16;

  /** A mapping with filters of every type, and passages. */
  protected static final DocumentMapping MAPPING =
      DocumentMapping.of(KeyNames.of("shelf", "number"), "{text}")
          .withPassages(100)
          .withFilter("year", FieldType.NUMBER)
          .withFilter("tag", FieldType.STRING)
          .withFilter("lent", FieldType.BOOLEAN);

  private static final String LONG =
      "The first sentence of this text is here to be long enough for a passage of its own, surely. "
          + "The second sentence of it is as long as the first one, and makes another passage now. "
          + "A third one ends it, and is quite long as well, so that there are three of them.";

  private final HashingEmbedder embedder = new HashingEmbedder(DIMENSION);
  private IndexHome home;

  /** Returns an index without rows. */
  protected abstract IndexHome emptyIndex() throws IOException;

  @BeforeEach
  void make() throws IOException {
    home = emptyIndex();
  }

  private IndexStore open(long fence) throws IOException {
    return home.open(
        new IndexHome.Writer(new Fence(fence), embedder.fingerprint(), DIMENSION, MAPPING));
  }

  private static RowKey key(Object number) {
    return RowKey.of("a shelf/with! odd,chars", number);
  }

  private static Document document(RowKey key, String text) {
    return MAPPING.document(
        new Row(
            key,
            Map.of(
                "text",
                text,
                "year",
                new BigDecimal("1999.5"),
                "tag",
                List.of("a b", "c"),
                "lent",
                true),
            1L,
            true,
            false));
  }

  private void put(IndexStore store, Document document) throws IOException {
    store.put(document, new DocumentEmbedder(embedder).embed(List.of(document)).get(0));
  }

  private static Optional<IndexedRow> find(IndexStore store, RowKey key) throws IOException {
    return store.find(List.of(key)).get(0);
  }

  @Test
  void thereIsNoCommitBeforeTheFirst() throws IOException {
    assertThat(home.lastCommit()).isEmpty();
    try (IndexStore store = open(1)) {
      assertThat(find(store, key(1))).isEmpty();
    }
    assertThat(home.lastCommit()).isEmpty();
  }

  @Test
  void aCommitSaysWhatItIs() throws IOException {
    Commit first;
    try (IndexStore store = open(3)) {
      first = store.commit();
    }
    Commit last = home.lastCommit().orElseThrow();

    assertThat(last).isEqualTo(first);
    assertThat(last.fence()).isEqualTo(new Fence(3));
    assertThat(last.fingerprint()).isEqualTo(embedder.fingerprint());
    assertThat(last.dimension()).isEqualTo(DIMENSION);
    assertThat(last.mapping()).isEqualTo(MAPPING);
  }

  @Test
  void generationsGrow() throws IOException {
    List<Long> generations = new ArrayList<>();
    for (int fence = 1; fence <= 2; fence++) {
      try (IndexStore store = open(fence)) {
        for (int i = 0; i < 2; i++) {
          put(store, document(key(i), "text " + fence));
          generations.add(store.commit().generation());
        }
      }
    }
    assertThat(generations).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void aRowIsFoundOnceItIsCommitted() throws IOException {
    Document document = document(key(1), "some text");
    try (IndexStore store = open(1)) {
      put(store, document);
      assertThat(find(store, key(1))).isEmpty();
      store.commit();

      IndexedRow row = find(store, key(1)).orElseThrow();

      assertThat(row.rowHash()).isEqualTo(document.rowHash());
      assertThat(row.textHash()).isEqualTo(document.textHash());
      assertThat(row.parkedReason()).isNull();
      assertThat(row.documents()).isEqualTo(1);
    }
    try (IndexStore store = open(2)) {
      assertThat(find(store, key(1))).isPresent();
      assertThat(find(store, key(2))).isEmpty();
    }
  }

  @Test
  void answersStandInTheOrderOfTheKeys() throws IOException {
    try (IndexStore store = open(1)) {
      for (int i = 0; i < 5; i += 2) {
        put(store, document(key(i), "text " + i));
      }
      store.commit();

      List<Optional<IndexedRow>> rows =
          store.find(List.of(key(4), key(3), key(2), key(1), key("2"), key(0)));

      assertThat(rows.stream().map(Optional::isPresent))
          .containsExactly(true, false, true, false, false, true);
    }
  }

  @Test
  void everyPassageKeepsItsVector() throws IOException {
    Document document = document(key(1), LONG);
    List<float[]> vectors = new DocumentEmbedder(embedder).embed(List.of(document)).get(0);
    assertThat(vectors).hasSizeGreaterThan(2);
    try (IndexStore store = open(1)) {
      store.put(document, vectors);
      store.commit();
    }
    try (IndexStore store = open(2)) {
      IndexedRow row = find(store, key(1)).orElseThrow();
      assertThat(row.documents()).isEqualTo(vectors.size());
      assertThat(row.vectors().read()).usingRecursiveComparison().isEqualTo(vectors);
    }
  }

  @Test
  void aRowReplacesWhatStoodUnderItsKey() throws IOException {
    try (IndexStore store = open(1)) {
      put(store, document(key(1), LONG));
      store.commit();
      put(store, document(key(1), "short"));
      store.commit();
      put(store, document(key(1), LONG.substring(93)));
      store.commit();
      IndexedRow row = find(store, key(1)).orElseThrow();
      assertThat(row.documents()).isEqualTo(2);
      assertThat(row.vectors().read()).hasSize(2);
    }
  }

  @Test
  void aKeyThatWasChangedIsUnknownUntilTheCommit() throws IOException {
    try (IndexStore store = open(1)) {
      put(store, document(key(1), "old"));
      put(store, document(key(2), "old"));
      put(store, document(key(3), "old"));
      store.commit();
      put(store, document(key(1), "new"));
      store.delete(key(2));
      store.park(key(3), "hash", "reason");

      assertThat(store.find(List.of(key(1), key(2), key(3))))
          .containsExactly(Optional.empty(), Optional.empty(), Optional.empty());
    }
  }

  @Test
  void whatWasNotCommittedIsGone() throws IOException {
    Document old = document(key(1), "old");
    try (IndexStore store = open(1)) {
      put(store, old);
      store.commit();
      put(store, document(key(1), "new"));
      put(store, document(key(2), "new"));
    }
    try (IndexStore store = open(2)) {
      assertThat(find(store, key(1)).orElseThrow().rowHash()).isEqualTo(old.rowHash());
      assertThat(find(store, key(2))).isEmpty();
    }
  }

  @Test
  void aDeletedRowIsGoneAndMayComeBack() throws IOException {
    try (IndexStore store = open(1)) {
      put(store, document(key(1), LONG));
      store.commit();
      store.delete(key(1));
      store.delete(key(2));
      store.commit();
      assertThat(find(store, key(1))).isEmpty();
    }
    try (IndexStore store = open(2)) {
      assertThat(find(store, key(1))).isEmpty();
      put(store, document(key(1), "again"));
      store.commit();
      assertThat(find(store, key(1)).orElseThrow().documents()).isEqualTo(1);
    }
  }

  @Test
  void aParkedRowHasItsReason() throws IOException {
    try (IndexStore store = open(1)) {
      put(store, document(key(1), LONG));
      store.commit();
      store.park(key(1), "hash", "no text, \"quoted\"");
      store.commit();

      IndexedRow row = find(store, key(1)).orElseThrow();

      assertThat(row.parkedReason()).isEqualTo("no text, \"quoted\"");
      assertThat(row.rowHash()).isEqualTo("hash");
      assertThat(row.textHash()).isEmpty();
      assertThat(row.documents()).isEqualTo(1);
    }
  }

  @Test
  void aSmallerFenceIsRefused() throws IOException {
    try (IndexStore store = open(7)) {
      put(store, document(key(1), "text"));
      store.commit();
    }
    assertThatExceptionOfType(FencedException.class)
        .isThrownBy(() -> open(6).close())
        .withMessageContaining("fence: expected");
  }

  @Test
  void aHolderMayOpenAgain() throws IOException {
    Document second = document(key(1), "second");
    for (Document document : List.of(document(key(1), "first"), second)) {
      try (IndexStore store = open(4)) {
        put(store, document);
        store.commit();
      }
    }
    try (IndexStore store = open(4)) {
      assertThat(find(store, key(1)).orElseThrow().rowHash()).isEqualTo(second.rowHash());
    }
  }

  @Test
  void anotherModelIsRefused() throws IOException {
    try (IndexStore store = open(1)) {
      store.commit();
    }
    assertThatExceptionOfType(UnusableIndexException.class)
        .isThrownBy(
            () ->
                home.open(new IndexHome.Writer(new Fence(2), "another", DIMENSION, MAPPING))
                    .close())
        .withMessageContaining("index model: expected another, got " + embedder.fingerprint());
  }

  @Test
  void tidyingChangesNoRow() throws IOException {
    try (IndexStore store = open(1)) {
      put(store, document(key(1), LONG));
      put(store, document(key(2), LONG));
      store.commit();
      store.delete(key(2));
      store.commit();
      store.tidy();
      assertThat(find(store, key(1))).isPresent();
      assertThat(find(store, key(2))).isEmpty();
    }
  }

  @Test
  void manyChangesByKeyEndAsTheLast() throws IOException {
    Random random = new Random(11);
    Map<RowKey, Document> expected = new HashMap<>();
    for (int fence = 1; fence <= 4; fence++) {
      try (IndexStore store = open(fence)) {
        for (int i = 0; i < 60; i++) {
          RowKey key = key(random.nextInt(25));
          if (random.nextInt(4) == 0) {
            store.delete(key);
            expected.remove(key);
          } else {
            Document document =
                document(key, random.nextInt(5) == 0 ? LONG + i : "text " + random.nextInt(9));
            put(store, document);
            expected.put(key, document);
          }
          if (random.nextInt(20) == 0) {
            store.commit();
          }
        }
        store.commit();
        for (int i = 0; i < 25; i++) {
          Document document = expected.get(key(i));
          assertThat(find(store, key(i)).map(IndexedRow::rowHash))
              .isEqualTo(Optional.ofNullable(document).map(Document::rowHash));
        }
      }
    }
  }
}
