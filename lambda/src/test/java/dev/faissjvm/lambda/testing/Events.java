package dev.faissjvm.lambda.testing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Events as AWS sends them. */
public final class Events {

  /** EventBridge Scheduler's, where the schedule names no input. */
  public static final String SCHEDULER =
      """
      {"version":"0","id":"d32c5kececf-5be5-4a1b-8e4c-3d1e5f7a9b10","detail-type":"Scheduled Event",
      "source":"aws.scheduler","account":"123456789012","time":"2026-11-22T22:00:00Z",
      "region":"us-east-1","resources":["arn:aws:scheduler:us-east-1:123456789012:schedule/default/maker"],
      "detail":"{}"}""";

  /** A classic rule's. */
  public static final String RULE =
      """
      {"version":"0","id":"53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa","detail-type":"Scheduled Event",
      "source":"aws.events","account":"123456789012","time":"2026-11-22T22:00:00Z",
      "region":"us-east-1","resources":["arn:aws:events:us-east-1:123456789012:rule/maker"],
      "detail":{}}""";

  private Events() {}

  /** A GET through an HTTP API. */
  public static String get(String path, String query) {
    return http("GET", path, query, null, false, Map.of());
  }

  /** A request through an HTTP API, payload format 2.0. */
  public static String http(
      String method,
      String path,
      String query,
      @Nullable String body,
      boolean base64,
      Map<String, String> headers) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("version", "2.0").put("routeKey", "$default");
    event.put("rawPath", path).put("rawQueryString", query);
    ObjectNode lines =
        event.putObject("headers").put("host", "id.execute-api.us-east-1.amazonaws.com");
    headers.forEach(lines::put);
    event
        .putObject("requestContext")
        .put("stage", "$default")
        .putObject("http")
        .put("method", method)
        .put("path", path)
        .put("sourceIp", "192.0.2.1");
    if (body != null) {
      event.put("body", body);
    }
    return event.put("isBase64Encoded", base64).toString();
  }

  /** One record of a DynamoDB stream. */
  public static String record(String name, String sequence, String keys) {
    return "{\"eventID\":\""
        + sequence
        + "\",\"eventName\":\""
        + name
        + "\",\"eventVersion\":\"1.1\",\"eventSource\":\"aws:dynamodb\",\"awsRegion\":\"us-east-1\","
        + "\"dynamodb\":{\"Keys\":"
        + keys
        + ",\"SequenceNumber\":\""
        + sequence
        + "\",\"SizeBytes\":26,\"StreamViewType\":\"NEW_AND_OLD_IMAGES\"}}";
  }

  /** The key of the recipe's tables, in DynamoDB's JSON. */
  public static String keys(String group, String id) {
    return "{\"content_group\":{\"S\":\"" + group + "\"},\"content_id\":{\"S\":\"" + id + "\"}}";
  }

  /** A batch of a DynamoDB stream. */
  public static String batch(String... records) {
    return "{\"Records\":[" + String.join(",", records) + "]}";
  }
}
