package dev.faissjvm.embedder;

/**
 * In which numbers the linear layers of a model are computed. Attention, residuals, layer norms and
 * pooling are float32 always, and so are the vectors that come out.
 */
public enum Precision {
  /** {@link #BFLOAT16} where the CPU computes in it (avx512_bf16 or AMX), else {@link #FLOAT32}. */
  AUTO,

  /** The numbers of the reference: vectors agree with sentence-transformers to 1e-5. */
  FLOAT32,

  /**
   * About 1.8 times as fast on a CPU that has it; cosine with the float32 vector 0.9999 or better.
   * A CPU with only AVX-512 VNNI emulates it, slower than float32; any other refuses it.
   */
  BFLOAT16,

  /**
   * Eight-bit weights per channel and activations per token, on a CPU without AMX per batch for
   * lists: two to four times as fast as float32, mean cosine with it 0.99 and above. Where it is
   * per batch, a text's vector depends slightly on its company.
   */
  INT8
}
