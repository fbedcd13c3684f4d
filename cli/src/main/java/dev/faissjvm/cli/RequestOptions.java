package dev.faissjvm.cli;

import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.FieldType;
import dev.faissjvm.sync.search.Filter;
import dev.faissjvm.sync.search.FilterText;
import dev.faissjvm.sync.search.RowSearch;
import dev.faissjvm.sync.search.SearchMode;
import dev.faissjvm.sync.search.SearchRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What of a search is asked beside the question itself. */
final class RequestOptions {

  @Option(
      names = {"-k", "--hits"},
      paramLabel = "N",
      defaultValue = "10",
      description = "How many hits; 10 by default.")
  private int k;

  @Option(
      names = "--offset",
      paramLabel = "N",
      defaultValue = "0",
      description = "Leave out the best N: the next page.")
  private int offset;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "semantic",
      description = "semantic (by meaning, the default), keyword (by words) or hybrid (both).")
  private String mode = "semantic";

  @Option(
      names = "--weight",
      paramLabel = "W",
      defaultValue = "0.7",
      description = "Meaning against words in hybrid mode, 0 to 1; 0.7 by default.")
  private double weight;

  @Option(
      names = "--group",
      paramLabel = "GROUP",
      description = "Only rows of this group, the first part of the key; text or number.")
  private @Nullable String group;

  @Option(
      names = "--filter",
      paramLabel = "FILTER",
      description =
          "Only rows that meet this: field=value, field=a|b, field=10..20, field=10.., field=..20,"
              + " field=text*, field=* (any value), each also with != . Repeatable: all must hold.")
  private List<String> filters = new ArrayList<>();

  @Option(
      names = "--like",
      paramLabel = "GROUP/ID",
      description = "Rows like this row, instead of a question; text or numbers.")
  private @Nullable String like;

  @Option(
      names = "--min-score",
      paramLabel = "S",
      description = "Only hits of at least this score.")
  private @Nullable Double minScore;

  @Option(names = "--exact", description = "Compare every vector, without an accelerator.")
  private boolean exact;

  @Option(names = "--highlights", description = "Show the words of the question in their places.")
  private boolean highlights;

  /** {@return whether rows like another are asked for} */
  boolean isLike() {
    return like != null;
  }

  /** {@return whether the words of the question are shown in their places} */
  boolean highlights() {
    return highlights;
  }

  /**
   * Returns the request.
   *
   * @param question what is asked, or null where only rows like another are asked for
   */
  SearchRequest request(RowSearch service, @Nullable String question) throws IOException {
    Map<String, FieldType> types = service.mapping().filters();
    try {
      SearchRequest.Builder request =
          SearchRequest.builder().k(k).offset(offset).mode(mode(mode)).semanticWeight(weight);
      if (question != null) {
        request.text(question);
      }
      if (like != null) {
        request.like(key(like));
      }
      if (group != null) {
        request.group(group);
      }
      if (minScore != null) {
        request.minScore(minScore);
      }
      if (exact) {
        request.exact();
      }
      if (highlights) {
        request.highlights();
      }
      if (!filters.isEmpty()) {
        request.filter(
            Filter.and(
                filters.stream()
                    .map(text -> FilterText.parse(text, types))
                    .toArray(Filter[]::new)));
      }
      return request.build();
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "search: " + e.getMessage(), e);
    }
  }

  private static SearchMode mode(String name) {
    try {
      return SearchMode.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "mode: expected semantic, keyword or hybrid, got '" + name + "'", e);
    }
  }

  /** Reads {@code GROUP/ID}, or {@code GROUP} alone for a table without a second key. */
  static RowKey key(String text) {
    int slash = text.indexOf('/');
    return slash < 0
        ? RowKey.of(text)
        : RowKey.of(text.substring(0, slash), text.substring(slash + 1));
  }
}
