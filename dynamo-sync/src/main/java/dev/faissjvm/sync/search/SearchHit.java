package dev.faissjvm.sync.search;

import dev.faissjvm.sync.change.RowKey;
import java.util.List;
import java.util.Map;

/**
 * A row that answers a request.
 *
 * @param rank its place, from 1 for the best
 * @param key the row's key
 * @param score semantic: the cosine of query and row, -1 to 1; keyword: BM25; hybrid: 0 to 1, the
 *     weighted sum of what both scores are within their lists
 * @param fields the row's attributes as the index or, on request, the table has them
 * @param passage the part of the text that answers best
 * @param highlights parts of the text with the words of the query between {@code <b>} and {@code
 *     </b>}, the rest escaped as HTML; empty unless asked for
 */
public record SearchHit(
    int rank,
    RowKey key,
    double score,
    Map<String, Object> fields,
    String passage,
    List<String> highlights) {}
