package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sha-256 beside a file: every change of the file is seen, and no crash parts the two. */
class ChecksumTest {
  private static final float[] ROWS = {0, 0, 3, 4, 6, 8};

  @TempDir Path folder = Path.of("");
  private Path file = Path.of("");
  private Path sidecar = Path.of("");
  private Path lists = Path.of("");
  private Path listsSidecar = Path.of("");

  @BeforeEach
  void places() {
    file = folder.resolve("index.faiss");
    sidecar = folder.resolve("index.faiss.sha256");
    lists = folder.resolve("index.lists");
    listsSidecar = folder.resolve("index.lists.sha256");
  }

  private void write(int rows, WriteOption... options) throws Exception {
    try (VectorIndex index = VectorIndex.create("Flat", 2, Metric.L2)) {
      index.add(Arrays.copyOf(ROWS, 2 * rows));
      index.write(file, options);
    }
  }

  private void writeOnDisk(WriteOption... options) throws Exception {
    try (VectorIndex index = VectorIndex.create("IVF2,Flat", 2, Metric.L2)) {
      index.train(ROWS);
      index.add(ROWS);
      index.lists().writeOnDisk(file, lists, List.of(), options);
    }
  }

  private long nearestOnDisk(ReadOption... options) throws Exception {
    ReadOption[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = ReadOption.ON_DISK_LISTS;
    try (VectorIndex index = VectorIndex.read(file, all)) {
      return index.search(new float[] {3, 4}, 1, SearchOptions.parse("nprobe=2")).id(0, 0);
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

  private int sha256sum(Path sums) throws Exception {
    return new ProcessBuilder("sha256sum", "--strict", "-c", sums.getFileName().toString())
        .directory(folder.toFile())
        .start()
        .waitFor();
  }

  @Test
  void theSidecarIsWhatSha256sumWrites() throws Exception {
    write(3, WriteOption.CHECKSUM);
    assertThat(sidecar).hasContent(sha256(Files.readAllBytes(file)) + "  index.faiss\n");
    assertThat(sha256sum(sidecar)).isZero();
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

  @Test
  void listsOnDiskHaveOneToo() throws Exception {
    writeOnDisk(WriteOption.CHECKSUM);
    assertThat(sidecar).hasContent(sha256(Files.readAllBytes(file)) + "  index.faiss\n");
    assertThat(listsSidecar).hasContent(sha256(Files.readAllBytes(lists)) + "  index.lists\n");
    assertThat(sha256sum(listsSidecar)).isZero();
    assertThat(nearestOnDisk(ReadOption.REQUIRE_CHECKSUM)).isEqualTo(1);
    assertThat(nearestOnDisk()).isEqualTo(1);
  }

  @Test
  void everyChangedByteOfTheListsIsSeenWhereThatIsAskedFor() throws Exception {
    writeOnDisk(WriteOption.CHECKSUM);
    byte[] whole = Files.readAllBytes(lists);
    assertThat(whole).hasSize(3 * (2 * Float.BYTES + Long.BYTES));
    for (int i = 0; i < whole.length; i++) {
      byte[] changed = whole.clone();
      changed[i] ^= 1;
      Files.write(lists, changed);
      assertThatThrownBy(() -> nearestOnDisk(ReadOption.REQUIRE_CHECKSUM))
          .isInstanceOf(IndexFormatException.class)
          .hasMessage(lists + ": expected sha-256 " + sha256(whole) + ", got " + sha256(changed));
    }
    // It lay in memory while it was compared, and does not any more.
    assertThat(Files.readString(Path.of("/proc/self/maps"))).doesNotContain(lists.toString());
    assertThat(nearestOnDisk()).isNotNegative(); // it is not looked at
    Files.write(lists, Arrays.copyOf(whole, 47));
    assertThatThrownBy(() -> nearestOnDisk(ReadOption.REQUIRE_CHECKSUM))
        .isInstanceOf(IndexFormatException.class)
        .hasMessage(file + ": " + lists + ": expected lists of 48 bytes, got 47");
    Files.write(lists, Arrays.copyOf(whole, 49));
    assertThatThrownBy(() -> nearestOnDisk(ReadOption.REQUIRE_CHECKSUM))
        .isInstanceOf(IndexFormatException.class)
        .hasMessage(lists + ": expected lists of 48 bytes, got 49");
    Files.write(lists, whole);
    assertThat(nearestOnDisk(ReadOption.REQUIRE_CHECKSUM)).isEqualTo(1);
  }

  @Test
  void aSidecarIsMissedOfBothFilesOfListsOnDisk() throws Exception {
    writeOnDisk(WriteOption.CHECKSUM);
    Files.delete(listsSidecar);
    assertThat(nearestOnDisk()).isEqualTo(1);
    assertThatThrownBy(() -> nearestOnDisk(ReadOption.REQUIRE_CHECKSUM))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(listsSidecar + ": sha-256 of the lists expected");
    Files.delete(sidecar);
    assertThatThrownBy(() -> nearestOnDisk(ReadOption.REQUIRE_CHECKSUM))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(sidecar + ": sha-256 of the index expected");
    Files.delete(lists);
    writeOnDisk();
    assertThat(sidecar).doesNotExist();
    assertThat(listsSidecar).doesNotExist();
  }

  @Test
  void aSidecarOfListsThatIsThereIsKeptTrue() throws Exception {
    Files.writeString(listsSidecar, sha256(new byte[1]) + "  index.lists\n");
    writeOnDisk();
    assertThat(listsSidecar).hasContent(sha256(Files.readAllBytes(lists)) + "  index.lists\n");
    assertThat(sidecar).doesNotExist();
  }

  @Test
  void listsAreNeitherTheIndexNorASidecar() throws Exception {
    for (String name : new String[] {"index.faiss", "index.faiss.sha256"}) {
      lists = folder.resolve(name);
      assertThatThrownBy(() -> writeOnDisk(WriteOption.CHECKSUM))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "lists: expected another file than the index and their sidecars, got " + lists);
    }
    file = folder.resolve("index.lists.sha256");
    lists = folder.resolve("index.lists");
    assertThatThrownBy(this::writeOnDisk)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("lists: expected another file than the index and their sidecars, got " + lists);
    assertThat(folder).isEmptyDirectory();
  }
}
