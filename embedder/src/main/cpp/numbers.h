// The kinds of numbers that are multiplied: what activations and weights become, and what their products are.
#pragma once
#include <immintrin.h>

#include "model.h"

namespace fused {
namespace {

inline int roundUp(int n, int multiple) { return (n + multiple - 1) / multiple * multiple; }

template <typename To, typename From>
inline To bitCast(From from) {
  static_assert(sizeof(To) == sizeof(From), "of one size");
  To to;
  memcpy(&to, &from, sizeof to);
  return to;
}

struct Float32 {
  using Number = float;
  static constexpr int kNumbers = 64 / sizeof(Number);  // of a line; rows are filled up to whole ones
  static constexpr bool kNarrow = false;
  static constexpr bool kWhole = false;

  static void weights(const float* row, int in, Number* out, float*, int32_t*) { memcpy(out, row, in * sizeof(float)); }
  static float product(float sum, const Linear&, int, float) { return sum; }
};

struct Bfloat16 {
  using Number = uint16_t;
  static constexpr int kNumbers = 64 / sizeof(Number);
  static constexpr bool kNarrow = true;
  static constexpr bool kWhole = false;

  // The nearest, and of two the even one.
  static Number of(float f) {
    uint32_t bits = bitCast<uint32_t>(f);
    return static_cast<Number>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
  }

  static void activations(const float* row, int n, Number* out, float*) {
#pragma omp simd
    for (int i = 0; i < n; i++) {
      out[i] = of(row[i]);
    }
  }

  static void weights(const float* row, int in, Number* out, float* scale, int32_t*) { activations(row, in, out, scale); }
  static float product(float sum, const Linear&, int, float) { return sum; }
};

// Weights in eight bits with a scale for each output, activations with one for each token, kept kZero too large: the
// instructions multiply unsigned by signed. What kZero adds to an output is known beforehand.
struct Int8 {
  using Number = uint8_t;
  static constexpr int kNumbers = 64 / sizeof(Number);
  static constexpr bool kNarrow = true;
  static constexpr bool kWhole = true;
  static constexpr int kZero = 128;
  static constexpr float kLargest = 127;

  static int whole(float f) { return static_cast<int>(__builtin_rintf(f)); }

  // What a row's numbers are multiples of.
  static float unit(const float* row, int n) {
    float most = 0;
#pragma omp simd reduction(max : most)
    for (int i = 0; i < n; i++) {
      float magnitude = __builtin_fabsf(row[i]);
      most = magnitude > most ? magnitude : most;
    }
    return most > 0 ? most / kLargest : 1;
  }

  static void activations(const float* row, int n, Number* out, float* scale) {
    *scale = unit(row, n);
    const float inverse = 1 / *scale;
#pragma omp simd
    for (int i = 0; i < n; i++) {
      out[i] = static_cast<Number>(whole(row[i] * inverse) + kZero);
    }
  }

  static void weights(const float* row, int in, Number* out, float* scale, int32_t* shift) {
    *scale = unit(row, in);
    for (int i = 0; i < in; i++) {
      int w = whole(row[i] / *scale);
      out[i] = static_cast<Number>(w);
      *shift += kZero * w;
    }
  }

  static float product(float sum, const Linear& linear, int o, float scale) {
    return static_cast<float>(bitCast<int32_t>(sum) - linear.shifts[o]) * (linear.scales[o] * scale);
  }
};

// Some numbers of a weight: where they are if they are float32, else converted.
inline const float* floats(const void* weight, WeightType type, size_t first, int count, float* converted) {
  if (type == WeightType::kFloat32) {
    return static_cast<const float*>(weight) + first;
  }
  const uint16_t* bits = static_cast<const uint16_t*>(weight) + first;
  for (int i = 0; i < count; i++) {
    converted[i] = type == WeightType::kFloat16 ? _cvtsh_ss(bits[i]) : bitCast<float>(static_cast<uint32_t>(bits[i]) << 16);
  }
  return converted;
}

// Takes a weight [out][in] in the numbers and the order of a product; false where memory is short.
template <typename Product>
bool pack(Memory& memory, const void* weight, WeightType type, Linear& linear) {
  using Numbers = typename Product::Numbers;
  using Number = typename Numbers::Number;
  linear.stride = roundUp(linear.in, Numbers::kNumbers);
  Number* rows = memory.take<Number>(static_cast<size_t>(linear.out) * linear.stride);
  float* scales = memory.take<float>(linear.out);
  int32_t* shifts = memory.take<int32_t>(linear.out);
  float* row = static_cast<float*>(malloc(linear.in * sizeof(float)));
  Number* numbers = static_cast<Number*>(calloc(linear.stride, sizeof(Number)));
  const bool enough = !memory.refused() && row != nullptr && numbers != nullptr;
  for (int o = 0; o < linear.out && enough; o++) {
    const float* floatRow = floats(weight, type, static_cast<size_t>(o) * linear.in, linear.in, row);
    Numbers::weights(floatRow, linear.in, numbers, scales + o, shifts + o);
    Product::place(numbers, linear.stride, o, rows);
  }
  linear.rows = rows;
  linear.scales = scales;
  linear.shifts = shifts;
  free(row);
  free(numbers);
  return enough;
}

}  // namespace
}  // namespace fused
