#pragma once
// Inverted files on array lists.
//
//   ivf_header  header; u64 nlist; u64 nprobe; index quantizer; direct_map
//   IwFl        ivf_header; lists                     IwFd  ivf_header; vec<i64> pairs; lists
//   IwSq        ivf_header; SQ; u64 code_size; u8 by_residual; lists
//   IwPQ, IwQR  ivf_header; u8 by_residual; u64 code_size; PQ; lists;
//               [IwQR, if trained: refine PQ, vec<u8> codes, f32 k_factor]
//   IwRQ, IwLS, IwPR, IwPL  ivf_header; u64 code_size; AQ; u8 by_residual; i32 use_precomputed_table; lists
//   Iwrq        ivf_header; RaBitQ; u64 code_size; u8 by_residual; u8 qb; lists
//   IwSh        ivf_header; transform; i32 nbit; f32 period; i32 threshold_type; vec<f32> trained; lists
//   IwIQ        header; index quantizer; u8 has_vt; [transform]; IVF index; [i32 if IwPQ or IwQR]
//
// Source: read_ivf_header, read_ivfpq, read_index in impl/index_read.cpp. An IVF that is not trained is
// empty here; its quantizer may be anything. reconstruct() of the quantizer runs inside parallel regions
// when codes are residuals, so it must not throw.

#include "lists.h"
#include "quantizers.h"
#include "transforms.h"

namespace faissj::prewalk {

struct IvfBytes {
    Shape shape;
    uint64_t nlist = 0, nprobe = 0;
    Shape quantizer;
    DirectMapBytes map;
};

/// What follows the header of an index over floats or over bits; walk_quantizer walks the next index.
inline IvfBytes ivf_after_header(
        Bytes& in,
        const Role& role,
        const Shape& header,
        Shape (*walk_quantizer)(Bytes&, const Role&)) {
    IvfBytes ivf;
    ivf.shape = header;
    ivf.nlist = in.get<uint64_t>("nlist");
    ivf.nprobe = in.get<uint64_t>("nprobe");
    in.within("nlist", ivf.nlist, 1, kMaxLists);
    in.within("nprobe", ivf.nprobe, 1, INT32_MAX);
    ivf.quantizer = walk_quantizer(in, role.as_quantizer());
    in.equal("d of the quantizer", ivf.quantizer.d, ivf.shape.d);
    if (ivf.shape.trained) {
        in.require(ivf.quantizer.trained, "is_trained of the quantizer", "1", 0);
        in.equal("ntotal of the quantizer", ivf.quantizer.ntotal, ivf.nlist);
    } else {
        in.equal("ntotal of an untrained index", ivf.shape.ntotal, 0);
    }
    ivf.map = direct_map(in);
    ivf.shape.contain(ivf.quantizer);
    ivf.shape.nlist = ivf.nlist;
    return ivf;
}

inline IvfBytes ivf_header(Bytes& in, const Role& role) {
    Shape shape = header_ip_or_l2(in);
    return ivf_after_header(in, role, shape, any_index);
}

inline void require_residuals(Bytes& in, const IvfBytes& ivf, bool by_residual) {
    in.require(
            !by_residual || ivf.quantizer.reconstructs,
            "quantizer of residual codes",
            "one that reconstructs",
            ivf.quantizer.kind());
}

inline ListsExpected array_lists_of(const IvfBytes& ivf, uint64_t code_size, const Role& role) {
    ListsExpected expected;
    expected.nlist = ivf.nlist;
    expected.code_size = code_size;
    expected.ntotal = ivf.shape.ntotal;
    // 0 means any id, and an index without vectors has no ids to check
    expected.id_limit = role.positions ? ivf.shape.ntotal : 0;
    return expected;
}

inline Shape ivf_flat(Bytes& in, const Role& role) {
    IvfBytes ivf = ivf_header(in, role);
    ListsExpected expected = array_lists_of(ivf, 4 * ivf.shape.d, role);
    if (in.kind == "IwFd") {
        View<int64_t> pairs = in.vector<int64_t>("duplicate ids");
        in.equal("duplicate ids modulo 2", pairs.size() % 2, 0);
        require_ids_below(in, pairs, expected.id_limit);
        expected.outside = pairs.size() / 2;
    }
    inverted_lists(in, expected, ivf.map);
    return ivf.shape;
}

inline Shape ivf_scalar(Bytes& in, const Role& role) {
    IvfBytes ivf = ivf_header(in, role);
    ScalarCode sq = scalar_quantizer(in, ivf.shape.d, ivf.shape.trained);
    in.equal("code_size", in.get<uint64_t>("code_size"), sq.code_size);
    require_residuals(in, ivf, in.flag("by_residual"));
    inverted_lists(in, array_lists_of(ivf, sq.code_size, role), ivf.map);
    return ivf.shape;
}

/// The second quantizer of IVFPQR: its codes are found by id.
inline void refine_codes(Bytes& in, const Shape& shape) {
    constexpr float kMaxFactor = 1000; // as in the readers of later versions
    ProductCode pq = product_quantizer(in, shape.d);
    in.vector<uint8_t>("refine codes", in.product("refine codes", shape.ntotal, pq.code_size));
    float k_factor = in.finite("k_factor");
    in.require(k_factor >= 1 && k_factor <= kMaxFactor, "k_factor", "1 to 1000", k_factor);
}

/// What precompute_table() would choose while reading: 0 no table, 1 by list, 2 by part of a multi-index.
inline int precomputed_table(const IvfBytes& ivf, const ProductCode& pq, bool by_residual) {
    constexpr uint64_t kMaxTableBytes = uint64_t{1} << 31;
    if (!by_residual || ivf.quantizer.metric != kL2 || !ivf.shape.trained) {
        return 0;
    }
    if (ivf.quantizer.parts != 0 && pq.m % ivf.quantizer.parts == 0) {
        return 2;
    }
    unsigned __int128 bytes = static_cast<unsigned __int128>(pq.m) * pq.ksub() * ivf.nlist * 4;
    return bytes <= kMaxTableBytes ? 1 : 0;
}

inline Shape ivf_product(Bytes& in, const Role& role, int* table_out = nullptr) {
    bool refined = in.kind == "IwQR";
    IvfBytes ivf = ivf_header(in, role);
    bool by_residual = in.flag("by_residual");
    require_residuals(in, ivf, by_residual);
    uint64_t code_size = in.get<uint64_t>("code_size");
    ProductCode pq = product_quantizer(in, ivf.shape.d);
    in.equal("code_size", code_size, pq.code_size);
    ListsExpected expected = array_lists_of(ivf, code_size, role);
    if (refined) {
        require_residuals(in, ivf, true);
        expected.id_limit = ivf.shape.ntotal;
    }
    inverted_lists(in, expected, ivf.map);
    if (refined && ivf.shape.trained) {
        refine_codes(in, ivf.shape);
    }
    if (table_out != nullptr) {
        *table_out = precomputed_table(ivf, pq, by_residual);
    }
    return ivf.shape;
}

inline Shape ivf_additive(Bytes& in, AdditiveFamily family, const Role& role) {
    IvfBytes ivf = ivf_header(in, role);
    uint64_t code_size = in.get<uint64_t>("code_size");
    AdditiveCode aq = additive_quantizer(in, family, ivf.shape);
    in.equal("code_size", code_size, aq.code_size);
    require_residuals(in, ivf, in.flag("by_residual"));
    in.get<int32_t>("use_precomputed_table");
    inverted_lists(in, array_lists_of(ivf, code_size, role), ivf.map);
    return ivf.shape;
}

inline Shape ivf_rabit(Bytes& in, const Role& role) {
    IvfBytes ivf = ivf_header(in, role);
    uint64_t code_size = rabit_quantizer(in, ivf.shape);
    in.equal("code_size", in.get<uint64_t>("code_size"), code_size);
    in.flag("by_residual");
    in.within("qb", static_cast<int>(in.get<uint8_t>("qb")), 0, 8);
    require_residuals(in, ivf, true);
    inverted_lists(in, array_lists_of(ivf, code_size, role), ivf.map);
    return ivf.shape;
}

inline Shape ivf_spectral_hash(Bytes& in, const Role& role) {
    constexpr int kGlobal = 0, kMedian = 3;
    IvfBytes ivf = ivf_header(in, role);
    Transform t = transform(in, role.depth + 1);
    int32_t nbit = in.get<int32_t>("nbit");
    float period = in.finite("period");
    int32_t threshold_type = in.get<int32_t>("threshold_type");
    View<float> thresholds = in.vector<float>("trained");
    in.equal("d_in of the transform", t.d_in, ivf.shape.d);
    in.equal("d_out of the transform", t.d_out, nbit);
    // a transform that is not trained throws inside the parallel search
    in.require(!ivf.shape.trained || t.trained, "is_trained of the transform", "1", 0);
    in.require(period != 0, "period", "not 0", period); // a divisor; may be negative
    in.within("threshold_type", threshold_type, kGlobal, kMedian);
    if (ivf.shape.trained && threshold_type != kGlobal) {
        uint64_t needed = in.product("trained", ivf.nlist, nbit);
        in.require(thresholds.size() >= needed, "trained", "nlist * nbit or more", thresholds.size());
    }
    ivf.shape.gain *= t.gain;
    inverted_lists(in, array_lists_of(ivf, (nbit + 7) / 8, role), ivf.map);
    return ivf.shape;
}

inline Shape ivf_independent_quantizer(Bytes& in, const Role& role) {
    Shape shape = header(in);
    Shape quantizer = any_index(in, role.as_quantizer());
    int64_t d = shape.d;
    if (in.flag("has_vt")) {
        Transform t = transform(in, role.depth + 1);
        in.equal("d_in of the transform", t.d_in, d);
        in.require(!shape.trained || t.trained, "is_trained of the transform", "1", 0);
        d = t.d_out;
        shape.gain *= t.gain;
        in.require(shape.gain < kMaxGain, "squared norm of the matrix", "below 1e20", shape.gain);
    }
    Role inner_role = role;
    inner_role.depth++;
    std::string kind = in.next_kind();
    int table = 0;
    Shape ivf;
    if (kind == "IwPQ" || kind == "IwQR") {
        in.fourcc("IVF index");
        KindScope scope(in, kind, inner_role.depth);
        ivf = ivf_product(in, inner_role, &table);
    } else {
        ivf = any_index(in, inner_role);
    }
    in.require(ivf.nlist > 0, "IVF index", "an IVF", ivf.kind());
    in.equal("d of the quantizer", quantizer.d, shape.d);
    in.equal("d of the IVF index", ivf.d, d);
    in.equal("metric of the IVF index", ivf.metric, shape.metric);
    in.require(!shape.trained || ivf.trained, "is_trained of the IVF index", "1", 0);
    // an add does not raise the outer count
    in.within("ntotal", shape.ntotal, role.positions ? ivf.ntotal : 0, ivf.ntotal);
    if (shape.trained) {
        in.require(quantizer.trained, "is_trained of the quantizer", "1", 0);
        in.equal("ntotal of the quantizer", quantizer.ntotal, ivf.nlist);
    }
    if (kind == "IwPQ" || kind == "IwQR") {
        // overrides what reading chose: any other table would not be there
        int32_t chosen = in.get<int32_t>("use_precomputed_table");
        in.require(
                chosen == -1 || chosen == 0 || chosen == table,
                "use_precomputed_table",
                "the table that reading makes, or none",
                chosen);
    }
    shape.contain(quantizer);
    shape.contain_second(ivf);
    return shape;
}

} // namespace faissj::prewalk
