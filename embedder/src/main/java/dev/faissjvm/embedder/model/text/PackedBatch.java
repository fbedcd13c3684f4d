package dev.faissjvm.embedder.model.text;

import java.util.List;

/**
 * Several token sequences one behind the other, without padding.
 *
 * <p><b>Shape.</b> {@code tokens} holds the ids of sequence 0, then those of sequence 1, and so on.
 * Sequences of one length lie together when they came sorted, and then share one attention call.
 *
 * @param tokens all ids
 * @param lengths of the sequences, each at least 1, summing to the number of ids
 */
@SuppressWarnings("ArrayRecordComponent") // a value of one call, never compared
public record PackedBatch(int[] tokens, int[] lengths) {

  /**
   * Packs sequences in the order given.
   *
   * @param sequences at least one, none empty
   * @return them, packed
   */
  public static PackedBatch of(List<int[]> sequences) {
    int[] lengths = new int[sequences.size()];
    int total = 0;
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = sequences.get(i).length;
      total = Math.addExact(total, lengths[i]);
    }
    int[] tokens = new int[total];
    int at = 0;
    for (int[] sequence : sequences) {
      System.arraycopy(sequence, 0, tokens, at, sequence.length);
      at += sequence.length;
    }
    return new PackedBatch(tokens, lengths);
  }
}
