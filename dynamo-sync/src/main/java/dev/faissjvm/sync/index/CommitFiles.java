package dev.faissjvm.sync.index;

import java.nio.file.Path;
import java.util.List;

/**
 * The files of a commit. Each is written once and never changed; it stays until newer commits have
 * made it useless.
 *
 * @param commit what the commit says of itself
 * @param files its files, by name in ascending order
 */
public record CommitFiles(Commit commit, List<Path> files) {

  /**
   * Copies the list.
   *
   * @param commit what the commit says of itself
   * @param files its files
   */
  public CommitFiles {
    files = List.copyOf(files);
  }
}
