package dev.faissjvm.faiss;

/** What a reader asks of a file besides its being an index. */
public enum ReadOption {
  /**
   * There must be a sidecar {@code <file>.sha256}, and the file must be what it says. Without this
   * option a sidecar that is there is verified, and one that is missing is not missed.
   *
   * <p>With {@link #ON_DISK_LISTS} the file of the lists must have a sidecar too, and is compared
   * with it before the first search: it is then read once from end to end, which takes as long as
   * the disk and one core need for all of it. Without this option the lists are not read at all
   * until a search needs them, and their sidecar is not looked at.
   */
  REQUIRE_CHECKSUM,
  /**
   * The lists of an IVF index may stand in another file, in the same folder, under the name that
   * the index says, whatever folder that says. They are mapped, read-only, so the file must be
   * local and must not change while the index is open; the index cannot be changed.
   */
  ON_DISK_LISTS
}
