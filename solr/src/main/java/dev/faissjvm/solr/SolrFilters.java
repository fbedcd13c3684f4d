package dev.faissjvm.solr;

import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.document.FieldType;
import dev.faissjvm.sync.index.IndexFields;
import dev.faissjvm.sync.search.Filter;
import dev.faissjvm.sync.search.FilterQueries;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.solr.common.params.ModifiableSolrParams;
import org.jspecify.annotations.Nullable;

/**
 * Filters as Solr's queries. Each condition is a parameter of the request, and each value one of
 * its own that the condition refers to: no value is ever part of a query's syntax, save the bounds
 * of ranges.
 */
final class SolrFilters {

  /** Between the values of a set: a control character that separates fields. */
  private static final char SEPARATOR = '\u001f';

  private final Map<String, FieldType> types;
  private final DocumentMapping mapping;
  private final ModifiableSolrParams params;
  private int count;

  SolrFilters(DocumentMapping mapping, ModifiableSolrParams params) {
    this.mapping = mapping;
    this.types = mapping.filters();
    this.params = params;
  }

  /** Adds a filter to the request, and returns the query that refers to it. */
  String add(Filter filter) {
    new FilterQueries(mapping).query(filter); // refuses what does not fit the mapping
    return reference(filter);
  }

  /** Adds a condition on terms to the request, and returns the query that refers to it. */
  String anyTerm(String field, List<String> values) {
    List<String> terms = values.stream().map(value -> term(field, value)).toList();
    return terms.size() == 1 ? terms.get(0) : joinedReferences("should", terms);
  }

  private String term(String field, String value) {
    return refer("{!term f=" + field + " v=$" + parameter(value) + "}");
  }

  private String reference(Filter filter) {
    if (filter instanceof Filter.In in) {
      return in(in);
    } else if (filter instanceof Filter.Range range) {
      String field = field(range.field());
      return refer(
          "{!lucene}" + field + ":[" + bound(range.from()) + " TO " + bound(range.to()) + "]");
    } else if (filter instanceof Filter.Prefix prefix) {
      String value = parameter(prefix.prefix());
      return refer("{!prefix f=" + field(prefix.field()) + " v=$" + value + "}");
    } else if (filter instanceof Filter.Exists exists) {
      return term(IndexFields.HAS, exists.field());
    } else if (filter instanceof Filter.And and) {
      return joined("filter", and.filters());
    } else if (filter instanceof Filter.Or or) {
      return joined("should", or.filters());
    }
    Filter.Not not = (Filter.Not) filter;
    return refer(
        "{!bool filter=$" + parameter("*:*") + " must_not=$" + name(reference(not.filter())) + "}");
  }

  private String in(Filter.In in) {
    String field = field(in.field());
    List<String> values = new ArrayList<>();
    in.values().forEach(value -> values.add(text(value)));
    if (values.size() == 1 || values.stream().anyMatch(SolrFilters::isAwkward)) {
      return anyTerm(field, values);
    }
    String joined = parameter(String.join(String.valueOf(SEPARATOR), values));
    return refer("{!terms f=" + field + " separator=\"" + SEPARATOR + "\" v=$" + joined + "}");
  }

  private static boolean isAwkward(String value) {
    return value.isEmpty() || value.indexOf(SEPARATOR) >= 0;
  }

  private String joined(String clause, List<Filter> filters) {
    return joinedReferences(clause, filters.stream().map(this::reference).toList());
  }

  private String joinedReferences(String clause, List<String> references) {
    StringBuilder query = new StringBuilder("{!bool");
    references.forEach(each -> query.append(' ').append(clause).append("=$").append(name(each)));
    return refer(query.append('}').toString());
  }

  private String field(String name) {
    return SolrFields.filter(name, types.getOrDefault(name, FieldType.STRING));
  }

  private static String bound(@Nullable Object value) {
    if (value == null) {
      return "*";
    } else if (value instanceof String text) {
      return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
    return text(value);
  }

  private static String text(Object value) {
    return value instanceof Number number
        ? Double.toString(number.doubleValue())
        : value.toString();
  }

  /** Adds a query as a parameter, and returns a query that stands for it. */
  private String refer(String query) {
    return "{!query v=$" + parameter(query) + "}";
  }

  /** The name of the parameter that a query of {@link #refer} stands for. */
  private static String name(String reference) {
    return reference.substring("{!query v=$".length(), reference.length() - 1);
  }

  private String parameter(String value) {
    String name = "p" + count++;
    params.set(name, value);
    return name;
  }
}
