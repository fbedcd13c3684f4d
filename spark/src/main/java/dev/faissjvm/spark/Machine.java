package dev.faissjvm.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.spark.SparkEnv;
import org.jspecify.annotations.Nullable;

/** What a task knows of the process that it runs in. */
final class Machine {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String PEAK = "VmHWM:";

  private Machine() {}

  /** Returns Spark's name of the executor and the host that it runs on. */
  static String name() {
    @Nullable SparkEnv env = SparkEnv.get();
    return env == null
        ? "none"
        : env.executorId() + "@" + env.blockManager().blockManagerId().host();
  }

  /** Returns the most memory that this process has had, in bytes; 0 where Linux does not tell. */
  static long peakBytes() throws IOException {
    if (!Files.isReadable(STATUS)) {
      return 0;
    }
    Optional<String> line =
        Files.readAllLines(STATUS).stream().filter(l -> l.startsWith(PEAK)).findFirst();
    return line.map(l -> Long.parseLong(l.replaceAll("[^0-9]", "")) * 1024).orElse(0L);
  }
}
