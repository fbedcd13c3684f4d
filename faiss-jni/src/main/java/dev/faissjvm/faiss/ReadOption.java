package dev.faissjvm.faiss;

/** What a reader asks of a file besides its being an index. */
public enum ReadOption {
  /**
   * There must be a sidecar {@code <file>.sha256}, and the file must be what it says. Without this
   * option a sidecar that is there is verified, and one that is missing is not missed.
   */
  REQUIRE_CHECKSUM,
  /**
   * The lists of an IVF index may stand in another file, in the same folder, under the name that
   * the index says, whatever folder that says. They are mapped, read-only, so the file must be
   * local and must not change while the index is open; the index cannot be changed.
   */
  ON_DISK_LISTS
}
