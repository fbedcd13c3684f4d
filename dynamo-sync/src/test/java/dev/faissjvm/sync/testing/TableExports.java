package dev.faissjvm.sync.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3Client;

/** Writes a full export of a table as DynamoDB does; DynamoDB Local cannot. */
public final class TableExports {

  private static final ObjectMapper JSON = new ObjectMapper();

  private TableExports() {}

  /** Writes data files and manifest of a table below a prefix. */
  public static void write(
      DynamoDbClient client, String table, S3Client s3, String bucket, String prefix, int files)
      throws IOException {
    write(
        client.scanPaginator(request -> request.tableName(table)).items(),
        s3,
        bucket,
        prefix,
        files);
  }

  /** Writes data files and manifest of items below a prefix. */
  public static void write(
      Iterable<Map<String, AttributeValue>> items,
      S3Client s3,
      String bucket,
      String prefix,
      int files)
      throws IOException {
    List<StringBuilder> lines = new ArrayList<>();
    int[] counts = new int[files];
    for (int i = 0; i < files; i++) {
      lines.add(new StringBuilder());
    }
    int next = 0;
    for (Map<String, AttributeValue> item : items) {
      ObjectNode line = JsonNodeFactory.instance.objectNode();
      line.set("Item", object(item));
      counts[next]++;
      lines.get(next).append(JSON.writeValueAsString(line)).append('\n');
      next = (next + 1) % files;
    }
    StringBuilder manifest = new StringBuilder();
    for (int i = 0; i < files; i++) {
      String key = prefix + "/data/file" + i + ".json.gz";
      byte[] content = gzip(lines.get(i).toString());
      put(s3, bucket, key, content);
      manifest
          .append(
              JSON.writeValueAsString(
                  JsonNodeFactory.instance
                      .objectNode()
                      .put("itemCount", counts[i])
                      .put("md5Checksum", md5(content))
                      .put("etag", "etag")
                      .put("dataFileS3Key", key)))
          .append('\n');
    }
    put(
        s3,
        bucket,
        prefix + "/manifest-summary.json",
        "{\"exportType\":\"FULL_EXPORT\",\"outputFormat\":\"DYNAMODB_JSON\"}"
            .getBytes(StandardCharsets.UTF_8));
    put(
        s3,
        bucket,
        prefix + "/manifest-files.json",
        manifest.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void put(S3Client s3, String bucket, String key, byte[] content) {
    s3.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(content));
  }

  private static byte[] gzip(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static String md5(byte[] content) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ObjectNode object(Map<String, AttributeValue> item) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    item.forEach((name, value) -> object.set(name, json(value)));
    return object;
  }

  private static ObjectNode json(AttributeValue value) {
    ObjectNode typed = JsonNodeFactory.instance.objectNode();
    return switch (value.type()) {
      case S -> typed.put("S", value.s());
      case N -> typed.put("N", value.n());
      case BOOL -> typed.put("BOOL", value.bool());
      case B -> typed.put("B", base64(value.b()));
      case M -> typed.set("M", object(value.m()));
      case L -> typed.set("L", array(value.l(), TableExports::json));
      case SS -> typed.set("SS", array(value.ss(), JsonNodeFactory.instance::textNode));
      case NS -> typed.set("NS", array(value.ns(), JsonNodeFactory.instance::textNode));
      case BS ->
          typed.set("BS", array(value.bs(), b -> JsonNodeFactory.instance.textNode(base64(b))));
      default -> typed.put("NULL", true);
    };
  }

  private static String base64(SdkBytes bytes) {
    return Base64.getEncoder().encodeToString(bytes.asByteArray());
  }

  private static <T> ArrayNode array(Collection<T> members, Function<T, ? extends JsonNode> json) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    members.forEach(member -> array.add(json.apply(member)));
    return array;
  }
}
