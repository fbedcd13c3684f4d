package dev.faissjvm.cli.serve;

import dev.faissjvm.sync.search.SearchRouter;
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

  static Reply json(SearchRouter.Reply answer) {
    return text(answer.status(), "application/json; charset=utf-8", answer.json() + "\n");
  }

  static Reply error(int status, String message) {
    return json(SearchRouter.Reply.error(status, message));
  }

  static Reply text(int status, String type, String text) {
    return new Reply(status, type, text.getBytes(StandardCharsets.UTF_8));
  }
}
