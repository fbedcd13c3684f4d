package dev.faissjvm.lambda;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Models on shared storage, fetched once each.
 *
 * <p>What is fetched is listed by a file {@value #LIST} beside the model's files, as {@code
 * sha256sum} writes it: a checksum and a relative name on each line. Every file goes into a
 * temporary folder, is checked, and the folder is renamed when all are there: a model is whole or
 * absent. Of two that fetch at once one wins, and both find the same files. A changed model needs
 * another address.
 *
 * <p><b>Threads.</b> Safe for use by many threads and machines.
 *
 * <p><b>Errors.</b> {@link IOException} for a list or a file that is missing or not as it should
 * be; the temporary folder is deleted.
 */
final class ModelStore {

  /** The list of a model's files. */
  static final String LIST = "SHA256SUMS";

  private static final int MAX_FILES = 1_000;
  private static final int MAX_LIST_BYTES = 1 << 20;
  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) [ *](?:\\./)?(\\S.*)");

  private final Path root;

  /** The files of a model, by name relative to its address. */
  @FunctionalInterface
  interface Address {
    InputStream open(String name) throws IOException;
  }

  ModelStore(Path root) {
    this.root = root;
  }

  /**
   * Returns the folder of a model, fetching it where it is absent.
   *
   * @param name the model's address, which names its folder
   * @param address opens its files; asked nothing where the model is there
   */
  Path folder(String name, Address address) throws IOException {
    Path folder = root.resolve(hex(sha256().digest(name.getBytes(StandardCharsets.UTF_8))));
    if (Files.isDirectory(folder)) {
      return folder;
    }
    Files.createDirectories(root);
    Path part = Files.createTempDirectory(root, "fetching-");
    try {
      for (Map.Entry<String, String> file : list(name, address).entrySet()) {
        fetch(name, file.getKey(), file.getValue(), address, part);
      }
      syncFolders(part);
      moveInto(part, folder);
    } finally {
      deleteTree(part);
    }
    return folder;
  }

  private static Map<String, String> list(String name, Address address) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (InputStream stream = address.open(LIST)) {
      String text = new String(stream.readNBytes(MAX_LIST_BYTES), StandardCharsets.UTF_8).strip();
      for (String line : text.split("\\R", -1)) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches() || !isInside(matcher.group(2))) {
          throw new IOException(
              "model list: expected a sha256 and a relative file name, got '"
                  + line
                  + "'; model="
                  + name);
        }
        files.put(matcher.group(2), matcher.group(1));
      }
    }
    if (files.size() > MAX_FILES) {
      throw new IOException(
          "model list: expected at most " + MAX_FILES + " files, got " + files.size());
    }
    return files;
  }

  private static boolean isInside(String file) {
    Path path = Path.of(file);
    return !path.isAbsolute() && path.normalize().equals(path) && !path.startsWith("..");
  }

  private static void fetch(String name, String file, String sum, Address address, Path part)
      throws IOException {
    Path target = part.resolve(file);
    Path parent = target.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    MessageDigest digest = sha256();
    try (InputStream in = address.open(file);
        OutputStream out = new DigestOutputStream(Files.newOutputStream(target), digest)) {
      in.transferTo(out);
    }
    String found = hex(digest.digest());
    if (!found.equals(sum)) {
      throw new IOException(
          "model file: expected the sha256 "
              + sum
              + ", got "
              + found
              + "; file="
              + file
              + ", model="
              + name);
    }
    sync(target, StandardOpenOption.WRITE);
  }

  /** The rename wins, or another's has: both folders hold the same. */
  private static void moveInto(Path part, Path folder) throws IOException {
    try {
      Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
      return;
    }
    Path root = folder.getParent();
    if (root != null) {
      sync(root, StandardOpenOption.READ);
    }
  }

  private static void sync(Path path, StandardOpenOption mode) throws IOException {
    try (FileChannel channel = FileChannel.open(path, mode)) {
      channel.force(true);
    }
  }

  private static void syncFolders(Path part) throws IOException {
    try (Stream<Path> all = Files.walk(part)) {
      for (Path folder : all.filter(Files::isDirectory).toList()) {
        sync(folder, StandardOpenOption.READ);
      }
    }
  }

  private static void deleteTree(Path part) throws IOException {
    if (Files.isDirectory(part)) {
      try (Stream<Path> all = Files.walk(part)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("sha256: expected in every JDK", e);
    }
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
