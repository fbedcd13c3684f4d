package dev.faissjvm.sync.aws;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** DynamoDB's own JSON, <code>{"name": {"S": "value"}}</code>, as an item. */
final class ItemJson {

  private ItemJson() {}

  static Map<String, AttributeValue> item(JsonNode attributes) {
    if (!attributes.isObject()) {
      throw new IllegalArgumentException("item: expected an object, got " + attributes);
    }
    Map<String, AttributeValue> item = new LinkedHashMap<>();
    attributes
        .properties()
        .forEach(attribute -> item.put(attribute.getKey(), value(attribute.getValue())));
    return item;
  }

  private static AttributeValue value(JsonNode typed) {
    if (!typed.isObject() || typed.size() != 1) {
      throw new IllegalArgumentException("attribute: expected one type, got " + typed);
    }
    Map.Entry<String, JsonNode> only = typed.properties().iterator().next();
    JsonNode value = only.getValue();
    return switch (only.getKey()) {
      case "S" -> AttributeValue.fromS(value.asText());
      case "N" -> AttributeValue.fromN(value.asText());
      case "B" -> AttributeValue.fromB(bytes(value));
      case "BOOL" -> AttributeValue.fromBool(value.asBoolean());
      case "NULL" -> AttributeValue.fromNul(true);
      case "M" -> AttributeValue.fromM(item(value));
      case "L" -> AttributeValue.fromL(list(value, ItemJson::value));
      case "SS" -> AttributeValue.fromSs(list(value, JsonNode::asText));
      case "NS" -> AttributeValue.fromNs(list(value, JsonNode::asText));
      case "BS" -> AttributeValue.fromBs(list(value, ItemJson::bytes));
      default -> throw new IllegalArgumentException("attribute: expected a type, got " + typed);
    };
  }

  private static SdkBytes bytes(JsonNode encoded) {
    return SdkBytes.fromByteArray(Base64.getDecoder().decode(encoded.asText()));
  }

  private static <T> List<T> list(JsonNode array, Function<JsonNode, T> member) {
    List<T> members = new ArrayList<>();
    array.forEach(one -> members.add(member.apply(one)));
    return members;
  }
}
