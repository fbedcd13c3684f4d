package dev.faissjvm.solr;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.SyncOptions;
import dev.faissjvm.sync.SyncProgress;
import dev.faissjvm.sync.SyncReport;
import dev.faissjvm.sync.SyncRun;
import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.document.FieldType;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.search.Filter;
import dev.faissjvm.sync.search.SearchMode;
import dev.faissjvm.sync.search.SearchRequest;
import dev.faissjvm.sync.testing.HashingEmbedder;
import dev.faissjvm.sync.testing.InMemoryTable;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** A table of books, and questions of every kind about them. */
final class Shelf {

  static final int DIMENSION = 48;

  static final DocumentMapping MAPPING =
      DocumentMapping.of(KeyNames.of("shelf", "number"), "{title}. {about.subject}")
          .withPassages(200)
          .withFilter("year", FieldType.NUMBER)
          .withFilter("tags", FieldType.STRING)
          .withFilter("lent", FieldType.BOOLEAN)
          .withFilter("about.subject", FieldType.STRING);

  private static final List<String> SUBJECTS = List.of("whales", "gardens", "engines", "the sea");
  private static final List<String> WORDS =
      List.of(
          "river",
          "mountain",
          "bakery",
          "bread",
          "oven",
          "letter",
          "garden",
          "machine",
          "sailor",
          "winter",
          "summer",
          "light",
          "stone",
          "forest",
          "music",
          "window",
          "paper",
          "horse");

  final InMemoryTable table = new InMemoryTable(MAPPING);
  final Embedder<String> embedder = new HashingEmbedder(DIMENSION);
  private final Random random;

  Shelf(long seed) {
    random = new Random(seed);
  }

  static RowKey key(int number) {
    return RowKey.of("shelf " + number % 5, new BigDecimal(number));
  }

  /** Puts a book of this number into the table. */
  void put(int number) {
    StringBuilder title = new StringBuilder("Book " + number);
    int words = random.nextInt(8) == 0 ? 90 : 4 + random.nextInt(12);
    for (int i = 0; i < words; i++) {
      title.append(i % 11 == 10 ? ". " : " ").append(WORDS.get(random.nextInt(WORDS.size())));
    }
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("title", title.toString());
    attributes.put("about", Map.of("subject", SUBJECTS.get(random.nextInt(4))));
    attributes.put("year", new BigDecimal(1900 + random.nextInt(100)));
    attributes.put("tags", Set.of("t" + random.nextInt(4), "all", "odd, \"tag\"\\*"));
    attributes.put("lent", random.nextBoolean());
    table.put(key(number), attributes);
  }

  /** Syncs what is pending into an index. */
  SyncReport sync(IndexHome index) throws IOException {
    return new SyncRun(
            table.pendingRows(),
            table.lease("shelf", Duration.ofMinutes(1), Clock.systemUTC()),
            MAPPING,
            embedder,
            index)
        .with(SyncOptions.standard())
        .run(SyncProgress.SILENT);
  }

  /** Requests of every mode and filter. */
  List<SearchRequest> requests() {
    List<Filter> filters =
        List.of(
            Filter.equal("year", 1950),
            Filter.in("year", List.of(1910, 1920, 1930)),
            Filter.range("year", 1925, 1974),
            Filter.range("year", null, 1930),
            Filter.equal("lent", true),
            Filter.equal("tags", "odd, \"tag\"\\*"),
            Filter.in("tags", List.of("t1", "t3")),
            Filter.prefix("tags", "odd, "),
            Filter.prefix("about.subject", "the s"),
            Filter.range("about.subject", "gardens", "the \"sea"),
            Filter.exists("year"),
            Filter.not(Filter.equal("lent", true)),
            Filter.and(Filter.equal("tags", "t1"), Filter.not(Filter.equal("lent", false))),
            Filter.or(Filter.equal("tags", "t2"), Filter.range("year", 1990, null)));
    List<SearchRequest> requests = new ArrayList<>();
    for (SearchMode mode : SearchMode.values()) {
      requests.add(question(mode).k(10).build());
      requests.add(question(mode).k(7).offset(5).build());
      requests.add(question(mode).group("shelf 3").k(10).build());
      requests.add(question(mode).k(200).build());
      for (Filter filter : filters) {
        requests.add(question(mode).filter(filter).k(10).build());
      }
    }
    requests.add(SearchRequest.builder().like(key(3)).k(10).build());
    requests.add(SearchRequest.builder().text("AND OR \"NOT (bread* ~^").k(5).build());
    requests.add(
        SearchRequest.builder()
            .text("AND OR \"NOT (bread* ~^")
            .mode(SearchMode.KEYWORD)
            .k(9)
            .build());
    return requests;
  }

  private static SearchRequest.Builder question(SearchMode mode) {
    SearchRequest.Builder request =
        SearchRequest.builder().text("bread from the oven of a bakery in winter").mode(mode);
    return mode == SearchMode.KEYWORD ? request : request.exact();
  }
}
