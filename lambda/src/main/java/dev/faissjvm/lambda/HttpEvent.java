package dev.faissjvm.lambda;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.faissjvm.sync.search.SearchRouter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request of an HTTP API, in the payload format 2.0.
 *
 * @param request what is asked; the stage is taken from the path
 * @param apiKey the header x-api-key, or null
 */
record HttpEvent(SearchRouter.Request request, @Nullable String apiKey) {

  /** What a function may answer at once, in bytes, with room for the frame. */
  static final int MAX_ANSWER_BYTES = 6 * 1024 * 1024 - 4096;

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads an event.
   *
   * @throws IllegalArgumentException if it is another event, or its body is not base64 as it says
   */
  static HttpEvent read(InputStream stream) throws IOException {
    JsonNode event;
    try {
      event = JSON.readTree(stream);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("event: expected JSON, got something else", e);
    }
    JsonNode context = event.path("requestContext");
    JsonNode method = context.path("http").path("method");
    if (!event.path("version").asText().equals("2.0") || !method.isTextual()) {
      throw new IllegalArgumentException(
          "event: expected a request of an HTTP API, payload format 2.0");
    }
    String query = event.path("rawQueryString").asText();
    JsonNode key = event.path("headers").path("x-api-key");
    return new HttpEvent(
        new SearchRouter.Request(
            method.asText().toUpperCase(Locale.ROOT),
            path(event.path("rawPath").asText("/"), context.path("stage").asText()),
            query.isEmpty() ? null : query,
            body(event)),
        key.isTextual() ? key.asText() : null);
  }

  private static String path(String path, String stage) {
    String prefix = "/" + stage;
    return path.equals(prefix) || path.startsWith(prefix + "/")
        ? path.substring(prefix.length())
        : path;
  }

  private static byte[] body(JsonNode event) {
    String body = event.path("body").asText("");
    if (!event.path("isBase64Encoded").asBoolean()) {
      return body.getBytes(StandardCharsets.UTF_8);
    }
    try {
      return Base64.getDecoder().decode(body);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("body: expected base64, got something else", e);
    }
  }

  /** Returns an answer as the function gives it; one that is too large becomes the reason. */
  static byte[] answer(SearchRouter.Reply reply, Map<String, String> headers) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("statusCode", reply.status());
    ObjectNode lines = object.putObject("headers");
    lines.put("content-type", "application/json; charset=utf-8");
    headers.forEach(lines::put);
    object.put("body", reply.json()).put("isBase64Encoded", false);
    byte[] bytes = object.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_ANSWER_BYTES) {
      return answer(
          SearchRouter.Reply.error(
              400,
              "answer: expected at most "
                  + MAX_ANSWER_BYTES
                  + " bytes, got "
                  + bytes.length
                  + "; ask for fewer hits with k"),
          headers);
    }
    return bytes;
  }
}
