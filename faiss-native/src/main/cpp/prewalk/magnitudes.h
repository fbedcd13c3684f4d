#pragma once
// Numbers that are too large, not only too many.
//
// Two searches of Faiss 1.12.0 write or read outside memory when a distance is NaN or infinite: the batch
// kernel of IndexFlat with k = 1 leaves the label unset (it is then used as a list number), and HNSW's
// candidate heap returns index -1. The library refuses vectors whose squared norm is not below 1e37; here
// the same is asked of what stands in the file and is compared with them: coarse centroids, the storage of
// graphs, and the matrices that the vectors are multiplied with.

#include "quantizers.h"

namespace faissj::prewalk {

constexpr double kMaxSquaredNorm = 1e36;
/// Most that a chain of transforms may multiply a squared norm by; the library refuses what would overflow.
constexpr double kMaxGain = 1e20;

inline void require_squared_norm(Bytes& in, const char* what, double squared) {
    in.require(squared < kMaxSquaredNorm, what, "a squared norm below 1e36", squared); // false for NaN
}

inline double squared_norm(const View<float>& values, uint64_t first, uint64_t count) {
    double sum = 0;
    for (uint64_t i = first; i < first + count; i++) {
        sum += static_cast<double>(values[i]) * values[i];
    }
    return sum;
}

inline void require_measurable_rows(Bytes& in, const View<float>& rows, int64_t d) {
    for (uint64_t i = 0; i < rows.size(); i += d) {
        require_squared_norm(in, "row", squared_norm(rows, i, d));
    }
}

/// The largest squared norm that any code decodes to.
inline void require_measurable(Bytes& in, const ProductCode& pq) {
    uint64_t width = pq.d / pq.m;
    double sum = 0;
    for (uint64_t part = 0; part < pq.m; part++) {
        double largest = 0;
        for (uint64_t k = 0; k < pq.ksub(); k++) {
            double squared = squared_norm(pq.centroids, (part * pq.ksub() + k) * width, width);
            largest = squared > largest ? squared : largest;
        }
        sum += largest;
    }
    require_squared_norm(in, "pq.centroids", sum);
}

inline void require_measurable(Bytes& in, const AdditiveCode& aq) {
    // |sum of M vectors|^2 <= (M * the longest)^2
    double largest = 0;
    for (uint64_t i = 0; i + aq.d <= aq.codebooks.size(); i += aq.d) {
        double squared = squared_norm(aq.codebooks, i, aq.d);
        largest = squared > largest ? squared : largest;
    }
    require_squared_norm(in, "aq.codebooks", largest * aq.m * aq.m);
}

namespace detail {

/// The top bits of an exponent that is all ones: infinity or NaN.
inline void require_finite_halves(Bytes& in, const View<uint8_t>& codes, uint16_t exponent) {
    View<uint16_t> halves(codes.bytes(), codes.size() / 2);
    for (uint64_t i = 0; i < halves.size(); i++) {
        in.require((halves[i] & exponent) != exponent, "16-bit code", "a finite number", halves[i]);
    }
}

inline double bf16(uint16_t code) {
    uint32_t bits = static_cast<uint32_t>(code) << 16;
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

} // namespace detail

inline void require_measurable_codes(
        Bytes& in,
        const ScalarCode& sq,
        const View<uint8_t>& codes,
        uint64_t d) {
    if (sq.qtype == ScalarCode::kFp16) {
        detail::require_finite_halves(in, codes, 0x7c00);
    } else if (sq.qtype == ScalarCode::kBf16) {
        View<uint16_t> halves(codes.bytes(), codes.size() / 2);
        for (uint64_t row = 0; row < halves.size(); row += d) {
            double sum = 0;
            for (uint64_t i = row; i < row + d; i++) {
                double value = detail::bf16(halves[i]);
                sum += value * value;
            }
            require_squared_norm(in, "row of 16-bit codes", sum);
        }
    } else if (sq.ranges.size() != 0) {
        // first the lower ends, then the widths; for the uniform types one of each
        uint64_t half = sq.ranges.size() / 2;
        double sum = 0;
        for (uint64_t i = 0; i < half; i++) {
            double low = sq.ranges[i], high = low + sq.ranges[half + i];
            double most = std::fmax(low * low, high * high);
            sum += half == 1 ? most * d : most;
        }
        require_squared_norm(in, "sq.trained", sum);
    }
}

} // namespace faissj::prewalk
