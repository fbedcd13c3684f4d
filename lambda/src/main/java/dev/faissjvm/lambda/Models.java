package dev.faissjvm.lambda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/** The model that the settings name: a folder, or files in S3 that are kept on the storage. */
final class Models {

  private static final String S3 = "s3://";

  private Models() {}

  static LazyEmbedder embedder(Settings settings) {
    return new LazyEmbedder(
        () -> folder(settings), new FingerprintNotes(settings.storage().resolve("fingerprints")));
  }

  private static Path folder(Settings settings) throws IOException {
    String model = settings.model();
    if (!model.startsWith(S3)) {
      Path folder = Path.of(model);
      if (!Files.isDirectory(folder)) {
        throw new IOException(
            "model: expected a folder, got none; FAISSJVM_MODEL="
                + model
                + "; put the model into the image, or name its address in S3");
      }
      return folder;
    }
    S3Address address = S3Address.of(model);
    ModelStore store = new ModelStore(settings.storage().resolve("models"));
    // S3's classes and connection are needed once in the life of a storage.
    try (S3Client s3 =
        S3Client.builder().httpClientBuilder(UrlConnectionHttpClient.builder()).build()) {
      return store.folder(model, name -> open(s3, address, name));
    }
  }

  private static InputStream open(S3Client s3, S3Address address, String name) throws IOException {
    String key = address.prefix() + name;
    try {
      return s3.getObject(request -> request.bucket(address.bucket()).key(key));
    } catch (SdkException e) {
      throw new IOException(
          "model: expected "
              + address
              + name
              + " to be readable, got "
              + e.getMessage()
              + "; upload the model's folder with its list "
              + ModelStore.LIST,
          e);
    }
  }
}
