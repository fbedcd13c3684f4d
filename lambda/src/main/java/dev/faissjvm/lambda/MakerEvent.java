package dev.faissjvm.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.RowKey;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Why the maker was called.
 *
 * <p>A batch of a DynamoDB stream is a wake-up: what is pending is read from the table. Only its
 * REMOVE records say more, a key that may be gone (deleted by hand, or by its time to live). A
 * record that cannot be read is poison: it is reported, and holds up no other. Every other event is
 * a schedule's: EventBridge Scheduler's, a classic rule's, a person's {@code {}}.
 *
 * @param stream whether it is a batch of a stream
 * @param removed keys of REMOVE records
 * @param first the sequence number of the batch's first record, or null
 * @param poison records that cannot be read
 */
record MakerEvent(
    boolean stream, Set<RowKey> removed, @Nullable String first, List<Poison> poison) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A record that cannot be read: its sequence number, and why. */
  record Poison(String sequenceNumber, String reason) {}

  static MakerEvent read(InputStream stream, KeyNames keys) throws IOException {
    JsonNode event = JSON.readTree(stream);
    JsonNode records = event.path("Records");
    if (!records.isArray()) {
      return new MakerEvent(false, Set.of(), null, List.of());
    }
    Set<RowKey> removed = new LinkedHashSet<>();
    List<Poison> poison = new ArrayList<>();
    for (JsonNode record : records) {
      JsonNode change = record.path("dynamodb");
      if (!record.path("eventSource").asText().equals("aws:dynamodb")
          || !change.path("SequenceNumber").isTextual()) {
        throw new IllegalArgumentException(
            "event: expected records of a DynamoDB stream, got another source's");
      }
      try {
        RowKey key = key(change.path("Keys"), keys);
        if (record.path("eventName").asText().equals("REMOVE")) {
          removed.add(key);
        }
      } catch (IllegalArgumentException e) {
        poison.add(new Poison(change.path("SequenceNumber").asText(), "" + e.getMessage()));
      }
    }
    JsonNode first = records.path(0).path("dynamodb").path("SequenceNumber");
    return new MakerEvent(true, removed, first.isTextual() ? first.asText() : null, poison);
  }

  private static RowKey key(JsonNode values, KeyNames names) {
    String sort = names.sort();
    return new RowKey(value(values, names.partition()), sort == null ? null : value(values, sort));
  }

  private static Object value(JsonNode values, String name) {
    JsonNode value = values.path(name);
    if (value.path("S").isTextual()) {
      return value.path("S").asText();
    } else if (value.path("N").isTextual()) {
      return new BigDecimal(value.path("N").asText());
    } else if (value.path("B").isTextual()) {
      return Base64.getDecoder().decode(value.path("B").asText());
    }
    throw new IllegalArgumentException(
        "record key: expected S, N or B under " + name + ", got none");
  }

  /**
   * Returns what Lambda is told. Poison is reported by its own number. A run that left rows, or
   * found the index held, reports the first record: the batch comes again, and is a wake-up again.
   */
  ObjectNode reply(MakerReport report) {
    if (!stream) {
      return report.json();
    }
    ObjectNode reply = JsonNodeFactory.instance.objectNode();
    ArrayNode failures = reply.putArray("batchItemFailures");
    if (!report.isComplete() && first != null) {
      failures.addObject().put("itemIdentifier", first);
    }
    for (Poison record : poison) {
      failures.addObject().put("itemIdentifier", record.sequenceNumber());
    }
    return reply;
  }
}
