package dev.faissjvm.bench;

import dev.faissjvm.faiss.Faiss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where something was measured.
 *
 * @param cpu the processor as the kernel names it
 * @param cores how many of them this process may use
 * @param simd the instruction sets that matter here, of those the processor has
 * @param memoryMib the machine's memory
 * @param versions name and version of everything that took part
 * @param commit the state of the tree, with a plus sign if it had changes
 */
public record Machine(
    String cpu,
    int cores,
    String simd,
    long memoryMib,
    Map<String, String> versions,
    String commit) {

  private static final String[] SIMD = {
    "avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16"
  };

  /**
   * Copies the versions.
   *
   * @param cpu the processor as the kernel names it
   * @param cores how many of them this process may use
   * @param simd the instruction sets that matter here, of those the processor has
   * @param memoryMib the machine's memory
   * @param versions name and version of everything that took part
   * @param commit the state of the tree
   */
  public Machine {
    versions = new TreeMap<>(versions);
  }

  /**
   * {@return this machine}
   *
   * @param commit the state of the tree
   * @param peers name and version of what takes part beside the JDK and this Faiss
   * @throws IOException if the kernel does not say
   */
  static Machine here(String commit, Map<String, String> peers) throws IOException {
    String info = Files.readString(Path.of("/proc/cpuinfo"));
    String flags = " " + after(info, "flags") + " ";
    StringBuilder simd = new StringBuilder();
    for (String set : SIMD) {
      if (flags.contains(" " + set + " ")) {
        simd.append(simd.length() == 0 ? "" : " ").append(set);
      }
    }
    Map<String, String> versions = new TreeMap<>(peers);
    String simdOfJava =
        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
            ? " with jdk.incubator.vector"
            : "";
    versions.put("jdk", System.getProperty("java.vm.name") + " " + Runtime.version() + simdOfJava);
    versions.put("faiss", Faiss.version() + " " + Faiss.variant().toLowerCase(Locale.ROOT));
    return new Machine(
        after(info, "model name"),
        Runtime.getRuntime().availableProcessors(),
        simd.toString(),
        counter("/proc/meminfo", "MemTotal") >> 10,
        versions,
        commit);
  }

  /** {@return the processor in a few words, with the instruction sets that decide} */
  String cpuName() {
    String sets = simd.contains("bf16") ? ", bf16" : simd.contains("avx512f") ? ", AVX-512" : "";
    return cpu.replaceAll("\\(R\\)|\\(TM\\)| Processor| CPU| @.*", "").strip() + sets;
  }

  /** {@return the JDK in two words} */
  String jdkName() {
    return "JDK " + versions.getOrDefault("jdk", "").replaceAll(".* VM (\\d+).*", "$1");
  }

  private static String after(String text, String name) {
    for (String line : text.split("\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).strip().equals(name)) {
        return line.substring(colon + 1).strip();
      }
    }
    return "unknown";
  }

  /**
   * Returns a number that the kernel keeps, in its unit.
   *
   * @throws IOException if it does not keep one of that name
   */
  static long counter(String file, String name) throws IOException {
    String value = after(Files.readString(Path.of(file)), name).replace(" kB", "");
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IOException(file + ": expected a number behind " + name + ", got " + value, e);
    }
  }
}
