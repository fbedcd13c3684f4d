package dev.faissjvm.embedder.torch;

import dev.faissjvm.embedder.EmbedderException;
import dev.faissjvm.embedder.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** What the CPU says it can do, by the flags of {@code /proc/cpuinfo}. */
record CpuFeatures(Set<String> flags) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** Reads the flags of the first core; none where the file cannot be read. */
  static CpuFeatures read() {
    try (var lines = Files.lines(CPU_INFO)) {
      return new CpuFeatures(
          lines
              .filter(line -> line.startsWith("flags"))
              .findFirst()
              .map(line -> Set.of(line.substring(line.indexOf(':') + 1).trim().split("\\s+")))
              .orElse(Set.of()));
    } catch (IOException | RuntimeException e) {
      return new CpuFeatures(Set.of()); // another platform: no instruction is taken for granted
    }
  }

  /** Decides in which numbers to compute. */
  static Precision decide(Precision wanted) {
    CpuFeatures cpu = read();
    if (wanted == Precision.AUTO) {
      return cpu.computesBfloat16() ? Precision.BFLOAT16 : Precision.FLOAT32;
    }
    if (wanted == Precision.BFLOAT16 && !cpu.computesBfloat16() && !cpu.emulatesBfloat16()) {
      throw new EmbedderException(
          "precision: expected a CPU with avx512_bf16, amx_bf16 or avx512bw for BFLOAT16, got one"
              + " without; use AUTO");
    }
    return wanted;
  }

  /** Whether bfloat16 products are instructions of this CPU. */
  boolean computesBfloat16() {
    return flags.contains("avx512_bf16") || flags.contains("amx_bf16");
  }

  /** Whether products of eight bits are added up in 32, which fbgemm does with AVX-512's VNNI. */
  boolean hasVnni() {
    return flags.contains("avx512_vnni");
  }

  /** Whether oneDNN has kernels that emulate them. */
  boolean emulatesBfloat16() {
    return flags.contains("avx512bw") && flags.contains("avx512vl") && flags.contains("avx512dq");
  }
}
