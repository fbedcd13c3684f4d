package dev.faissjvm.embedder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * Many texts through a model on all cores: a window of texts is tokenized, sorted by length, cut
 * into batches of a number of tokens, and the batches are taken by as many workers as there are
 * cores, one thread each. Sequences of like length in one batch are what makes attention cheap, and
 * the longest batch goes first so that no worker is left with it at the end.
 *
 * <p><b>Threads.</b> Safe for use by many threads.
 */
final class BatchRunner {
  /** Texts looked at together; bounds the memory of a call, and is enough to sort well. */
  static final int WINDOW = 4096;

  private static final int TOKENIZER_SLICE = 64;

  /** Tokens below which a batch is not cut further for the sake of an idle worker. */
  private static final int LEAST_SHARE = 128;

  private final TextModel model;
  private final int batchTokens;
  private final Workers workers;

  BatchRunner(TextModel model, int batchTokens, Workers workers) {
    this.model = model;
    this.batchTokens = batchTokens;
    this.workers = workers;
  }

  /**
   * Embeds texts in their order.
   *
   * @throws CancellationException if the calling thread is interrupted; it stays interrupted
   */
  float[][] run(List<String> texts, int promptTokens, Progress progress) {
    float[][] vectors = new float[texts.size()][];
    for (int start = 0; start < texts.size(); start += WINDOW) {
      int end = Math.min(start + WINDOW, texts.size());
      int before = start;
      float[][] rows =
          window(
              texts.subList(start, end),
              promptTokens,
              done -> progress.embedded(before + done, texts.size()));
      System.arraycopy(rows, 0, vectors, start, rows.length);
    }
    return vectors;
  }

  private float[][] window(List<String> texts, int promptTokens, Workers.Done progress) {
    int[][] tokens = new int[texts.size()][];
    int slices = (texts.size() + TOKENIZER_SLICE - 1) / TOKENIZER_SLICE;
    workers.run(
        slices,
        slice -> {
          int end = Math.min((slice + 1) * TOKENIZER_SLICE, tokens.length);
          for (int i = slice * TOKENIZER_SLICE; i < end; i++) {
            tokens[i] = model.tokens(texts.get(i));
          }
          return 0;
        },
        done -> {});
    List<int[]> batches = batches(tokens, batchTokens, workers.threads());
    float[][] vectors = new float[tokens.length][];
    workers.run(
        batches.size(),
        b -> {
          int[] members = batches.get(b);
          List<int[]> sequences = new ArrayList<>(members.length);
          for (int member : members) {
            sequences.add(tokens[member]);
          }
          float[][] rows = model.vectors(sequences, promptTokens, workers.team(1));
          for (int i = 0; i < members.length; i++) {
            vectors[members[i]] = rows[i];
          }
          return members.length;
        },
        progress);
    return vectors;
  }

  /**
   * Cuts a window into batches of neighbours in length, the longest first, and as many for each
   * worker as for the others: none is idle while another computes the last full batch.
   */
  static List<int[]> batches(int[][] tokens, int batchTokens, int threads) {
    long[] byLength = new long[tokens.length];
    long left = 0;
    for (int i = 0; i < byLength.length; i++) {
      byLength[i] = (long) tokens[i].length << 32 | i;
      left += tokens[i].length;
    }
    Arrays.sort(byLength);
    long rounds = (left + (long) batchTokens * threads - 1) / ((long) batchTokens * threads);
    long batchesLeft = Math.max(1, rounds) * threads;
    List<int[]> batches = new ArrayList<>();
    int end = byLength.length;
    while (end > 0) {
      long share = Math.max(LEAST_SHARE, left / Math.max(1, batchesLeft--));
      int start = end;
      long inBatch = 0;
      while (start > 0) {
        long next = byLength[start - 1] >>> 32;
        if (start < end && (inBatch >= share || inBatch + next > batchTokens)) {
          break;
        }
        inBatch += next;
        start--;
      }
      left -= inBatch;
      int[] members = new int[end - start];
      for (int i = 0; i < members.length; i++) {
        members[i] = (int) byLength[start + i];
      }
      batches.add(members);
      end = start;
    }
    return batches;
  }
}
