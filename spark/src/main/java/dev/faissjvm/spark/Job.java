package dev.faissjvm.spark;

import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.aws.DynamoClients;
import dev.faissjvm.sync.aws.TableLayout;
import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.search.RemoteIndex;
import dev.faissjvm.sync.search.RemoteIndexProvider;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * What a job is about, as names and values, so that it goes to executors, into the record of the
 * job and through a file alike.
 *
 * <pre>
 *   table                 the table's name
 *   table.keys            its key attributes, separated by a comma
 *   table.pendingIndex    its sparse index
 *   table.pending         the attribute that marks a row as pending
 *   table.region          AWS's normal chain where it is not said; so for s3.region
 *   table.endpoint        another endpoint than the region's
 *   export                a full export of the table to read instead of it: s3://BUCKET/PREFIX/AWSDynamoDB/ID
 *   mapping.NAME          DocumentMapping.settings
 *   model                 a model's folder on every machine; not said: the one that comes along
 *   index                 the folder of the index, on the driver's machine
 *   publish               where the index is published as a snapshot, too: as work
 *   to                    instead of these: the address of an index elsewhere, which executors write to
 *   work                  where shards and the record of the job are kept: a folder that all machines
 *                         share, or s3://BUCKET/PREFIX
 *   s3.region, s3.endpoint
 *   partitions            how many shards; 1 to 1,000,000
 *   threads               threads of an executor's model
 *   scratch               a folder on every executor; not said: Java's own for temporary files
 * </pre>
 *
 * <p><b>Threads.</b> Immutable.
 *
 * @param settings the names and values
 */
public record Job(SortedMap<String, String> settings) implements Serializable {

  private static final String MAPPING = "mapping.";

  /** What makes two jobs the same: shards of the one are good for the other. */
  private static final List<String> IDENTITY =
      List.of(
          "table", "table.keys", "table.endpoint", "table.region", "export", "partitions", "to");

  /**
   * Copies the settings, leaving out empty ones, and checks that the needed ones are there.
   *
   * @param settings the names and values
   */
  public Job {
    TreeMap<String, String> copy = new TreeMap<>();
    settings.forEach(
        (name, value) -> {
          if (!value.isEmpty()) {
            copy.put(name, value);
          }
        });
    settings = Collections.unmodifiableSortedMap(copy);
    for (String needed : List.of("table", "table.keys", "work", "mapping.text.template")) {
      if (!settings.containsKey(needed)) {
        throw new IllegalArgumentException(
            "job: expected a setting " + needed + ", got " + settings.keySet());
      }
    }
    if (settings.containsKey("to") == settings.containsKey("index")
        || (settings.containsKey("to") && settings.containsKey("publish"))) {
      throw new IllegalArgumentException(
          "job: expected either a setting index, with or without publish, or a setting to, got "
              + settings.keySet());
    }
  }

  /**
   * {@return a job of these settings}
   *
   * @param settings the names and values
   */
  public static Job of(Map<String, String> settings) {
    return new Job(new TreeMap<>(settings));
  }

  /**
   * Changes one setting.
   *
   * @param name the setting
   * @param value its value
   * @return a new job
   */
  public Job with(String name, String value) {
    Map<String, String> more = new HashMap<>(settings);
    more.put(name, value);
    return of(more);
  }

  @Nullable String get(String name) {
    return settings.get(name);
  }

  String need(String name) {
    String value = settings.get(name);
    if (value == null) {
      throw new IllegalArgumentException("job: expected a setting " + name + ", got none");
    }
    return value;
  }

  int number(String name, int otherwise, int most) {
    String value = settings.get(name);
    int number;
    try {
      number = value == null ? otherwise : Integer.parseInt(value);
    } catch (NumberFormatException e) {
      number = -1;
    }
    if (number < 1 || number > most) {
      throw new IllegalArgumentException(name + ": expected 1 to " + most + ", got " + value);
    }
    return number;
  }

  int partitions() {
    return number("partitions", 1, 1_000_000);
  }

  DocumentMapping mapping() {
    Map<String, String> mapping = new HashMap<>();
    settings.forEach(
        (name, value) -> {
          if (name.startsWith(MAPPING)) {
            mapping.put(name.substring(MAPPING.length()), value);
          }
        });
    return DocumentMapping.read(mapping);
  }

  TableLayout layout() {
    String[] keys = need("table.keys").split(",", -1);
    TableLayout layout =
        TableLayout.of(need("table"), new KeyNames(keys[0], keys.length > 1 ? keys[1] : null));
    return layout.withPending(
        settings.getOrDefault("table.pendingIndex", layout.pendingIndex()),
        settings.getOrDefault("table.pending", layout.pending()));
  }

  /** Returns a client of the table, which the caller closes. */
  DynamoDbClient client() {
    return DynamoClients.create(get("table.region"), uri("table.endpoint"));
  }

  ContentTable table(DynamoDbClient client) {
    return ContentTable.open(client, layout());
  }

  WorkPlace work() {
    return WorkPlace.open(need("work"), get("s3.region"), uri("s3.endpoint"));
  }

  /** Opens the index elsewhere that executors write to, where the job has one. */
  @Nullable RemoteIndex remote() throws IOException {
    String to = get("to");
    return to == null ? null : RemoteIndexProvider.openAny(to);
  }

  @Nullable Path model() {
    String model = get("model");
    return model == null ? null : Path.of(model);
  }

  Path scratch() {
    String scratch = get("scratch");
    return Path.of(scratch == null ? System.getProperty("java.io.tmpdir", "") : scratch);
  }

  @Nullable URI uri(String name) {
    String value = get(name);
    return value == null ? null : URI.create(value);
  }

  /** Returns what makes two jobs the same, a setting a line. */
  String identity(String fingerprint) {
    StringBuilder lines = new StringBuilder("model=").append(fingerprint).append('\n');
    settings.forEach(
        (name, value) -> {
          if (IDENTITY.contains(name) || name.startsWith(MAPPING)) {
            lines.append(name).append('=').append(value).append('\n');
          }
        });
    return lines.toString();
  }
}
