package dev.faissjvm.faiss;

/** What a writer leaves besides the file. */
public enum WriteOption {
  /**
   * A sidecar {@code <file>.sha256}, as {@code sha256sum} writes it, computed on the way to the
   * disk. A sidecar that is there already is kept true without this option.
   */
  CHECKSUM
}
