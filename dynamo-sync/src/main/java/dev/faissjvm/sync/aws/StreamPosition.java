package dev.faissjvm.sync.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How far a stream was read, as one line of text.
 *
 * <pre>
 *   {"stream": ARN, "read": {SHARD: SEQUENCE NUMBER, ...}, "ended": [SHARD, ...]}
 * </pre>
 *
 * <p>Text that is not of this form, or of another stream, counts as one that was never read.
 */
final class StreamPosition {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String stream;
  private final Map<String, String> read = new TreeMap<>();
  private final Set<String> ended = new TreeSet<>();

  private StreamPosition(String stream) {
    this.stream = stream;
  }

  /** Reads a position; {@code foreign} is told if it is of another stream. */
  static StreamPosition parse(String text, String stream, Runnable foreign) {
    StreamPosition position = new StreamPosition(stream);
    if (text.isEmpty()) {
      return position;
    }
    try {
      JsonNode json = JSON.readTree(text);
      if (json.path("stream").asText().equals(stream)) {
        json.path("read")
            .properties()
            .forEach(e -> position.read.put(e.getKey(), e.getValue().asText()));
        json.path("ended").forEach(shard -> position.ended.add(shard.asText()));
        return position;
      }
    } catch (JsonProcessingException e) {
      // Of a form that this release does not know: as of another stream.
    }
    foreign.run();
    return position;
  }

  /** Returns the sequence number that a shard was read to, or null if it was not begun. */
  @Nullable String read(String shard) {
    return read.get(shard);
  }

  void read(String shard, String sequenceNumber) {
    read.put(shard, sequenceNumber);
  }

  boolean isEnded(String shard) {
    return ended.contains(shard);
  }

  void end(String shard) {
    read.remove(shard);
    ended.add(shard);
  }

  /** Forgets shards that the stream no longer has; returns whether one of them was not through. */
  boolean keepOnly(Set<String> shards) {
    ended.retainAll(shards);
    return read.keySet().retainAll(shards);
  }

  @Override
  public String toString() {
    ObjectNode json = JSON.createObjectNode().put("stream", stream);
    json.set("read", JSON.valueToTree(read));
    json.set("ended", JSON.valueToTree(ended));
    return json.toString();
  }
}
