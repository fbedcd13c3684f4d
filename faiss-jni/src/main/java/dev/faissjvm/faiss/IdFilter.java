package dev.faissjvm.faiss;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * Which ids a search or a removal may touch: a range, a set, a bitmap, and their combinations.
 *
 * <p><b>Units.</b> Ids are those the caller gave; in an index without ids, positions from 0. A
 * bitmap costs least on a search over many vectors, a set or a range little more.
 *
 * <p><b>Threads.</b> Immutable; arrays that are given are copied.
 *
 * <p><b>Errors.</b> A kind of index that cannot filter refuses with {@link
 * UnsupportedOperationException} and says what to use instead.
 *
 * <pre>{@code
 * IdFilter recent = IdFilter.range(1_000, 2_000).and(IdFilter.of(1_234, 1_500).not());
 * Neighbors hits = index.search(query, 10, SearchOptions.DEFAULT.with(recent));
 * }</pre>
 *
 * @see <a
 *     href="https://github.com/facebookresearch/faiss/wiki/Setting-search-parameters-for-one-query">Faiss:
 *     setting search parameters for one query</a>
 */
public final class IdFilter {
  /** How deep combinations may nest. */
  public static final int MAX_DEPTH = 32;

  private static final int RANGE = 1;
  private static final int SET = 2;
  private static final int BITMAP = 3;
  private static final int NOT = 4;
  private static final int AND = 5;
  private static final int OR = 6;
  private static final int XOR = 7;

  // In prefix order, as filter.h of faiss-native reads them.
  private final long[] words;
  private final int depth;

  private IdFilter(long[] words, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "filter: expected at most " + MAX_DEPTH + " levels, got " + depth);
    }
    this.words = words;
    this.depth = depth;
  }

  /**
   * {@return the ids from {@code from} to below {@code to}}
   *
   * @param from the first id
   * @param to the id past the last; at or below {@code from} for none
   */
  public static IdFilter range(long from, long to) {
    return new IdFilter(new long[] {RANGE, from, to}, 1);
  }

  /**
   * {@return exactly these ids}
   *
   * @param ids in any order
   */
  public static IdFilter of(long... ids) {
    long[] words = new long[2 + ids.length];
    words[0] = SET;
    words[1] = ids.length;
    System.arraycopy(ids, 0, words, 2, ids.length);
    return new IdFilter(words, 1);
  }

  /**
   * {@return the ids whose bit is set}
   *
   * @param bits bit {@code i % 64} of word {@code i / 64} is id {@code i}, as in a {@link
   *     java.util.BitSet}; copied
   * @param size number of bits; ids from there on are not in
   * @throws IllegalArgumentException if {@code bits} is shorter than {@code size} bits
   */
  public static IdFilter bitmap(long[] bits, long size) {
    long needed = (size + 63) / 64;
    if (size < 0 || bits.length < needed) {
      throw new IllegalArgumentException(
          "bits: expected at least " + needed + " words, got " + bits.length + "; size=" + size);
    }
    long[] words = new long[Math.toIntExact(2 + needed)];
    words[0] = BITMAP;
    words[1] = size;
    System.arraycopy(bits, 0, words, 2, (int) needed);
    if (size % 64 != 0) {
      words[words.length - 1] &= (1L << size % 64) - 1;
    }
    return new IdFilter(words, 1);
  }

  /** {@return every id that this filter leaves out} */
  public IdFilter not() {
    long[] negated = new long[1 + words.length];
    negated[0] = NOT;
    System.arraycopy(words, 0, negated, 1, words.length);
    return new IdFilter(negated, depth + 1);
  }

  /**
   * {@return the ids in both}
   *
   * @param other the other filter
   */
  public IdFilter and(IdFilter other) {
    return combined(AND, other);
  }

  /**
   * {@return the ids in either}
   *
   * @param other the other filter
   */
  public IdFilter or(IdFilter other) {
    return combined(OR, other);
  }

  /**
   * {@return the ids in one but not both}
   *
   * @param other the other filter
   */
  public IdFilter xor(IdFilter other) {
    return combined(XOR, other);
  }

  /** The same ids, counted from another first one; those before it are left out. */
  IdFilter countedFrom(long first) {
    LongStream.Builder counted = LongStream.builder();
    for (int at = 0; at < words.length; ) {
      at = countFrom(first, at, counted);
    }
    return new IdFilter(counted.build().toArray(), depth);
  }

  /** Copies the words of one node, without those under it, and returns where the next begins. */
  private int countFrom(long first, int at, LongStream.Builder counted) {
    counted.add(words[at]);
    switch ((int) words[at]) {
      case RANGE -> {
        counted.add(Math.max(0, words[at + 1]) - first).add(Math.max(0, words[at + 2]) - first);
        return at + 3;
      }
      case SET -> {
        int size = (int) words[at + 1];
        counted.add(size);
        Arrays.stream(words, at + 2, at + 2 + size)
            .map(id -> id < first ? -1 : id - first)
            .forEach(counted);
        return at + 2 + size;
      }
      case BITMAP -> {
        int length = (int) ((words[at + 1] + 63) / 64);
        long size = Math.max(0, words[at + 1] - first);
        counted.add(size);
        for (long bit = first; bit < first + size; bit += 64) {
          int word = (int) (bit / 64);
          long low = words[at + 2 + word] >>> bit;
          boolean more = bit % 64 != 0 && word + 1 < length;
          counted.add(more ? low | words[at + 3 + word] << -bit : low);
        }
        return at + 2 + length;
      }
      default -> {
        return at + 1; // what it joins follows
      }
    }
  }

  /** The filter in words, not a copy: for the crossing only. */
  long[] words() {
    return words;
  }

  private IdFilter combined(int operator, IdFilter other) {
    long[] both = new long[Math.addExact(1 + words.length, other.words.length)];
    both[0] = operator;
    System.arraycopy(words, 0, both, 1, words.length);
    System.arraycopy(other.words, 0, both, 1 + words.length, other.words.length);
    return new IdFilter(both, 1 + Math.max(depth, other.depth));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IdFilter that && Arrays.equals(words, that.words);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(words);
  }
}
