package dev.faissjvm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.faissjvm.cli.testing.App;
import dev.faissjvm.cli.testing.PythonFiles;
import dev.faissjvm.cli.testing.PythonFiles.Kind;
import dev.faissjvm.cli.vectors.VectorReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The commands on Faiss's own files, those of Python's Faiss 1.12.0 and 1.15.1.
 *
 * <p>{@code -Ddamaged.files=1000} checks so many damaged files, {@code -Dseed} others.
 */
class IndexFilesIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long SEED = Long.getLong("seed", 20_261_127L);
  private static final int DAMAGED = Integer.getInteger("damaged.files", 134);
  private static final int FILES_A_PROCESS = 200;

  /**
   * Kinds that are refused, each for a reason of Faiss's own, and kinds that 1.12.0 cannot read.
   */
  private static final Set<String> REFUSED =
      Set.of(
          "Lattice",
          "RaBitQ4",
          "IVFRaBitQ4",
          "RaBitQfs",
          "IVFRaBitQfs",
          "Panorama",
          "IVFPanorama",
          "HNSWPanorama");

  /** Hash tables have no order: Python's own files of them differ from each other. */
  private static final Set<String> UNORDERED = Set.of("BHash", "BMultiHash");

  @TempDir Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"faiss.python", "faiss.python.newest"})
  void everyFileOfPythonsIsCopiedByteForByte(String python) throws IOException {
    List<String> wrong = new ArrayList<>();
    int copied = 0;
    for (Kind kind : PythonFiles.of(python).kinds()) {
      Path copy = folder.resolve(kind.name());
      MainRun run = MainRun.of("index", "copy", kind.file().toString(), copy.toString());
      if (REFUSED.contains(kind.name())) {
        if (run.code() != ExitCode.BAD_INPUT || Files.exists(copy)) {
          wrong.add(kind.name() + ": expected to be refused, got " + run);
        }
      } else if (run.code() != ExitCode.OK) {
        wrong.add(kind.name() + ": " + run);
      } else if (UNORDERED.contains(kind.name())
          ? Files.size(copy) != Files.size(kind.file())
          : Files.mismatch(copy, kind.file()) >= 0) {
        wrong.add(kind.name() + ": other bytes");
      } else {
        copied++;
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(copied).isGreaterThanOrEqualTo(60);
    System.out.println("index copy: " + copied + " kinds of " + python + " byte for byte");
  }

  @Test
  void aSearchAnswersAsPythonDoesAlsoInNumPysForm() throws IOException {
    PythonFiles python = PythonFiles.of("faiss.python");
    Path queries = python.folder().resolve("query.f32");
    for (String kind : List.of("FlatL2", "IVFFlat", "IVFPQ", "SQ8", "IDMap2", "PQfs")) {
      ByteBuffer expected =
          ByteBuffer.wrap(Files.readAllBytes(python.folder().resolve(kind + ".64.ids.i64")))
              .order(ByteOrder.LITTLE_ENDIAN);
      String file = python.folder().resolve(kind + ".faiss").toString();
      Path ids = folder.resolve("ids.npy");
      Path distances = folder.resolve("distances.npy");
      MainRun lines =
          MainRun.of("index", "search", file, queries.toString(), "--dimension", "32", "-k", "10");
      assertThat(lines.code()).as(lines.toString()).isEqualTo(ExitCode.OK);
      MainRun written =
          MainRun.of(
              "index",
              "search",
              file,
              queries.toString(),
              "--dimension",
              "32",
              "-k",
              "10",
              "--ids",
              ids.toString(),
              "--distances",
              distances.toString());
      assertThat(written.code()).as(written.toString()).isEqualTo(ExitCode.OK);
      assertThat(written.out()).isEmpty();
      ByteBuffer npy = ByteBuffer.wrap(Files.readAllBytes(ids)).order(ByteOrder.LITTLE_ENDIAN);
      npy.position(128);
      int different = 0;
      try (VectorReader reader = VectorReader.open(distances, 0)) {
        assertThat(reader.count()).isEqualTo(64);
        assertThat(reader.dimension()).isEqualTo(10);
        float[] all = reader.next(64);
        for (int i = 0; i < 64; i++) {
          JsonNode line = JSON.readTree(lines.out().lines().toList().get(i));
          assertThat(line.get("query").asInt()).isEqualTo(i);
          for (int rank = 0; rank < 10; rank++) {
            long id = npy.getLong();
            assertThat(id).as(kind).isEqualTo(line.get("ids").get(rank).asLong());
            different += id == expected.getLong() ? 0 : 1;
            assertThat((float) line.get("distances").get(rank).asDouble())
                .isEqualTo(all[10 * i + rank]);
          }
        }
      }
      // Codes are few: equal distances stand in any order.
      assertThat(different).as(kind).isLessThanOrEqualTo(kind.contains("PQ") ? 12 : 0);
    }
  }

  @Test
  void numPyReadsTheIdsAndDistances() throws IOException {
    PythonFiles python = PythonFiles.of("faiss.python");
    Path ids = folder.resolve("ids.npy");
    Path distances = folder.resolve("distances.npy");
    MainRun run =
        MainRun.of(
            "index",
            "search",
            python.folder().resolve("FlatL2.faiss").toString(),
            python.folder().resolve("query.f32").toString(),
            "--dimension",
            "32",
            "-k",
            "3",
            "--ids",
            ids.toString(),
            "--distances",
            distances.toString());
    assertThat(run.code()).as(run.toString()).isEqualTo(ExitCode.OK);
    Process process =
        new ProcessBuilder(
                System.getProperty("faiss.python"),
                "-c",
                "import numpy as n; i, d = n.load('ids.npy'), n.load('distances.npy');"
                    + " print(i.shape, i.dtype, d.shape, d.dtype)")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8).strip())
        .isEqualTo("(64, 3) int64 (64, 3) float32");
  }

  @Test
  void everyDamagedFileGetsAnAnswer() throws IOException {
    List<Kind> kinds = PythonFiles.of("faiss.python").kinds();
    Random random = new Random(SEED);
    int bad = 0;
    for (int done = 0; done < DAMAGED; done += FILES_A_PROCESS) {
      List<String> arguments = new ArrayList<>(List.of("index", "verify", "--json"));
      for (int i = done; i < Math.min(DAMAGED, done + FILES_A_PROCESS); i++) {
        byte[] whole = Files.readAllBytes(kinds.get(i % kinds.size()).file());
        Path file = folder.resolve(i + ".faiss");
        Files.write(file, damaged(whole, random, i));
        arguments.add(file.getFileName().toString());
      }
      App.Result result = App.in(folder).run(arguments.toArray(String[]::new));
      assertThat(result.code()).as("-Dseed=%s: %s", SEED, result.err()).isIn(0, 1);
      assertThat(result.lines()).as("-Dseed=%s", SEED).hasSize(arguments.size() - 3);
      for (int i = 0; i < result.lines().size(); i++) {
        JsonNode line = JSON.readTree(result.lines().get(i));
        assertThat(line.get("file").asText()).isEqualTo(arguments.get(i + 3));
        assertThat(line.get("ok").asBoolean() || !line.get("reason").asText().isBlank()).isTrue();
        bad += line.get("ok").asBoolean() ? 0 : 1;
      }
    }
    // A damaged number inside a vector is a number too: such a file is structurally whole.
    assertThat(bad).as("-Dseed=%s", SEED).isGreaterThan(DAMAGED / 4);
    System.out.println("index verify: " + DAMAGED + " damaged files answered, " + bad + " bad");
  }

  /** A flipped byte, a flipped byte of the head, a cut, a size that lies. */
  private static byte[] damaged(byte[] file, Random random, int i) {
    int head = Math.min(200, file.length - Long.BYTES);
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    switch (i % 5) {
      case 0 -> file[random.nextInt(file.length)] ^= (byte) (1 + random.nextInt(255));
      case 1 -> file[random.nextInt(head)] ^= (byte) (1 + random.nextInt(255));
      case 2 -> {
        return Arrays.copyOf(file, random.nextInt(file.length));
      }
      case 3 ->
          bytes.putLong(
              random.nextInt(head),
              new long[] {-1, 0, Long.MAX_VALUE, 1L << 40, 1L << 31}[random.nextInt(5)]);
      default -> {
        int at = random.nextInt(head);
        bytes.putLong(at, bytes.getLong(at) + random.nextInt(9) - 4);
      }
    }
    return file;
  }
}
