package dev.faissjvm.sync.aws;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The files of one export of a table to S3, there or copied into a folder: {@code
 * manifest-summary.json}, {@code manifest-files.json} and {@code data/*.json.gz}.
 *
 * <p><b>Threads.</b> Safe for use by many threads. <b>Ownership.</b> A client stays the caller's.
 */
public abstract class ExportFiles {

  private final String place;

  private ExportFiles(String place) {
    this.place = place;
  }

  /**
   * {@return an export in a folder} Nothing is read yet.
   *
   * @param folder the folder that holds the manifests; AWS names it after the export
   */
  public static ExportFiles ofFolder(Path folder) {
    return new ExportFiles(folder.toString()) {
      @Override
      InputStream open(String name) throws IOException {
        return Files.newInputStream(folder.resolve(name));
      }
    };
  }

  /**
   * {@return an export in a bucket} Nothing is read yet. Needs {@code s3:GetObject}.
   *
   * @param client the object store
   * @param bucket the bucket
   * @param prefix what stands before the manifests: {@code AWSDynamoDB/} and the export's id
   */
  public static ExportFiles ofS3(S3Client client, String bucket, String prefix) {
    String base = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    return new ExportFiles("s3://" + bucket + "/" + base) {
      @Override
      InputStream open(String name) throws IOException {
        try {
          return client.getObject(request -> request.bucket(bucket).key(base + name));
        } catch (SdkException e) {
          throw AwsFailures.translated("read s3://" + bucket + "/" + base + name, e);
        }
      }
    };
  }

  /** Opens a file by its name below the export. */
  abstract InputStream open(String name) throws IOException;

  /** Where the files are, for messages. */
  String place() {
    return place;
  }
}
