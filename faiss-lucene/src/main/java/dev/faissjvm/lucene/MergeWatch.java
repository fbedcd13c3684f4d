package dev.faissjvm.lucene;

import java.io.IOException;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;

/**
 * What a long build tells, and how it hears that its merge was aborted.
 *
 * <p>Lucene tells the second only to who writes: its merge scheduler looks once a megabyte, and a
 * build that computes for minutes writes nothing. So every second a megabyte goes into a file that
 * is deleted at once; Lucene throws its {@code MergeAbortedException} out of that. A file left by a
 * crash is deleted by Lucene's next writer.
 */
final class MergeWatch {
  private static final long NANOS_BETWEEN_CHECKS = 1_000_000_000;
  private static final int CHECKED_BYTES = 1 << 20;
  private static final int TOLD_PARTS = 10;

  private final SegmentWriteState state;
  private final String probe;
  private final int total;
  private final long start = System.nanoTime();
  private long lastCheck = start;
  private int told;

  /**
   * @param state of the segment that is written
   * @param accelerator the name of the file that is built
   * @param total vectors to add
   */
  MergeWatch(SegmentWriteState state, String accelerator, int total) {
    this.state = state;
    this.probe = IndexFileNames.stripExtension(accelerator) + ".tmp";
    this.total = total;
  }

  /** Says that so many vectors were added; called between blocks of them. */
  void added(int vectors) throws IOException {
    int parts = (int) ((long) vectors * TOLD_PARTS / total);
    if (parts > told && state.infoStream.isEnabled("FAISS")) {
      told = parts;
      tell("added " + vectors + " of " + total + " vectors");
    }
    check();
  }

  /** Throws Lucene's own exception if the merge was aborted. */
  void check() throws IOException {
    long now = System.nanoTime();
    if (state.context.context != IOContext.Context.MERGE
        || now - lastCheck < NANOS_BETWEEN_CHECKS) {
      return;
    }
    lastCheck = now;
    try (IndexOutput out = state.directory.createOutput(probe, state.context)) {
      byte[] zeros = new byte[1 << 16];
      for (int written = 0; written <= CHECKED_BYTES; written += zeros.length) {
        out.writeBytes(zeros, zeros.length);
      }
    } finally {
      state.directory.deleteFile(probe);
    }
  }

  void tell(String text) {
    if (state.infoStream.isEnabled("FAISS")) {
      long millis = (System.nanoTime() - start) / 1_000_000;
      state.infoStream.message(
          "FAISS", state.segmentInfo.name + ": " + text + " after " + millis + " ms");
    }
  }
}
