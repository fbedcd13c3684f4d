package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sha-256 beside a file: every change of the file is seen, and no crash parts the two. */
class ChecksumTest {
  private static final float[] ROWS = {0, 0, 3, 4, 6, 8};

  @TempDir Path folder = Path.of("");
  private Path file = Path.of("");
  private Path sidecar = Path.of("");

  @BeforeEach
  void places() {
    file = folder.resolve("index.faiss");
    sidecar = folder.resolve("index.faiss.sha256");
  }

  private void write(int rows, WriteOption... options) throws Exception {
    try (VectorIndex index = VectorIndex.create("Flat", 2, Metric.L2)) {
      index.add(java.util.Arrays.copyOf(ROWS, 2 * rows));
      index.write(file, options);
    }
  }

  private long countRead(ReadOption... options) throws Exception {
    try (VectorIndex index = VectorIndex.read(file, options)) {
      return index.count();
    }
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void theSidecarIsWhatSha256sumWrites() throws Exception {
    write(3, WriteOption.CHECKSUM);
    assertThat(sidecar).hasContent(sha256(Files.readAllBytes(file)) + "  index.faiss\n");
    Process check =
        new ProcessBuilder("sha256sum", "--strict", "-c", sidecar.getFileName().toString())
            .directory(folder.toFile())
            .start();
    assertThat(check.waitFor()).isZero();
    assertThat(countRead()).isEqualTo(3);
    assertThat(countRead(ReadOption.REQUIRE_CHECKSUM)).isEqualTo(3);
  }

  @Test
  void everyChangedByteIsSeen() throws Exception {
    write(3, WriteOption.CHECKSUM);
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i++) {
      byte[] changed = whole.clone();
      changed[i] ^= 1;
      Files.write(file, changed);
      String message = file + ": expected sha-256 " + sha256(whole) + ", got " + sha256(changed);
      assertThatThrownBy(this::countRead)
          .isInstanceOf(IndexFormatException.class)
          .hasMessage(message);
      assertThatThrownBy(() -> VectorIndex.map(file))
          .isInstanceOf(IndexFormatException.class)
          .hasMessage(message);
      assertThatThrownBy(() -> VectorIndex.readUnchecked(file))
          .isInstanceOf(IndexFormatException.class)
          .hasMessage(message);
    }
  }

  @Test
  void aSidecarThatIsThereIsKeptTrue() throws Exception {
    write(3, WriteOption.CHECKSUM);
    write(2);
    assertThat(countRead(ReadOption.REQUIRE_CHECKSUM)).isEqualTo(2);
    assertThat(sidecar).hasContent(sha256(Files.readAllBytes(file)) + "  index.faiss\n");
  }

  @Test
  void oneThatIsMissingIsMissedOnlyWhenAskedFor() throws Exception {
    write(3);
    assertThat(sidecar).doesNotExist();
    assertThat(countRead()).isEqualTo(3);
    assertThatThrownBy(() -> countRead(ReadOption.REQUIRE_CHECKSUM))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(sidecar + ": sha-256 of the index expected");
  }

  /** The sidecar names both files while one replaces the other. */
  @Test
  void aCrashBetweenTheTwoLeavesAPairThatFits() throws Exception {
    write(2, WriteOption.CHECKSUM);
    byte[] before = Files.readAllBytes(file);
    write(3, WriteOption.CHECKSUM);
    byte[] after = Files.readAllBytes(file);
    Files.writeString(
        sidecar, sha256(after) + "  index.faiss\n" + sha256(before) + "  index.faiss\n");
    assertThat(countRead()).isEqualTo(3);
    Files.write(file, before);
    assertThat(countRead()).isEqualTo(2);
  }

  @Test
  void aSidecarWithoutADigestIsNoSidecar() throws Exception {
    write(3, WriteOption.CHECKSUM);
    Files.writeString(sidecar, "gone\n");
    assertThatThrownBy(this::countRead)
        .isInstanceOf(IndexFormatException.class)
        .hasMessage(
            sidecar + ": expected lines of sha256sum, got another; remove it if the file is good");
    Files.writeString(sidecar, "");
    assertThatThrownBy(this::countRead)
        .isInstanceOf(IndexFormatException.class)
        .hasMessage(
            sidecar + ": expected a line of sha256sum, got none; remove it if the file is good");
  }
}
