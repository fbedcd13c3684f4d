package dev.faissjvm.cli.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.faissjvm.faiss.IndexDescription;
import dev.faissjvm.sync.VerifyReport;
import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.publish.Manifest;
import dev.faissjvm.sync.search.HitJson;
import java.nio.file.Path;

/**
 * The JSON of the commands: one object a line, an interface that stays.
 *
 * <pre>
 * search  as {@link dev.faissjvm.sync.search.HitJson} has it
 * verify  {"rows":5,"stale":0,"missing":0,"ghost":0,"pending":0}
 * embed   {"text":"...","vector":[...]}
 * export  {"id":0,"key":{...},"hash":"..."}, in the file beside the vectors
 * </pre>
 *
 * <p>Objects may get more members in later versions; those above stay.
 */
public final class Json {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /**
   * Writes which row an exported vector is of; {@link ExportedKeys} reads it.
   *
   * @param id the vector's number in the Faiss file
   * @param key the row's key
   * @param hash the hash of the text that it was made of
   * @param keys the names of the key attributes
   * @return one line
   */
  public static String exported(long id, RowKey key, String hash, KeyNames keys) {
    ObjectNode object = MAPPER.createObjectNode();
    object.put("id", id);
    object.set("key", HitJson.key(key, keys));
    object.put("hash", hash);
    return line(object);
  }

  /**
   * Returns what a check found; an entry too many for a row is a ghost.
   *
   * @param report what the check says
   * @return an object as above
   */
  public static ObjectNode report(VerifyReport report) {
    ObjectNode object = MAPPER.createObjectNode();
    object.put("rows", report.rows());
    object.put("stale", report.stale());
    object.put("missing", report.missing());
    object.put("ghost", report.ghost() + report.doubled());
    object.put("pending", report.pending());
    return object;
  }

  /**
   * Returns what is known of a snapshot.
   *
   * @param snapshot its manifest
   * @return an object as above
   */
  public static ObjectNode snapshot(Manifest snapshot) {
    return object()
        .put("number", snapshot.number())
        .put("written", snapshot.written().toString())
        .put("files", snapshot.files().size())
        .put("bytes", snapshot.sizeBytes())
        .put("fence", snapshot.fence().number());
  }

  /**
   * Returns what is known of a Faiss file that was written.
   *
   * @param file the file
   * @param index what is in it
   * @return an object as above
   */
  public static ObjectNode index(Path file, IndexDescription index) {
    return object()
        .put("file", file.toString())
        .put("chain", index.chain())
        .put("dimension", index.dimension())
        .put("count", index.count());
  }

  /** {@return an empty object} */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /**
   * Reads an object from one line.
   *
   * @param line the line
   * @return the object, or an empty one where the line holds none
   */
  public static ObjectNode read(String line) {
    try {
      return MAPPER.readTree(line) instanceof ObjectNode object ? object : object();
    } catch (JsonProcessingException e) {
      return object();
    }
  }

  /**
   * Writes an object on one line.
   *
   * @param object the object
   * @return its JSON
   */
  public static String line(ObjectNode object) {
    try {
      return MAPPER.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("json: expected a plain tree, got " + object, e);
    }
  }
}
