package dev.faissjvm.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.faissjvm.cli.json.Json;
import dev.faissjvm.faiss.FaissException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** {@code faissjvm index verify}: can these files be trusted. */
@CommandLine.Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Check the structure of index files, and their bytes where there is a sum beside them.",
      "The sum of FILE is in FILE.sha256, as sha256sum writes it. One line a file; ends with 1 if any",
      "is bad."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  faissjvm index verify articles.faiss",
      "  faissjvm index verify --json backups/*.faiss"
    })
final class IndexVerifyCommand extends Command {

  private static final int BUFFER = 1 << 20;
  private static final int DIGITS = 64;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files that Faiss wrote.")
  private List<Path> files = new ArrayList<>();

  IndexVerifyCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run() throws IOException {
    return stoppable("the files that are not named were not checked", this::verify);
  }

  private ExitCode verify() {
    boolean good = true;
    for (Path file : files) {
      context.interruption().checkpoint();
      String found = "";
      String reason = "";
      try {
        reason = checkSum(file);
        if (reason.isEmpty()) {
          found = structure(file);
        }
      } catch (FaissException | IOException | IllegalArgumentException | CommandFailure e) {
        reason = Failures.line(e);
      } catch (OutOfMemoryError e) {
        reason = "expected to fit into memory, got " + e.getMessage();
      }
      good &= reason.isEmpty();
      if (json) {
        ObjectNode line = Json.object().put("file", file.toString()).put("ok", reason.isEmpty());
        print(Json.line(reason.isEmpty() ? line : line.put("reason", reason)));
      } else {
        print(file + ": " + (reason.isEmpty() ? "ok, " + found : "bad, " + reason));
      }
    }
    return good ? ExitCode.OK : ExitCode.DIFFERENCES;
  }

  private static String structure(Path file) throws IOException {
    try (IndexFile index = IndexFile.read(file)) {
      return index.summary();
    }
  }

  /**
   * Returns what is wrong with a file's bytes; empty if nothing is, or nothing is known of them.
   */
  private static String checkSum(Path file) throws IOException {
    Path sidecar = file.resolveSibling(file.getFileName() + ".sha256");
    if (!Files.exists(sidecar)) {
      return "";
    }
    String line = Files.readString(sidecar, StandardCharsets.UTF_8).strip();
    if (line.length() < DIGITS) {
      return "sidecar: expected " + DIGITS + " hex digits, got " + line.length() + " characters";
    }
    String expected = line.substring(0, DIGITS).toLowerCase(Locale.ROOT);
    String got = sha256(file);
    return expected.equals(got) ? "" : "sha256: expected " + expected + ", got " + got;
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[BUFFER];
      for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("sha-256: expected in every JDK, got none", e);
    }
  }
}
