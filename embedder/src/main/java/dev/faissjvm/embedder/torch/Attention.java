package dev.faissjvm.embedder.torch;

import dev.faissjvm.embedder.model.Architecture;
import dev.faissjvm.embedder.model.DistanceBias;
import dev.faissjvm.embedder.model.TransformerConfig;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head attention over packed rows. A token sees the tokens of its own sequence and no others,
 * which needs no mask, since each call holds sequences of one length only. In CLIP's texts it sees
 * only those that stand before it.
 *
 * <p>MPNet adds a learnt bias by the distance of two tokens. It depends on nothing but the
 * distance, so the bias of a short sequence is the corner of the one for the longest.
 */
final class Attention {
  private final int hidden;
  private final int heads;
  private final @Nullable Tensor bias; // [heads, longest, longest]
  private final boolean causal;
  private final DoubleOptional defaultScale = new DoubleOptional();
  private final TensorOptional noMask = new TensorOptional();

  private Attention(TransformerConfig config, @Nullable Tensor bias) {
    this.hidden = config.hidden();
    this.heads = config.heads();
    this.bias = bias;
    this.causal = config.architecture() == Architecture.CLIP_TEXT;
  }

  /** Builds what all layers share; it belongs to the scope that is open. */
  static Attention load(WeightTensors weights, TransformerConfig config, int maxTokens) {
    if (config.architecture() != Architecture.MPNET) {
      return new Attention(config, null);
    }
    int buckets = config.relativeBuckets();
    Tensor table = weights.get("encoder.relative_attention_bias.weight", buckets, config.heads());
    long[] bucketOf = new long[Math.multiplyExact(maxTokens, maxTokens)];
    for (int query = 0; query < maxTokens; query++) {
      for (int key = 0; key < maxTokens; key++) {
        bucketOf[query * maxTokens + key] = DistanceBias.row(key - query, buckets);
      }
    }
    Tensor bias =
        torch
            .embedding(table, torch.tensor(bucketOf))
            .view(maxTokens, maxTokens, config.heads())
            .permute(2, 0, 1)
            .contiguous();
    return new Attention(config, bias);
  }

  /** Computes {@code [T, 3 hidden]} to {@code [T, hidden]}; the caller closes the result. */
  @SuppressWarnings("try") // the scope is for what is allocated under it
  Tensor apply(Tensor queriesKeysValues, List<Run> runs) {
    try (PointerScope scope = new PointerScope()) {
      Tensor out;
      if (runs.size() == 1) {
        out = apply(queriesKeysValues, runs.get(0));
      } else {
        TensorVector parts = new TensorVector();
        for (Run run : runs) {
          try (PointerScope part = new PointerScope()) {
            parts.push_back(apply(queriesKeysValues.narrow(0, run.first(), run.tokens()), run));
          }
        }
        out = torch.cat(parts, 0);
      }
      out.retainReference();
      scope.detach(out);
      return out;
    }
  }

  private Tensor apply(Tensor rows, Run run) {
    int n = run.sequences();
    int length = run.length();
    Tensor split = rows.view(n, length, 3, heads, hidden / heads).permute(2, 0, 3, 1, 4);
    TensorOptional mask =
        bias == null
            ? noMask
            : new TensorOptional(
                bias.narrow(1, 0, length)
                    .narrow(2, 0, length)
                    .unsqueeze(0)
                    .expand(n, heads, length, length));
    Tensor attended =
        torch.scaled_dot_product_attention(
            split.select(0, 0),
            split.select(0, 1),
            split.select(0, 2),
            mask,
            0.0,
            causal,
            defaultScale,
            false);
    return attended.transpose(1, 2).reshape(run.tokens(), hidden);
  }
}
