package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.publish.SnapshotStore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Snapshots in an S3 bucket, below a prefix.
 *
 * <p>{@link #create} is a PutObject with {@code If-None-Match: *}. A file goes up in one PutObject
 * with its CRC32, so it may have at most 5 GB; Lucene merges no segment beyond that.
 *
 * <p><b>Threads.</b> Safe for use by many threads. <b>Ownership.</b> The client stays the caller's.
 *
 * <p><b>Errors.</b> A {@link dev.faissjvm.sync.change.SyncException} by what to do next.
 *
 * <p><b>Permissions.</b> {@code s3:GetObject} and {@code s3:ListBucket} to read, {@code
 * s3:PutObject} and {@code s3:DeleteObject} to publish and prune.
 *
 * <pre>{@code
 * SnapshotStore store = S3SnapshotStore.of(S3Clients.create(null, null), "my-bucket", "words/");
 * }</pre>
 */
public final class S3SnapshotStore implements SnapshotStore {

  private static final long MAX_READ_BYTES = 64L << 20;
  private static final int PRECONDITION_FAILED = 412;
  private static final int CONFLICT = 409;

  private final S3Client client;
  private final String bucket;
  private final String prefix;

  private S3SnapshotStore(S3Client client, String bucket, String prefix) {
    this.client = client;
    this.bucket = bucket;
    this.prefix = prefix;
  }

  /**
   * Names a place in a bucket. Nothing is read yet.
   *
   * @param client the object store
   * @param bucket the bucket
   * @param prefix what each key begins with: empty, or a path that ends in a slash
   * @return the store in that place
   */
  public static S3SnapshotStore of(S3Client client, String bucket, String prefix) {
    if (!prefix.isEmpty() && !prefix.endsWith("/")) {
      throw new IllegalArgumentException("prefix: expected a slash at its end, got " + prefix);
    }
    return new S3SnapshotStore(client, bucket, prefix);
  }

  @Override
  public boolean create(String name, byte[] content) throws IOException {
    String what = "create " + place(name);
    Backoff backoff = new Backoff(what);
    while (true) {
      try {
        client.putObject(
            request ->
                request
                    .bucket(bucket)
                    .key(prefix + name)
                    .ifNoneMatch("*")
                    .checksumAlgorithm(ChecksumAlgorithm.CRC32),
            RequestBody.fromBytes(content));
        return true;
      } catch (S3Exception e) {
        if (e.statusCode() == PRECONDITION_FAILED) {
          // The client asks again where an answer was lost, and then finds what it wrote itself.
          return read(name).filter(there -> Arrays.equals(there, content)).isPresent();
        } else if (e.statusCode() != CONFLICT) {
          throw AwsFailures.translated(what, e);
        }
        backoff.pause();
      }
    }
  }

  @Override
  public void put(String name, Path file) {
    translating(
        "write " + place(name),
        () ->
            client.putObject(
                request ->
                    request
                        .bucket(bucket)
                        .key(prefix + name)
                        .checksumAlgorithm(ChecksumAlgorithm.CRC32),
                RequestBody.fromFile(file)));
  }

  @Override
  public Optional<byte[]> read(String name) throws IOException {
    try (ResponseInputStream<GetObjectResponse> in =
        translating(
            "read " + place(name),
            () -> client.getObject(request -> request.bucket(bucket).key(prefix + name)))) {
      byte[] content = in.readNBytes((int) MAX_READ_BYTES + 1);
      if (content.length > MAX_READ_BYTES) {
        throw new IOException(
            "object: expected at most " + MAX_READ_BYTES + " bytes, got more; name=" + name);
      }
      return Optional.of(content);
    } catch (NoSuchKeyException e) {
      return Optional.empty();
    }
  }

  @Override
  public void fetch(String name, Path file) throws IOException {
    try {
      translating(
          "read " + place(name),
          () ->
              client.getObject(
                  request -> request.bucket(bucket).key(prefix + name),
                  ResponseTransformer.toFile(file)));
    } catch (NoSuchKeyException e) {
      NoSuchFileException absent = new NoSuchFileException(place(name));
      absent.initCause(e);
      throw absent;
    }
  }

  @Override
  public List<Stored> list(String start) {
    return translating(
        "list " + place(start),
        () -> {
          List<Stored> found = new ArrayList<>();
          for (S3Object object :
              client
                  .listObjectsV2Paginator(request -> request.bucket(bucket).prefix(prefix + start))
                  .contents()) {
            String name = object.key().substring(prefix.length());
            found.add(new Stored(name, object.size(), object.lastModified()));
          }
          return found;
        });
  }

  @Override
  public void delete(String name) {
    translating(
        "delete " + place(name),
        () -> client.deleteObject(request -> request.bucket(bucket).key(prefix + name)));
  }

  private String place(String name) {
    return "s3://" + bucket + "/" + prefix + name;
  }

  /** As everywhere, except that an absent object is the caller's to judge. */
  private static <T> T translating(String what, Supplier<T> call) {
    try {
      return call.get();
    } catch (NoSuchKeyException e) {
      throw e;
    } catch (SdkException e) {
      throw AwsFailures.translated(what, e);
    }
  }
}
