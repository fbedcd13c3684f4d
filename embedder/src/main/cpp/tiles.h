// Products by AMX: 32 outputs of 32 tokens at a time, in four tiles.
#pragma once
#include "numbers.h"

namespace fused {
namespace {

constexpr int kTileRows = 16;
constexpr int kTileBytes = 1024;
constexpr int kRowBytes = kTileBytes / kTileRows;

template <typename N>
class Tiles {
 public:
  using Numbers = N;
  using Number = typename Numbers::Number;
  static constexpr int kOutputs = 2 * kTileRows;  // at a time
  static constexpr int kListTokens = 256;

  // Sets this thread's tiles. Groups of tokens are of like size; the last may end in rows that nobody looks at.
  explicit Tiles(int tokens) {
    groups_ = (tokens + kTileRows - 1) / kTileRows;
    tokens_ = (tokens + groups_ - 1) / groups_;
    Configuration configuration = {};
    configuration.palette = 1;
    for (int tile = 0; tile < 8; tile++) {
      configuration.rowBytes[tile] = kRowBytes;
      configuration.rows[tile] = static_cast<uint8_t>(tile < 6 ? tokens_ : kTileRows);
    }
    _tile_loadconfig(&configuration);
  }

  ~Tiles() { _tile_release(); }
  Tiles(const Tiles&) = delete;
  Tiles& operator=(const Tiles&) = delete;

  // A tile holds 16 outputs side by side, and next to each other what is multiplied and added together.
  static void place(const Number* row, int stride, int o, Number* rows) {
    Number* tiles = rows + static_cast<size_t>(o / kTileRows) * kTileRows * stride + o % kTileRows * kTogether;
    for (int i = 0; i < stride; i++) {
      tiles[static_cast<size_t>(i / kTogether) * kTileRows * kTogether + i % kTogether] = row[i];
    }
  }

  // Outputs [o, end), at most kOutputs, of all tokens into y, whose rows are so wide.
  void multiply(const Number* x, int, const Linear& linear, int o, int end, float* y, int width) const {
    // As much of the weights at a time as stays near while all tokens pass.
    for (int k = 0; k < linear.stride; k += kDepth) {
      for (int group = 0; group < groups_; group += 2) {
        const Number* from = x + static_cast<size_t>(group) * tokens_ * linear.stride;
        float* to = y + static_cast<size_t>(group) * tokens_ * width;
        const bool two = group + 1 < groups_;
        if (end - o > kTileRows) {
          two ? tiles<2, 2>(from, linear, o, k, to, width) : tiles<1, 2>(from, linear, o, k, to, width);
        } else {
          two ? tiles<2, 1>(from, linear, o, k, to, width) : tiles<1, 1>(from, linear, o, k, to, width);
        }
      }
    }
  }

 private:
  static constexpr int kTogether = 4 / sizeof(Number);
  static constexpr int kDepth = 12 * Numbers::kNumbers;
  static constexpr int kAhead = 4;  // tiles fetched

  struct alignas(64) Configuration {
    uint8_t palette;
    uint8_t start;
    uint8_t reserved[14];
    uint16_t rowBytes[16];
    uint8_t rows[16];
  };

  static void fetch(const char* tile) {
    for (int line = 0; line < kTileBytes; line += kRowBytes) {
      _mm_prefetch(tile + kAhead * kTileBytes + line, _MM_HINT_T0);
    }
  }

#define FUSED_ADD(sum, tokens, weights)       \
  if constexpr (Numbers::kWhole) {            \
    _tile_dpbusd(sum, tokens, weights);       \
  } else {                                    \
    _tile_dpbf16ps(sum, tokens, weights);     \
  }

  // Tiles 0 to 3 are the sums of G groups of tokens with O tiles of outputs, 4 and 5 the tokens, 6 and 7 the weights.
  template <int G, int O>
  void tiles(const Number* x, const Linear& linear, int o, int k, float* y, int width) const {
    const int stride = linear.stride;
    const int end = k + kDepth < stride ? k + kDepth : stride;
    const size_t xBytes = stride * sizeof(Number);
    const size_t yBytes = width * sizeof(float);
    const Number* x2 = x + static_cast<size_t>(tokens_) * stride;
    float* y2 = y + static_cast<size_t>(tokens_) * width;
    const char* w = static_cast<const char*>(linear.rows) + o * xBytes + static_cast<size_t>(k) * kTileRows * sizeof(Number);
    const char* w2 = w + kTileRows * xBytes;
    if (k == 0) {
      _tile_zero(0);
      _tile_zero(1);
      _tile_zero(2);
      _tile_zero(3);
    } else {
      _tile_loadd(0, y, yBytes);
      if constexpr (O > 1) _tile_loadd(1, y + kTileRows, yBytes);
      if constexpr (G > 1) _tile_loadd(2, y2, yBytes);
      if constexpr (G > 1 && O > 1) _tile_loadd(3, y2 + kTileRows, yBytes);
    }
    for (; k < end; k += Numbers::kNumbers, w += kTileBytes, w2 += kTileBytes) {
      fetch(w);
      _tile_loadd(6, w, kRowBytes);
      _tile_loadd(4, x + k, xBytes);
      FUSED_ADD(0, 4, 6)
      if constexpr (O > 1) {
        fetch(w2);
        _tile_loadd(7, w2, kRowBytes);
        FUSED_ADD(1, 4, 7)
      }
      if constexpr (G > 1) {
        _tile_loadd(5, x2 + k, xBytes);
        FUSED_ADD(2, 5, 6)
      }
      if constexpr (G > 1 && O > 1) {
        FUSED_ADD(3, 5, 7)
      }
    }
    _tile_stored(0, y, yBytes);
    if constexpr (O > 1) _tile_stored(1, y + kTileRows, yBytes);
    if constexpr (G > 1) _tile_stored(2, y2, yBytes);
    if constexpr (G > 1 && O > 1) _tile_stored(3, y2 + kTileRows, yBytes);
  }

#undef FUSED_ADD

  int groups_;
  int tokens_;  // of a group
};

}  // namespace
}  // namespace fused
