package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.change.Numbers;
import dev.faissjvm.sync.change.Row;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** DynamoDB's attribute values as the plain Java that {@link Row} describes, and back. */
final class AttributeValues {

  private AttributeValues() {}

  static Map<String, Object> plain(Map<String, AttributeValue> item) {
    Map<String, Object> plain = new LinkedHashMap<>();
    item.forEach((name, value) -> plain.put(name, plain(value)));
    return plain;
  }

  static Object plain(AttributeValue value) {
    return switch (value.type()) {
      case S -> value.s();
      case N -> Numbers.canonical(new BigDecimal(value.n()));
      case B -> value.b().asByteBuffer();
      case BOOL -> value.bool();
      case L -> value.l().stream().map(AttributeValues::plain).toList();
      case M -> plain(value.m());
      case SS -> new LinkedHashSet<Object>(value.ss());
      case NS -> {
        Set<Object> numbers = new LinkedHashSet<>();
        value.ns().forEach(number -> numbers.add(Numbers.canonical(new BigDecimal(number))));
        yield numbers;
      }
      case BS -> {
        Set<Object> members = new LinkedHashSet<>();
        value.bs().forEach(bytes -> members.add(bytes.asByteBuffer()));
        yield members;
      }
      default -> Row.Null.NULL;
    };
  }

  static Map<String, AttributeValue> item(Map<String, Object> plain) {
    Map<String, AttributeValue> item = new LinkedHashMap<>();
    plain.forEach((name, value) -> item.put(name, of(value)));
    return item;
  }

  static AttributeValue of(Object value) {
    if (value instanceof String text) {
      return AttributeValue.fromS(text);
    } else if (value instanceof BigDecimal number) {
      return AttributeValue.fromN(number.toString());
    } else if (value instanceof Number number) {
      return AttributeValue.fromN(new BigDecimal(number.toString()).toString());
    } else if (value instanceof Boolean truth) {
      return AttributeValue.fromBool(truth);
    } else if (value instanceof ByteBuffer buffer) {
      return AttributeValue.fromB(SdkBytes.fromByteBuffer(buffer.duplicate()));
    } else if (value instanceof byte[] bytes) {
      return AttributeValue.fromB(SdkBytes.fromByteArray(bytes));
    } else if (value instanceof Map<?, ?> map) {
      Map<String, AttributeValue> members = new LinkedHashMap<>();
      map.forEach((name, member) -> members.put((String) name, of(member)));
      return AttributeValue.fromM(members);
    } else if (value instanceof Set<?> set) {
      return ofSet(set);
    } else if (value instanceof List<?> list) {
      return AttributeValue.fromL(list.stream().map(AttributeValues::of).toList());
    } else if (value == Row.Null.NULL) {
      return AttributeValue.fromNul(true);
    }
    throw new IllegalArgumentException(
        "attribute: expected a value as Row describes it, got " + value.getClass().getName());
  }

  private static AttributeValue ofSet(Set<?> set) {
    List<AttributeValue> members = new ArrayList<>();
    set.forEach(member -> members.add(of(member)));
    if (members.isEmpty()) {
      throw new IllegalArgumentException("attribute: expected a set with members, got none");
    }
    return switch (members.get(0).type()) {
      case S -> AttributeValue.fromSs(members.stream().map(AttributeValue::s).toList());
      case N -> AttributeValue.fromNs(members.stream().map(AttributeValue::n).toList());
      case B -> AttributeValue.fromBs(members.stream().map(AttributeValue::b).toList());
      default ->
          throw new IllegalArgumentException(
              "attribute: expected a set of strings, numbers or bytes, got " + set);
    };
  }
}
