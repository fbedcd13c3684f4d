package dev.faissjvm.sync.search;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A condition that hits must meet, on the filter fields of the index's mapping.
 *
 * <p>A field with several values meets a condition if one of them does. Values are checked against
 * the field's type when a request is searched.
 *
 * <pre>{@code
 * Filter filter = Filter.and(Filter.range("price", 10, 20), Filter.not(Filter.equal("sold", true)));
 * }</pre>
 */
public sealed interface Filter {

  /**
   * Returns a condition: the field has this value.
   *
   * @param field the filter field
   * @param value a String, number or Boolean
   * @return a condition
   */
  static Filter equal(String field, Object value) {
    return new In(field, List.of(value));
  }

  /**
   * Returns a condition: the field has one of these values.
   *
   * @param field the filter field
   * @param values Strings, numbers or Booleans, at least one
   * @return a condition
   */
  static Filter in(String field, List<?> values) {
    return new In(field, List.copyOf(values));
  }

  /**
   * Returns a condition: the field lies within a range, both ends included.
   *
   * @param field the filter field
   * @param from the least value, or null for no bound
   * @param to the greatest value, or null for no bound
   * @return a condition
   */
  static Filter range(String field, @Nullable Object from, @Nullable Object to) {
    return new Range(field, from, to);
  }

  /**
   * Returns a condition: the field, a string, starts with this text.
   *
   * @param field the filter field
   * @param prefix the text
   * @return a condition
   */
  static Filter prefix(String field, String prefix) {
    return new Prefix(field, prefix);
  }

  /**
   * Returns a condition: the field has any value.
   *
   * @param field the filter field
   * @return a condition
   */
  static Filter exists(String field) {
    return new Exists(field);
  }

  /**
   * Returns a condition: all of these hold.
   *
   * @param filters the conditions, at least one
   * @return a condition
   */
  static Filter and(Filter... filters) {
    return new And(List.of(filters));
  }

  /**
   * Returns a condition: at least one of these holds.
   *
   * @param filters the conditions, at least one
   * @return a condition
   */
  static Filter or(Filter... filters) {
    return new Or(List.of(filters));
  }

  /**
   * Returns a condition: this does not hold.
   *
   * @param filter the condition
   * @return a condition
   */
  static Filter not(Filter filter) {
    return new Not(filter);
  }

  /**
   * The field has one of these values.
   *
   * @param field the filter field
   * @param values at least one
   */
  record In(String field, List<Object> values) implements Filter {

    /**
     * Normalises numbers.
     *
     * @param field the filter field
     * @param values at least one
     */
    public In {
      if (values.isEmpty()) {
        throw new IllegalArgumentException("filter: expected values for " + field + ", got none");
      }
      values = values.stream().map(Filter::normalised).toList();
    }
  }

  /**
   * The field lies within a range.
   *
   * @param field the filter field
   * @param from the least value, or null
   * @param to the greatest value, or null
   */
  record Range(String field, @Nullable Object from, @Nullable Object to) implements Filter {

    /**
     * Normalises numbers.
     *
     * @param field the filter field
     * @param from the least value, or null
     * @param to the greatest value, or null
     */
    public Range {
      if (from == null && to == null) {
        throw new IllegalArgumentException("filter: expected a bound for " + field + ", got none");
      }
      from = from == null ? null : normalised(from);
      to = to == null ? null : normalised(to);
    }
  }

  /**
   * The field starts with a text.
   *
   * @param field the filter field
   * @param prefix the text
   */
  record Prefix(String field, String prefix) implements Filter {}

  /**
   * The field has any value.
   *
   * @param field the filter field
   */
  record Exists(String field) implements Filter {}

  /**
   * All of these hold.
   *
   * @param filters at least one
   */
  record And(List<Filter> filters) implements Filter {

    /**
     * Checks that there is one.
     *
     * @param filters at least one
     */
    public And {
      filters = someOf(filters);
    }
  }

  /**
   * At least one of these holds.
   *
   * @param filters at least one
   */
  record Or(List<Filter> filters) implements Filter {

    /**
     * Checks that there is one.
     *
     * @param filters at least one
     */
    public Or {
      filters = someOf(filters);
    }
  }

  /**
   * This does not hold.
   *
   * @param filter the condition
   */
  record Not(Filter filter) implements Filter {}

  private static List<Filter> someOf(List<Filter> filters) {
    if (filters.isEmpty()) {
      throw new IllegalArgumentException("filter: expected at least one condition, got none");
    }
    return List.copyOf(filters);
  }

  private static Object normalised(Object value) {
    if (value instanceof String || value instanceof Boolean || value instanceof BigDecimal) {
      return value;
    } else if (value instanceof Number number) {
      return new BigDecimal(number.toString());
    }
    throw new IllegalArgumentException(
        "filter: expected a string, number or boolean, got " + value.getClass().getSimpleName());
  }
}
