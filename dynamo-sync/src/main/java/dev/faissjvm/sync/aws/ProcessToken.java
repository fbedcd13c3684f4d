package dev.faissjvm.sync.aws;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Names a process so that another on the same machine can tell that it is gone: boot, process
 * namespace, number and time of start. Where the system does not tell these, a token never shows a
 * process to be gone.
 */
final class ProcessToken {

  private static final String UNKNOWN = "unknown";

  private ProcessToken() {}

  static String own() {
    ProcessHandle self = ProcessHandle.current();
    return machine() + '/' + self.pid() + '/' + started(self);
  }

  /** Says whether the process of a token ran on this machine and has ended. */
  static boolean isGone(String token) {
    String[] parts = token.split("/", -1);
    if (parts.length != 3 || parts[0].equals(UNKNOWN) || !parts[0].equals(machine())) {
      return false;
    }
    Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(parts[1]));
    return process.isEmpty()
        || !process.get().isAlive()
        || !parts[2].equals(started(process.get()));
  }

  private static String machine() {
    try {
      String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
      return boot + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    } catch (IOException | UnsupportedOperationException e) {
      return UNKNOWN;
    }
  }

  private static String started(ProcessHandle process) {
    return process.info().startInstant().map(at -> Long.toString(at.toEpochMilli())).orElse("");
  }
}
