#pragma once
// The codecs inside the indexes: product, scalar, additive and RaBitQ quantizers.
//
//   PQ       u64 d, M, nbits; vec<f32> centroids (d x 2^nbits)
//   SQ       i32 qtype; i32 rangestat; f32 arg; u64 d; u64 code_size; vec<f32> trained
//   AQ       u64 d, M; vec<u64> nbits; u8 is_trained; vec<f32> codebooks; i32 search_type;
//            f32 norm_min, norm_max; [coded norms: xvec<f32>]; [2x4 norms: vec<f32> norm_tabs]
//   RQ       AQ; i32 train_type; i32 max_beam_size
//   LSQ      AQ; u64 K, train_iters, encode_ils_iters, train_ils_iters, icm_iters; f32 p, lambd;
//            u64 chunk_size; i32 seed; u64 nperts; u8 double
//   PRQ/PLSQ AQ; u64 nsplits; nsplits x RQ or LSQ
//   RaBitQ   u64 d; u64 code_size; i32 metric
//
// Source: read_ProductQuantizer ... read_RaBitQuantizer in impl/index_read.cpp, and what
// set_derived_values, compute_codebook_tables, compute_sdc_table and the encoders index with.

#include <vector>

#include "shape.h"

namespace faissj::prewalk {

struct ProductCode {
    uint64_t d = 0, m = 0, nbits = 0, code_size = 0;
    View<float> centroids; // m x 2^nbits x d / m

    uint64_t ksub() const {
        return uint64_t{1} << nbits;
    }
};

inline ProductCode product_quantizer(Bytes& in, int64_t d) {
    ProductCode pq;
    pq.d = in.get<uint64_t>("pq.d");
    pq.m = in.get<uint64_t>("pq.M");
    pq.nbits = in.get<uint64_t>("pq.nbits");
    in.equal("pq.d", pq.d, d);
    in.within("pq.M", pq.m, 1, d);
    in.equal("pq.d modulo pq.M", pq.d % pq.m, 0);
    in.within("pq.nbits", pq.nbits, 1, 24);
    pq.code_size = (pq.m * pq.nbits + 7) / 8;
    pq.centroids = in.numbers("pq.centroids", pq.d * pq.ksub());
    return pq;
}

struct ScalarCode {
    enum Type { k8bit, k4bit, k8bitUniform, k4bitUniform, kFp16, k8bitDirect, k6bit, kBf16, k8bitSigned };
    int qtype = 0;
    uint64_t code_size = 0;
    View<float> ranges;
};

inline ScalarCode scalar_quantizer(Bytes& in, int64_t d, bool trained) {
    using Type = ScalarCode::Type;
    static const int kBits[] = {8, 4, 8, 4, 16, 8, 6, 16, 8};
    ScalarCode sq;
    sq.qtype = in.get<int32_t>("sq.qtype");
    int32_t rangestat = in.get<int32_t>("sq.rangestat");
    in.finite("sq.rangestat_arg");
    uint64_t sq_d = in.get<uint64_t>("sq.d");
    sq.code_size = in.get<uint64_t>("sq.code_size");
    in.within("sq.qtype", sq.qtype, Type::k8bit, Type::k8bitSigned);
    in.within("sq.rangestat", rangestat, 0, 3);
    in.equal("sq.d", sq_d, d);
    in.equal("sq.code_size", sq.code_size, (sq_d * kBits[sq.qtype] + 7) / 8);

    uint64_t needed = 0;
    if (sq.qtype == Type::k8bitUniform || sq.qtype == Type::k4bitUniform) {
        needed = 2;
    } else if (sq.qtype == Type::k8bit || sq.qtype == Type::k4bit || sq.qtype == Type::k6bit) {
        needed = 2 * sq_d;
    }
    sq.ranges = in.vector<float>("sq.trained");
    if (trained || sq.ranges.size() != 0) {
        in.equal("sq.trained", sq.ranges.size(), needed);
    }
    in.require_finite("sq.trained", sq.ranges);
    return sq;
}

/// AdditiveQuantizer::Search_type_t.
enum AdditiveSearch : int {
    kDecompress,
    kLutNoNorm,
    kNormFromLut,
    kNormFloat,
    kNormQint8,
    kNormQint4,
    kNormCqint8,
    kNormCqint4,
    kNormLsq2x4,
    kNormRq2x4
};

enum class AdditiveFamily { kResidual, kLocalSearch, kProductResidual, kProductLocalSearch };

struct AdditiveCode {
    uint64_t d = 0, m = 0;
    std::vector<uint64_t> nbits;
    bool trained = false;
    int search_type = 0;
    View<float> codebooks;
    uint64_t entries = 0;         // sum of 2^nbits
    uint64_t tot_bits = 0;        // of the codes and of the norm
    uint64_t code_size = 0;
    bool has_tables = false; // codebook_cross_products are computed at load
};

inline int norm_bits(int search_type) {
    switch (search_type) {
        case kNormFloat:
            return 32;
        case kNormQint8:
        case kNormCqint8:
        case kNormLsq2x4:
        case kNormRq2x4:
            return 8;
        case kNormQint4:
        case kNormCqint4:
            return 4;
        default:
            return 0;
    }
}

inline AdditiveCode additive_base(Bytes& in, int64_t d) {
    AdditiveCode aq;
    aq.d = in.get<uint64_t>("aq.d");
    aq.m = in.get<uint64_t>("aq.M");
    in.within("aq.d", aq.d, 1, d);
    in.within("aq.M", aq.m, 1, 4096);
    View<uint64_t> nbits = in.vector<uint64_t>("aq.nbits", aq.m);
    for (uint64_t i = 0; i < nbits.size(); i++) {
        in.within("aq.nbits", nbits[i], 1, 24);
        aq.nbits.push_back(nbits[i]);
        aq.entries += uint64_t{1} << nbits[i];
        aq.tot_bits += nbits[i];
    }
    aq.trained = in.flag("aq.is_trained");
    aq.codebooks = in.vector<float>("aq.codebooks");
    in.require_finite("aq.codebooks", aq.codebooks);
    aq.search_type = in.get<int32_t>("aq.search_type");
    in.within("aq.search_type", aq.search_type, kDecompress, kNormRq2x4);
    in.get<float>("aq.norm_min"); // NaN until trained
    in.get<float>("aq.norm_max");
    aq.tot_bits += norm_bits(aq.search_type);
    aq.code_size = (aq.tot_bits + 7) / 8;

    // decode_qcint() indexes the coded norms with a whole byte or half byte, unchecked
    if (aq.search_type >= kNormCqint8) {
        View<float> norms = in.vector<float>("aq.qnorm");
        if (aq.trained || norms.size() != 0) {
            in.equal("aq.qnorm", norms.size(), aq.search_type == kNormCqint4 ? 16 : 256);
        }
        in.require_finite("aq.qnorm", norms);
    }
    if (aq.search_type >= kNormLsq2x4) {
        View<float> tables = in.vector<float>("aq.norm_tabs");
        if (aq.trained || tables.size() != 0) {
            in.equal("aq.norm_tabs", tables.size(), 32);
        }
        in.require_finite("aq.norm_tabs", tables);
    }
    return aq;
}

inline void require_codebooks(Bytes& in, const AdditiveCode& aq, uint64_t floats) {
    if (aq.trained || aq.codebooks.size() != 0) {
        in.equal("aq.codebooks", aq.codebooks.size(), floats);
    }
}

/// Cross products that compute_codebook_tables() allocates: every pair of entries of different books.
inline void require_small_tables(Bytes& in, const AdditiveCode& aq) {
    constexpr uint64_t kMaxTableFloats = uint64_t{1} << 27; // 512 MiB
    uint64_t floats = 0, before = 0;
    for (uint64_t bits : aq.nbits) {
        uint64_t entries = uint64_t{1} << bits;
        floats += entries * before; // at most 4096 * 2^24 * 2^36
        in.require(
                floats <= kMaxTableFloats, "aq cross product table", "at most 2^27 floats", floats);
        before += entries;
    }
}

inline AdditiveCode residual_quantizer(Bytes& in, int64_t d) {
    constexpr int kSkipCodebookTables = 2048;
    AdditiveCode aq = additive_base(in, d);
    int32_t train_type = in.get<int32_t>("rq.train_type");
    int32_t beam = in.get<int32_t>("rq.max_beam_size");
    in.within("rq.train_type", train_type, 0, 0xffff);
    in.within("rq.max_beam_size", beam, 1, 4096);
    require_codebooks(in, aq, aq.d * aq.entries);
    aq.has_tables = (train_type & kSkipCodebookTables) == 0;
    if (aq.has_tables) {
        // Faiss computes the tables while reading, from codebooks that an untrained quantizer has not
        in.equal("aq.codebooks", aq.codebooks.size(), aq.d * aq.entries);
        require_small_tables(in, aq);
    }
    return aq;
}

inline AdditiveCode local_search_quantizer(Bytes& in, int64_t d) {
    constexpr int64_t kMaxIterations = 1 << 16;
    AdditiveCode aq = additive_base(in, d);
    uint64_t k = in.get<uint64_t>("lsq.K");
    in.get<uint64_t>("lsq.train_iters");
    uint64_t encode_iters = in.get<uint64_t>("lsq.encode_ils_iters");
    in.get<uint64_t>("lsq.train_ils_iters");
    uint64_t icm_iters = in.get<uint64_t>("lsq.icm_iters");
    in.get<float>("lsq.p");
    in.get<float>("lsq.lambd");
    uint64_t chunk_size = in.get<uint64_t>("lsq.chunk_size");
    in.get<int32_t>("lsq.random_seed");
    uint64_t nperts = in.get<uint64_t>("lsq.nperts");
    in.flag("lsq.update_codebooks_with_double");

    for (uint64_t bits : aq.nbits) {
        in.equal("lsq.nbits", bits, aq.nbits[0]);
    }
    in.equal("lsq.K", k, uint64_t{1} << aq.nbits[0]);
    require_codebooks(in, aq, aq.d * aq.entries);
    in.within("lsq.encode_ils_iters", encode_iters, 0, kMaxIterations);
    in.within("lsq.icm_iters", icm_iters, 0, kMaxIterations);
    in.within("lsq.encode_ils_iters * icm_iters", encode_iters * icm_iters, 0, kMaxIterations);
    in.within("lsq.chunk_size", chunk_size, 1, int64_t{1} << 32); // a divisor
    // training lowers it to M
    in.within("lsq.nperts", nperts, 0, aq.trained ? static_cast<int64_t>(aq.m) : kMaxIterations);
    in.require( // M * M * K * K floats while encoding
            aq.entries <= (uint64_t{1} << 15),
            "lsq binary terms",
            "at most 2^15 codebook entries",
            aq.entries);
    return aq;
}

inline AdditiveCode product_additive_quantizer(Bytes& in, int64_t d, bool local_search) {
    AdditiveCode whole = additive_base(in, d);
    uint64_t nsplits = in.get<uint64_t>("paq.nsplits");
    in.within("paq.nsplits", nsplits, 1, static_cast<int64_t>(whole.m));
    uint64_t sum_d = 0, sum_m = 0, floats = 0;
    for (uint64_t s = 0; s < nsplits; s++) {
        AdditiveCode part = local_search ? local_search_quantizer(in, d) : residual_quantizer(in, d);
        in.require(!whole.trained || part.trained, "is_trained of a sub-quantizer", "1", 0);
        for (uint64_t i = 0; i < part.m; i++) {
            in.within("number of sub-quantizer steps", sum_m + i + 1, 1, static_cast<int64_t>(whole.m));
            in.equal("nbits of a sub-quantizer", part.nbits[i], whole.nbits[sum_m + i]);
        }
        sum_d += part.d;
        sum_m += part.m;
        floats += part.d * part.entries;
    }
    in.equal("sum of the sub-quantizers' d", sum_d, whole.d);
    in.equal("sum of the sub-quantizers' M", sum_m, whole.m);
    require_codebooks(in, whole, floats);
    return whole;
}

/// Any additive quantizer of an index with d dimensions.
inline AdditiveCode additive_quantizer(Bytes& in, AdditiveFamily family, const Shape& index) {
    AdditiveCode aq;
    switch (family) {
        case AdditiveFamily::kResidual:
            aq = residual_quantizer(in, index.d);
            break;
        case AdditiveFamily::kLocalSearch:
            aq = local_search_quantizer(in, index.d);
            break;
        case AdditiveFamily::kProductResidual:
            aq = product_additive_quantizer(in, index.d, false);
            break;
        case AdditiveFamily::kProductLocalSearch:
            aq = product_additive_quantizer(in, index.d, true);
            break;
    }
    in.equal("aq.d", aq.d, index.d);
    in.require(!index.trained || aq.trained, "aq.is_trained", "1", 0);
    // only a residual quantizer has the tables this type of search indexes
    in.require(
            aq.search_type != kNormFromLut || aq.has_tables,
            "aq.search_type",
            "one that needs no cross products",
            aq.search_type);
    return aq;
}

/// ceil(d / 8) sign bits and two floats. The layout differs between 1.13.0 and 1.13.2, by its size.
inline uint64_t rabit_quantizer(Bytes& in, const Shape& index) {
    uint64_t d = in.get<uint64_t>("rabitq.d");
    uint64_t code_size = in.get<uint64_t>("rabitq.code_size");
    int32_t metric = in.get<int32_t>("rabitq.metric");
    in.equal("rabitq.d", d, index.d);
    in.equal("rabitq.code_size", code_size, (d + 7) / 8 + 8);
    in.equal("rabitq.metric", metric, index.metric);
    return code_size;
}

} // namespace faissj::prewalk
