package dev.faissjvm.sync.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How far a stream was read, as one line of text.
 *
 * <pre>
 *   {"stream": ARN, "at": MILLISECONDS SINCE 1970, "read": {SHARD: SEQUENCE NUMBER, ...},
 *    "ended": [SHARD, ...]}
 * </pre>
 *
 * <p>{@code at} is when it was last read to its end. Shards of which nothing was read yet are not
 * named, so that alone tells whether they had records that the stream has forgotten. Text that is
 * not of this form, or of another stream, counts as one that was never read.
 */
final class StreamPosition {

  /** A stream keeps records for a day; an hour is left for clocks that differ. */
  private static final Duration KEPT = Duration.ofHours(23);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String stream;
  private @Nullable Instant at;
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
      if (json.path("stream").asText().equals(stream) && json.path("at").isIntegralNumber()) {
        position.at = Instant.ofEpochMilli(json.path("at").asLong());
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

  /**
   * Whether more time has passed since the stream was read to its end than it remembers; a clock
   * that goes back by as much says nothing, and counts as that.
   */
  boolean isForgotten(Instant now) {
    Instant last = at;
    return last != null && Duration.between(last, now).abs().compareTo(KEPT) >= 0;
  }

  /** Notes that the stream was read to its end. */
  void readToEnd(Instant now) {
    at = now;
  }

  /** Returns the sequence number that a shard was read to, or null if it was not begun. */
  @Nullable String read(String shard) {
    return read.get(shard);
  }

  void read(String shard, String sequenceNumber) {
    read.put(shard, sequenceNumber);
  }

  /** Begins a shard anew; returns whether it was begun. */
  boolean forget(String shard) {
    return read.remove(shard) != null;
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
    if (at != null) {
      json.put("at", at.toEpochMilli());
    }
    json.set("read", JSON.valueToTree(read));
    json.set("ended", JSON.valueToTree(ended));
    return json.toString();
  }
}
