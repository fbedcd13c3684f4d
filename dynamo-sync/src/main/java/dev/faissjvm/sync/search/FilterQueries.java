package dev.faissjvm.sync.search;

import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.document.FieldType;
import dev.faissjvm.sync.index.IndexFields;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.document.DoublePoint;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermRangeQuery;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * Filters as Lucene queries, checked against the types of the mapping.
 *
 * @param mapping what the index took from its rows
 */
public record FilterQueries(DocumentMapping mapping) {

  private static final int MAX_DEPTH = 32;
  private static final int MAX_CONDITIONS = 1_000;

  /**
   * Returns the query of a filter.
   *
   * @param filter the filter
   * @return the query
   * @throws IllegalArgumentException if a field or value of the filter does not fit the mapping
   */
  public Query query(Filter filter) {
    return query(filter, 0);
  }

  private Query query(Filter filter, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "filter: expected at most " + MAX_DEPTH + " levels, got more");
    }
    if (filter instanceof Filter.In in) {
      return in(in);
    } else if (filter instanceof Filter.Range range) {
      return range(range);
    } else if (filter instanceof Filter.Prefix prefix) {
      require(prefix.field(), FieldType.STRING, prefix.prefix());
      return new PrefixQuery(new Term(IndexFields.filter(prefix.field()), prefix.prefix()));
    } else if (filter instanceof Filter.Exists exists) {
      typeOf(exists.field());
      return new TermQuery(new Term(IndexFields.HAS, exists.field()));
    } else if (filter instanceof Filter.And and) {
      return joined(and.filters(), Occur.FILTER, depth);
    } else if (filter instanceof Filter.Or or) {
      return joined(or.filters(), Occur.SHOULD, depth);
    }
    Filter.Not not = (Filter.Not) filter;
    return new BooleanQuery.Builder()
        .add(new MatchAllDocsQuery(), Occur.FILTER)
        .add(query(not.filter(), depth + 1), Occur.MUST_NOT)
        .build();
  }

  private Query joined(List<Filter> filters, Occur occur, int depth) {
    if (filters.size() > MAX_CONDITIONS) {
      throw new IllegalArgumentException(
          "filter: expected at most "
              + MAX_CONDITIONS
              + " conditions joined, got "
              + filters.size());
    }
    BooleanQuery.Builder query = new BooleanQuery.Builder();
    filters.forEach(filter -> query.add(query(filter, depth + 1), occur));
    return query.build();
  }

  private Query in(Filter.In in) {
    FieldType type = typeOf(in.field());
    String field = IndexFields.filter(in.field());
    in.values().forEach(value -> require(in.field(), type, value));
    if (type == FieldType.NUMBER) {
      double[] numbers =
          in.values().stream().mapToDouble(value -> ((BigDecimal) value).doubleValue()).toArray();
      return DoublePoint.newSetQuery(field, numbers);
    }
    List<BytesRef> terms = new ArrayList<>();
    in.values().forEach(value -> terms.add(new BytesRef(value.toString())));
    return new TermInSetQuery(field, terms);
  }

  private Query range(Filter.Range range) {
    FieldType type = typeOf(range.field());
    String field = IndexFields.filter(range.field());
    Object from = range.from();
    Object to = range.to();
    if (type == FieldType.BOOLEAN) {
      throw new IllegalArgumentException(
          "filter: expected a range of strings or numbers, got a boolean field; field="
              + range.field());
    }
    require(range.field(), type, from);
    require(range.field(), type, to);
    if (type == FieldType.NUMBER) {
      return DoublePoint.newRangeQuery(
          field,
          from == null ? Double.NEGATIVE_INFINITY : ((BigDecimal) from).doubleValue(),
          to == null ? Double.POSITIVE_INFINITY : ((BigDecimal) to).doubleValue());
    }
    return TermRangeQuery.newStringRange(
        field,
        from == null ? null : from.toString(),
        to == null ? null : to.toString(),
        true,
        true);
  }

  private FieldType typeOf(String field) {
    FieldType type = mapping.filters().get(field);
    if (type == null) {
      throw new IllegalArgumentException(
          "filter field: expected one of " + mapping.filters().keySet() + ", got " + field);
    }
    return type;
  }

  private void require(String field, FieldType type, @Nullable Object value) {
    FieldType own = typeOf(field);
    boolean fits =
        value == null
            || (type == own
                && switch (type) {
                  case STRING -> value instanceof String;
                  case NUMBER -> value instanceof BigDecimal;
                  case BOOLEAN -> value instanceof Boolean;
                });
    if (!fits) {
      throw new IllegalArgumentException(
          "filter value: expected a " + own + " for " + field + ", got " + value);
    }
  }
}
