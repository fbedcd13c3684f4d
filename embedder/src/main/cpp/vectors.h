// Products by vectors: the dot products of some rows of the weight with several tokens stay in registers.
#pragma once
#include "numbers.h"

namespace fused {
namespace {

#if defined(__AVX512F__)
using Floats = __m512;
inline Floats loadFloats(const float* p) { return _mm512_loadu_ps(p); }
inline Floats broadcast(float f) { return _mm512_set1_ps(f); }
inline Floats multiplyAdd(Floats a, Floats b, Floats c) { return _mm512_fmadd_ps(a, b, c); }
inline void storeFloats(float* p, Floats v) { _mm512_storeu_ps(p, v); }
inline __m256 halves(__m512 v) { return _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1)); }
#else
using Floats = __m256;
inline Floats loadFloats(const float* p) { return _mm256_loadu_ps(p); }
inline Floats broadcast(float f) { return _mm256_set1_ps(f); }
inline Floats multiplyAdd(Floats a, Floats b, Floats c) { return _mm256_fmadd_ps(a, b, c); }
inline void storeFloats(float* p, Floats v) { _mm256_storeu_ps(p, v); }
inline __m256 halves(__m256 v) { return v; }
#endif
constexpr int kWidth = sizeof(Floats) / sizeof(float);

// What one instruction multiplies and adds.
template <typename Numbers>
struct Instruction;

template <>
struct Instruction<Float32> {
  using Vector = Floats;
  using Sum = Floats;
  static Vector load(const float* p) { return loadFloats(p); }
  static Sum add(Sum sum, Vector x, Vector w) { return multiplyAdd(x, w, sum); }
};

#if defined(__AVX512BF16__)
template <>
struct Instruction<Bfloat16> {
  using Vector = __m512i;
  using Sum = __m512;
  static Vector load(const uint16_t* p) { return _mm512_loadu_si512(p); }
  static Sum add(Sum sum, Vector x, Vector w) { return _mm512_dpbf16_ps(sum, (__m512bh)x, (__m512bh)w); }
};
#endif

#if defined(__AVX512VNNI__)
template <>
struct Instruction<Int8> {
  using Vector = __m512i;
  using Sum = __m512i;
  static Vector load(const uint8_t* p) { return _mm512_loadu_si512(p); }
  static Sum add(Sum sum, Vector x, Vector w) { return _mm512_dpbusd_epi32(sum, x, w); }
};
#endif

// The sums of four vectors, as four floats or as four whole numbers.
inline __m128 total(const Floats* s) {
  __m256 all = _mm256_hadd_ps(_mm256_hadd_ps(halves(s[0]), halves(s[1])), _mm256_hadd_ps(halves(s[2]), halves(s[3])));
  return _mm_add_ps(_mm256_castps256_ps128(all), _mm256_extractf128_ps(all, 1));
}

#if defined(__AVX512F__)
inline __m256i halves(__m512i v) { return _mm256_add_epi32(_mm512_castsi512_si256(v), _mm512_extracti64x4_epi64(v, 1)); }

inline __m128 total(const __m512i* s) {
  __m256i all =
      _mm256_hadd_epi32(_mm256_hadd_epi32(halves(s[0]), halves(s[1])), _mm256_hadd_epi32(halves(s[2]), halves(s[3])));
  return _mm_castsi128_ps(_mm_add_epi32(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1)));
}
#endif

template <typename N>
class Vectors {
 public:
  using Numbers = N;
  using Number = typename Numbers::Number;
  static constexpr int kOutputs = 4;  // at a time
  static constexpr int kListTokens = 0;

  explicit Vectors(int) {}

  // Vectors that are read together lie together, so that all is read from one end to the other.
  static void place(const Number* row, int stride, int o, Number* rows) {
    Number* first = rows + static_cast<size_t>(o / kOutputs) * kOutputs * stride + o % kOutputs * kStep;
    for (int k = 0; k < stride; k += kStep) {
      memcpy(first + k * kOutputs, row + k, kStep * sizeof(Number));
    }
  }

  // Outputs [o, o + kOutputs) of all tokens into y, whose rows are so wide.
  void multiply(const Number* x, int tokens, const Linear& linear, int o, int, float* y, int width) const {
    const int groups = (tokens + kTokens - 1) / kTokens;
    for (int group = 0, t = 0; group < groups; group++) {
      const int count = (tokens - t + groups - group - 1) / (groups - group);  // groups of like size
      const Number* from = x + static_cast<size_t>(t) * linear.stride;
      float* to = y + static_cast<size_t>(t) * width;
      const bool first = group == 0;
      switch (count) {
        case 1: tile<1>(from, linear, o, to, width, first); break;
        case 2: tile<2>(from, linear, o, to, width, first); break;
#if defined(__AVX512F__)
        case 3: tile<3>(from, linear, o, to, width, first); break;
        case 4: tile<4>(from, linear, o, to, width, first); break;
        case 5: tile<5>(from, linear, o, to, width, first); break;
        case 6: tile<6>(from, linear, o, to, width, first); break;
#endif
        default: __builtin_unreachable();
      }
      t += count;
    }
  }

 private:
  using Step = Instruction<Numbers>;
  static constexpr int kTokens = kWidth == 16 ? 6 : 2;  // at a time: as many as there are registers for
  static constexpr int kAheadBytes = 2048;
  static constexpr int kStep = sizeof(typename Step::Vector) / sizeof(Number);

  // The first group of tokens finds the weights far away, and fetches on its way what comes next.
  template <int M>
  static void tile(const Number* x, const Linear& linear, int o, float* y, int width, bool first) {
    const int stride = linear.stride;
    const Number* w = static_cast<const Number*>(linear.rows) + static_cast<size_t>(o) * stride;
    typename Step::Sum sums[M][kOutputs] = {};
    for (int k = 0; k < stride; k += kStep) {
      typename Step::Vector rows[kOutputs];
#pragma GCC unroll 4
      for (int r = 0; r < kOutputs; r++) {
        const Number* at = w + k * kOutputs + r * kStep;
        rows[r] = Step::load(at);
        if (first) {
          _mm_prefetch(reinterpret_cast<const char*>(at) + kAheadBytes, _MM_HINT_T0);
        }
      }
#pragma GCC unroll 8
      for (int m = 0; m < M; m++) {
        typename Step::Vector token = Step::load(x + static_cast<size_t>(m) * stride + k);
#pragma GCC unroll 4
        for (int r = 0; r < kOutputs; r++) {
          sums[m][r] = Step::add(sums[m][r], token, rows[r]);
        }
      }
    }
#pragma GCC unroll 8
    for (int m = 0; m < M; m++) {
      _mm_storeu_ps(y + static_cast<size_t>(m) * width, total(sums[m]));
    }
  }
};

}  // namespace
}  // namespace fused
