package dev.faissjvm.lucene;

import java.io.IOException;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/**
 * The ordinals that one search may visit.
 *
 * @param total vectors in the segment
 * @param ordinals the ones accepted; null if all are
 * @param size how many that is
 * @param complete whether that is all that the filter accepts
 */
record Selection(int total, @Nullable FixedBitSet ordinals, int size, boolean complete) {

  /** All that are accepted. */
  static Selection of(int total, @Nullable FixedBitSet ordinals) {
    return new Selection(total, ordinals, ordinals == null ? total : ordinals.cardinality(), true);
  }

  /** The first {@code limit} of them; may change {@link #ordinals}. */
  Selection within(long limit) {
    if (size <= limit) {
      return this;
    }
    int first = (int) Math.max(0, limit);
    FixedBitSet cut = ordinals;
    if (cut == null) {
      cut = new FixedBitSet(total);
      cut.set(0, first);
    } else {
      int end = 0;
      for (int i = 0; i < first; i++) {
        end = cut.nextSetBit(end) + 1;
      }
      cut.clear(end, total);
    }
    return new Selection(total, cut, first, false);
  }

  /** Whether computing each accepted vector by itself is cheaper than a scan past all. */
  boolean isNarrow() {
    return ordinals != null && size < total / 16;
  }

  /** Calls back with up to {@code block} ordinals at a time until all are seen or it says stop. */
  void forEachBlock(int block, BlockVisitor visitor) throws IOException {
    int[] rows = new int[Math.min(block, size)];
    int filled = 0;
    int next = -1;
    for (int i = 0; i < size; i++) {
      next = ordinals == null ? i : ordinals.nextSetBit(next + 1);
      rows[filled++] = next;
      if (filled == rows.length || i == size - 1) {
        if (!visitor.visit(rows, filled)) {
          return;
        }
        filled = 0;
      }
    }
  }

  /** Sees a block of ordinals. */
  interface BlockVisitor {
    /** Returns whether to go on; the array is reused. */
    boolean visit(int[] rows, int count) throws IOException;
  }
}
