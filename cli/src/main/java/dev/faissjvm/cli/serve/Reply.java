package dev.faissjvm.cli.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.faissjvm.cli.json.Json;
import java.nio.charset.StandardCharsets;

/**
 * An answer, ready to be sent.
 *
 * @param status HTTP's number
 * @param type the media type
 * @param body the bytes; not changed by anyone
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, sent once
record Reply(int status, String type, byte[] body) {

  static Reply json(int status, ObjectNode object) {
    return text(status, "application/json; charset=utf-8", Json.line(object) + "\n");
  }

  static Reply error(int status, String message) {
    return json(status, Json.object().put("error", message));
  }

  static Reply text(int status, String type, String text) {
    return new Reply(status, type, text.getBytes(StandardCharsets.UTF_8));
  }
}
