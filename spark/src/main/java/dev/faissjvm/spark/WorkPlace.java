package dev.faissjvm.spark;

import dev.faissjvm.sync.aws.S3Clients;
import dev.faissjvm.sync.aws.S3SnapshotStore;
import dev.faissjvm.sync.publish.FolderSnapshotStore;
import dev.faissjvm.sync.publish.SnapshotStore;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Where a job keeps its shards and its record: a folder that all machines share, or a place in S3.
 *
 * <p><b>Ownership.</b> Owns the S3 client; closed by whoever opened it.
 */
final class WorkPlace implements AutoCloseable {

  private static final String S3 = "s3://";

  private final String place;
  private final @Nullable S3Client client;

  private WorkPlace(String place, @Nullable S3Client client) {
    this.place = place;
    this.client = client;
  }

  static WorkPlace open(String place, @Nullable String region, @Nullable URI endpoint) {
    if (!place.startsWith(S3)) {
      return new WorkPlace(place, null);
    }
    if (place.substring(S3.length()).startsWith("/") || place.length() == S3.length()) {
      throw new IllegalArgumentException("place: expected s3://BUCKET/PREFIX, got " + place);
    }
    return new WorkPlace(place, S3Clients.create(region, endpoint));
  }

  /** Returns the objects of the place itself. */
  SnapshotStore root() {
    return below("");
  }

  /** Returns the objects of one shard. */
  SnapshotStore shard(int partition) {
    return below(String.format(Locale.ROOT, "shards/%06d/", partition));
  }

  private SnapshotStore below(String folder) {
    if (client == null) {
      return FolderSnapshotStore.of(Path.of(place).resolve(folder));
    }
    String path = place.substring(S3.length());
    int slash = path.indexOf('/');
    String bucket = slash < 0 ? path : path.substring(0, slash);
    String prefix = slash < 0 ? "" : path.substring(slash + 1);
    if (!prefix.isEmpty() && !prefix.endsWith("/")) {
      prefix += "/";
    }
    return S3SnapshotStore.of(client, bucket, prefix + folder);
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
  }

  @Override
  public String toString() {
    return place;
  }
}
