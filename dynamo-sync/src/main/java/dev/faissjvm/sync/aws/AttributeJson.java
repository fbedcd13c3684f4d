package dev.faissjvm.sync.aws;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** DynamoDB's JSON, in which a value is an object of its type: {@code {"S": "bakery"}}. */
final class AttributeJson {

  private AttributeJson() {}

  /** Reads an item; refuses anything but an object of values. */
  static Map<String, AttributeValue> item(JsonNode json) {
    if (!json.isObject()) {
      throw new IllegalArgumentException("item: expected an object, got " + json.getNodeType());
    }
    Map<String, AttributeValue> item = new LinkedHashMap<>();
    json.properties().forEach(field -> item.put(field.getKey(), value(field.getValue())));
    return item;
  }

  private static AttributeValue value(JsonNode json) {
    if (!json.isObject() || json.size() != 1) {
      throw new IllegalArgumentException("value: expected an object of one type, got " + json);
    }
    Map.Entry<String, JsonNode> only = json.properties().iterator().next();
    JsonNode content = only.getValue();
    return switch (only.getKey()) {
      case "S" -> AttributeValue.fromS(content.asText());
      case "N" -> AttributeValue.fromN(content.asText());
      case "B" -> AttributeValue.fromB(bytes(content));
      case "BOOL" -> AttributeValue.fromBool(content.asBoolean());
      case "NULL" -> AttributeValue.fromNul(true);
      case "SS" -> AttributeValue.fromSs(texts(content));
      case "NS" -> AttributeValue.fromNs(texts(content));
      case "BS" -> {
        List<SdkBytes> members = new ArrayList<>();
        content.forEach(member -> members.add(bytes(member)));
        yield AttributeValue.fromBs(members);
      }
      case "L" -> {
        List<AttributeValue> members = new ArrayList<>();
        content.forEach(member -> members.add(value(member)));
        yield AttributeValue.fromL(members);
      }
      case "M" -> AttributeValue.fromM(item(content));
      default ->
          throw new IllegalArgumentException("value: expected a known type, got " + only.getKey());
    };
  }

  private static SdkBytes bytes(JsonNode base64) {
    return SdkBytes.fromByteArray(Base64.getDecoder().decode(base64.asText()));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(member -> texts.add(member.asText()));
    return texts;
  }
}
