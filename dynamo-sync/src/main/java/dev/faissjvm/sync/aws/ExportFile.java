package dev.faissjvm.sync.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.faissjvm.sync.change.CorruptSnapshotException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * A data file of an export.
 *
 * @param key its key in the bucket
 * @param itemCount how many items it has
 * @param md5 the MD5 of the file, in base 64; empty where it is not known
 */
record ExportFile(String key, long itemCount, String md5) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGE_ITEMS = 1_000;

  /** Opens an object of an export. */
  static InputStream open(S3Client client, String bucket, String key) {
    String place = "s3://" + bucket + "/" + key;
    return AwsFailures.translating(
        "read " + place,
        () -> {
          try {
            return client.getObject(request -> request.bucket(bucket).key(key));
          } catch (NoSuchKeyException e) {
            throw new CorruptSnapshotException(
                "export: expected the object "
                    + place
                    + ", got none; name the folder of a finished export, .../AWSDynamoDB/ID",
                e);
          }
        });
  }

  /** Starts reading the items. */
  Items read(S3Client client, String bucket) {
    return new Items(open(client, bucket, key));
  }

  /** The items of the file, page by page; at its end count and checksum are compared. */
  final class Items implements AutoCloseable {
    private final DigestInputStream bytes;
    private final InputStream source;
    private @Nullable BufferedReader lines;
    private long items;

    Items(InputStream source) {
      this.source = source;
      this.bytes = new DigestInputStream(source, digest());
    }

    Optional<List<Map<String, AttributeValue>>> next() {
      List<Map<String, AttributeValue>> page = new ArrayList<>();
      try {
        BufferedReader reader = lines();
        while (page.size() < PAGE_ITEMS) {
          String line = reader.readLine();
          if (line == null) {
            break;
          } else if (!line.isBlank()) {
            page.add(item(line));
          }
        }
        items += page.size();
        if (page.isEmpty()) {
          bytes.transferTo(OutputStream.nullOutputStream());
          check();
          return Optional.empty();
        }
      } catch (IOException e) {
        throw corrupt("gzip of items", e.toString(), e);
      }
      return Optional.of(page);
    }

    private BufferedReader lines() throws IOException {
      BufferedReader reader = lines;
      if (reader == null) {
        reader =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(bytes), StandardCharsets.UTF_8));
        lines = reader;
      }
      return reader;
    }

    private Map<String, AttributeValue> item(String line) throws IOException {
      try {
        JsonNode item = JSON.readTree(line).path("Item");
        return ItemJson.item(item);
      } catch (IllegalArgumentException e) {
        throw corrupt("items in DynamoDB JSON", String.valueOf(e.getMessage()), e);
      }
    }

    private void check() {
      if (items != itemCount) {
        throw corrupt(itemCount + " items", Long.toString(items), null);
      }
      String sum = Base64.getEncoder().encodeToString(bytes.getMessageDigest().digest());
      if (!md5.isEmpty() && !md5.equals(sum)) {
        throw corrupt("md5 " + md5, sum, null);
      }
    }

    @Override
    public void close() {
      try {
        source.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private CorruptSnapshotException corrupt(String expected, String got, @Nullable Throwable cause) {
    return new CorruptSnapshotException(
        "export: expected " + expected + ", got " + got + "; file=" + key, cause);
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("md5: expected in every JDK, got none", e);
    }
  }
}
