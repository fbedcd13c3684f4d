// Some texts through the encoder, by as many threads as come. Compiled once for each Kernel:
//   -DFUSED_PRODUCT="Vectors<Float32>" -DFUSED_KERNEL=kFloat32Avx512 and the instructions that it is for.
//
// For one text, a matrix of few rows, reading the weights is most of the work: each is read once and multiplied with all
// tokens while it is near. The threads divide the outputs among themselves and meet at the end of each phase; pieces are
// small and taken one by one, so that a thread that the system has put aside holds up the others by one piece at most.
#include <sched.h>

#include "vectors.h"
#if defined(__AMX_TILE__)
#include "tiles.h"
#endif

namespace fused {
namespace {

constexpr int kPiece = 32;  // outputs that a thread takes
constexpr int kRowPieces = 8;  // at most, of a phase that goes by rows
constexpr int kQueries = 8;  // of a head, at a time
constexpr int kSpins = 4096;

// Cody and Waite's reduction and Taylor's polynomial: 1e-7 of the value.
inline float exponential(float v) {
  v = v < -87 ? -87 : v;
  v = v > 88 ? 88 : v;
  float n = __builtin_rintf(v * 1.44269504f);
  float r = v - n * 0.693359375f + n * 2.12194440e-4f;
  float p = 1.f / 5040;
  p = p * r + 1.f / 720;
  p = p * r + 1.f / 120;
  p = p * r + 1.f / 24;
  p = p * r + 1.f / 6;
  p = p * r + .5f;
  p = p * r + 1;
  p = p * r + 1;
  return p * bitCast<float>((static_cast<int32_t>(n) + 127) << 23);
}

// Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26: 1.5e-7.
inline float errorFunction(float v) {
  float a = __builtin_fabsf(v);
  float t = 1 / (1 + 0.3275911f * a);
  float p = 1.061405429f;
  p = p * t - 1.453152027f;
  p = p * t + 1.421413741f;
  p = p * t - 0.284496736f;
  p = p * t + 0.254829592f;
  return __builtin_copysignf(1 - p * t * exponential(-a * a), v);
}

template <Activation A>
inline float activated(float v) {
  switch (A) {
    case Activation::kGelu:
      return .5f * v * (1 + errorFunction(v * 0.707106781f));
    case Activation::kGeluTanh: // tanh(u) is 1 - 2 / (exp(2 u) + 1)
      return v * (1 - 1 / (exponential(2 * 0.797884561f * (v + 0.044715f * v * v * v)) + 1));
    case Activation::kQuickGelu:
      return v / (1 + exponential(-1.702f * v));
    case Activation::kRelu:
      return v > 0 ? v : 0;
  }
}

template <Activation A>
void activateRow(float* y, int n) {
#pragma omp simd
  for (int i = 0; i < n; i++) {
    y[i] = activated<A>(y[i]);
  }
}

template <typename Product>
class Worker {
  using Numbers = typename Product::Numbers;
  using Number = typename Product::Number;

 public:
  Worker(Batch& batch, int thread)
      : batch_(batch), model_(*batch.model), phase_(batch.phases), product_(batch.tokens),
        head_(batch.heads[thread]) {}

  void run() {
    const int hidden = model_.hidden;
    const int wide = model_.wide;
    normalizeRows(batch_.x, nullptr, model_.embeddingNorm, batch_.x);
    for (const Layer* layer = model_.first; layer != nullptr; layer = layer->next) {
      const int each = pieces(hidden);
      phase(3 * each, [&](int piece) {
        const int part = piece / each;
        float* y = batch_.projected + part * hidden;
        multiply(batch_.x, batch_.narrow, layer->projections[part], y, 3 * hidden, piece % each);
      });
      phase(model_.heads * batch_.sequences, [&](int piece) { attend(piece / model_.heads, piece % model_.heads); });
      narrowWhole(batch_.attended, hidden, batch_.narrow);
      phase(each, [&](int piece) {
        multiply(batch_.attended, batch_.narrow, layer->attentionOutput, batch_.sum, hidden, piece);
      });
      normalizeRows(batch_.sum, batch_.x, layer->attentionNorm, batch_.middle);
      phase(pieces(wide), [&](int piece) {
        multiply(batch_.middle, batch_.narrow, layer->intermediate, batch_.expanded, wide, piece);
        const int first = piece * kPiece;
        const int count = pieceEnd(first, wide) - first;
        for (int t = 0; t < batch_.tokens; t++) {
          activate(row(batch_.expanded, t, wide) + first, count);
          narrowPart(row(batch_.expanded, t, wide), t, first, count, wide, batch_.narrowWide);
        }
      });
      narrowWhole(batch_.expanded, wide, batch_.narrowWide);
      phase(each, [&](int piece) {
        multiply(batch_.expanded, batch_.narrowWide, layer->output, batch_.sum, hidden, piece);
      });
      normalizeRows(batch_.sum, batch_.middle, layer->outputNorm, batch_.x);
    }
  }

 private:
  // Takes pieces until there are none, then waits for those that others took.
  template <typename Do>
  void phase(int pieces, Do take) {
    Phase& phase = *phase_++;
    if (phase.next.load(std::memory_order_relaxed) < pieces) {
      for (int piece; (piece = phase.next.fetch_add(1, std::memory_order_relaxed)) < pieces;) {
        take(piece);
        phase.done.fetch_add(1, std::memory_order_release);
      }
    }
    for (int spins = 0; phase.done.load(std::memory_order_acquire) < pieces; spins++) {
      if (spins < kSpins) {
        _mm_pause();
      } else {
        sched_yield();
      }
    }
  }

  template <typename Do>
  void rows(Do take) {
    const int each = (batch_.tokens + kRowPieces - 1) / kRowPieces;
    phase((batch_.tokens + each - 1) / each, [&](int piece) {
      for (int t = piece * each; t < batch_.tokens && t < (piece + 1) * each; t++) {
        take(t);
      }
    });
  }

  static float* row(float* matrix, int t, int width) { return matrix + static_cast<size_t>(t) * width; }
  static int pieces(int outputs) { return (outputs + kPiece - 1) / kPiece; }
  static int pieceEnd(int first, int outputs) { return first + kPiece < outputs ? first + kPiece : outputs; }

  static Number* narrowRow(void* matrix, int t, int width) {
    return static_cast<Number*>(matrix) + static_cast<size_t>(t) * roundUp(width, Numbers::kNumbers);
  }

  // Activations in the numbers that are multiplied. Where a row shares a scale, it must be whole before.
  void narrow(const float* x, int t, int width, void* to) {
    if constexpr (Numbers::kNarrow) {
      Numbers::activations(x, width, narrowRow(to, t, width), batch_.scales + t);
    }
  }

  void narrowPart(const float* x, int t, int first, int count, int width, void* to) {
    if constexpr (Numbers::kNarrow && !Numbers::kWhole) {
      Numbers::activations(x + first, count, narrowRow(to, t, width) + first, nullptr);
    }
  }

  void narrowWhole(float* x, int width, void* to) {
    if constexpr (Numbers::kWhole) {
      rows([&](int t) { narrow(row(x, t, width), t, width, to); });
    }
  }

  // One piece of a linear layer's outputs, for all tokens.
  void multiply(const float* x, const void* narrow, const Linear& linear, float* y, int width, int piece) {
    const Number* numbers = static_cast<const Number*>(Numbers::kNarrow ? narrow : x);
    const int first = piece * kPiece;
    const int end = pieceEnd(first, linear.out);
    for (int o = first; o < end; o += Product::kOutputs) {
      product_.multiply(numbers, batch_.tokens, linear, o, end, y + o, width);
    }
    for (int t = 0; t < batch_.tokens; t++) {
      float* out = row(y, t, width);
      const float scale = batch_.scales[t];
#pragma omp simd
      for (int o = first; o < end; o++) {
        out[o] = Numbers::product(out[o], linear, o, scale) + linear.bias[o];
      }
    }
  }

  void activate(float* y, int n) {
    switch (model_.activation) {
      case Activation::kGelu: return activateRow<Activation::kGelu>(y, n);
      case Activation::kGeluTanh: return activateRow<Activation::kGeluTanh>(y, n);
      case Activation::kQuickGelu: return activateRow<Activation::kQuickGelu>(y, n);
      case Activation::kRelu: return activateRow<Activation::kRelu>(y, n);
    }
  }

  // The norm of each row, of its sum with the residual's if there is one, ready to be multiplied.
  void normalizeRows(float* from, float* residual, const Norm& norm, float* to) {
    const int hidden = model_.hidden;
    rows([&](int t) {
      float* y = row(to, t, hidden);
      normalize(row(from, t, hidden), residual == nullptr ? nullptr : row(residual, t, hidden), norm, y);
      narrow(y, t, hidden, batch_.narrow);
    });
  }

  void normalize(const float* x, const float* residual, const Norm& norm, float* y) {
    const int n = model_.hidden;
    float total = 0;
    if (residual == nullptr) {
#pragma omp simd reduction(+ : total)
      for (int i = 0; i < n; i++) {
        y[i] = x[i];
        total += x[i];
      }
    } else {
#pragma omp simd reduction(+ : total)
      for (int i = 0; i < n; i++) {
        y[i] = x[i] + residual[i];
        total += y[i];
      }
    }
    const float mean = total / n;
    float squares = 0;
#pragma omp simd reduction(+ : squares)
    for (int i = 0; i < n; i++) {
      squares += (y[i] - mean) * (y[i] - mean);
    }
    const float inverse = 1 / __builtin_sqrtf(squares / n + model_.epsilon);
#pragma omp simd
    for (int i = 0; i < n; i++) {
      y[i] = (y[i] - mean) * inverse * norm.weight[i] + norm.bias[i];
    }
  }

  // One head of attention of one sequence: softmax(Q K^T / sqrt(width)) V.
  void attend(int sequence, int head) {
    const int first = batch_.starts[sequence];
    const int tokens = batch_.starts[sequence + 1] - first;
    const int width = model_.hidden / model_.heads;
    const int padded = roundUp(tokens, kWidth);
    const float* keys = row(batch_.projected, first, 3 * model_.hidden) + model_.hidden + head * width;
    float* turned = head_ + kQueries * padded;  // keys as [component][token]
    for (int t = 0; t < padded; t++) {
      for (int c = 0; c < width; c++) {
        turned[c * padded + t] = t < tokens ? keys[static_cast<size_t>(t) * 3 * model_.hidden + c] : 0;
      }
    }
    int t = 0;
    for (; t + kQueries <= tokens; t += kQueries) {
      attend<kQueries>(first, tokens, t, head, turned);
    }
    for (; t < tokens; t++) {
      attend<1>(first, tokens, t, head, turned);
    }
  }

  // Some tokens of it, from the one at t on.
  template <int Q>
  void attend(int first, int tokens, int t, int head, const float* turned) {
    const int width = model_.hidden / model_.heads;
    const int padded = roundUp(tokens, kWidth);
    const size_t apart = 3 * static_cast<size_t>(model_.hidden);
    const float* queries = row(batch_.projected, first + t, 3 * model_.hidden) + head * width;
    const float* values = row(batch_.projected, first, 3 * model_.hidden) + 2 * model_.hidden + head * width;
    const float factor = 1 / __builtin_sqrtf(static_cast<float>(width));
    float* scores = head_;
    for (int at = 0; at < tokens; at += kWidth) {
      Floats sums[Q] = {};
      addProducts(queries, apart, turned + at, padded, width, sums);
      for (int q = 0; q < Q; q++) {
        storeFloats(scores + q * padded + at, sums[q]);
      }
    }
    float inverses[Q];
    for (int q = 0; q < Q; q++) {
      inverses[q] = 1 / soften(scores + q * padded, tokens, padded, factor, bias(head, t + q));
    }
    float* out = row(batch_.attended, first + t, model_.hidden) + head * width;
    int c = 0;
    for (; c + kWidth <= width; c += kWidth) {
      Floats sums[Q] = {};
      addProducts(scores, padded, values + c, apart, tokens, sums);
      for (int q = 0; q < Q; q++) {
        storeFloats(row(out, q, model_.hidden) + c, sums[q] * inverses[q]);
      }
    }
    for (; c < width; c++) {
      for (int q = 0; q < Q; q++) {
        float sum = 0;
        for (int j = 0; j < tokens; j++) {
          sum += scores[q * padded + j] * values[j * apart + c];
        }
        row(out, q, model_.hidden)[c] = sum * inverses[q];
      }
    }
    for (int q = 0; q < Q; q++) {
      const float* whole = row(batch_.attended, first + t + q, model_.hidden);
      narrowPart(whole, first + t + q, head * width, width, model_.hidden, batch_.narrow);
    }
  }

  // The products of Q rows on the left with n rows on the right, as many columns of these as a vector has.
  template <int Q>
  static void addProducts(const float* left, size_t leftApart, const float* right, size_t rightApart, int n,
                          Floats (&sums)[Q]) {
    for (int i = 0; i < n; i++) {
      const Floats each = loadFloats(right + i * rightApart);
#pragma GCC unroll 8
      for (int q = 0; q < Q; q++) {
        sums[q] = multiplyAdd(broadcast(left[q * leftApart + i]), each, sums[q]);
      }
    }
  }

  // What is added to a token's scores for the distance to each token; null for nothing.
  const float* bias(int head, int t) {
    const float* table = model_.distanceBias;
    return table == nullptr ? nullptr : table + head * (2 * model_.longest - 1) + model_.longest - 1 - t;
  }

  // Turns scores into their exponentials, zero behind the last token, and returns their sum.
  static float soften(float* score, int tokens, int padded, float factor, const float* bias) {
    if (bias != nullptr) {
#pragma omp simd
      for (int j = 0; j < tokens; j++) {
        score[j] += bias[j] / factor;
      }
    }
    for (int j = tokens; j < padded; j++) {
      score[j] = -__builtin_inff();
    }
    float most = score[0];
#pragma omp simd reduction(max : most)
    for (int j = 0; j < padded; j++) {
      most = score[j] > most ? score[j] : most;
    }
    float total = 0;
#pragma omp simd reduction(+ : total)
    for (int j = 0; j < padded; j++) {
      score[j] = exponential((score[j] - most) * factor);
      total += score[j];
    }
    return total;
  }

  Batch& batch_;
  const Model& model_;
  Phase* phase_;
  Product product_;
  float* head_;
};

size_t headNumbers(const Model& model) {
  return static_cast<size_t>(kQueries + model.hidden / model.heads) * roundUp(model.longest, kWidth);
}

void work(Batch& batch) {
  int thread = batch.threads.fetch_add(1, std::memory_order_relaxed);
  if (thread < kMostThreads) {
    Worker<FUSED_PRODUCT>(batch, thread).run();
  }
}

}  // namespace

extern const Kernel FUSED_KERNEL = {pack<FUSED_PRODUCT>, sizeof(FUSED_PRODUCT::Number), FUSED_PRODUCT::Numbers::kNumbers,
                                    FUSED_PRODUCT::kListTokens, headNumbers, work};

}  // namespace fused
