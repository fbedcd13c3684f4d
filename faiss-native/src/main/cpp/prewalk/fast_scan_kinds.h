#pragma once
// Fast-scan indexes: 4-bit codes, packed in blocks of bbs vectors for the SIMD kernels.
//
//   IPfs                    header; PQ; i32 implem, bbs, qbs; u64 ntotal2, M2; vec<u8> codes
//   IRfs, ILfs, IPRf, IPLf  header; AQ; i32 implem, bbs, qbs; u64 M, nbits, ksub, code_size, ntotal2, M2;
//                           u8 rescale_norm; i32 norm_scale; u64 max_train_points; vec<u8> codes
//   IwPf                    ivf_header; u8 by_residual; u64 code_size; i32 bbs; u64 M2; i32 implem; u64 qbs2;
//                           PQ; lists
//   IVRf, IVLf, NPRf, NPLf  ivf_header; AQ; u8 by_residual; i32 implem, bbs, qbs;
//                           u64 M, nbits, ksub, code_size, qbs2, M2; u8 rescale_norm; i32 norm_scale;
//                           u64 max_train_points; lists
//
// M2 is M rounded up to even, ntotal2 is ntotal rounded up to bbs. A combination of implem, bbs and qbs
// that no kernel was instantiated for throws inside a parallel region: those are refused.
//
// Source: read_index in impl/index_read.cpp; IndexFastScan.cpp, IndexIVFFastScan.cpp,
// impl/pq4_fast_scan_search_1.cpp and _qbs.cpp (the dispatch tables).

#include "ivf_kinds.h"

namespace faissj::prewalk {

struct FastScanLayout {
    int32_t implem = 0, bbs = 0, qbs = 0;
    uint64_t m = 0, m2 = 0;

    uint64_t block_bytes() const {
        return m2 / 2 * bbs;
    }
};

/// qbs holds the sizes of query groups, four bits each, lowest first.
inline void require_query_groups(Bytes& in, int32_t qbs) {
    in.require(qbs >= 0, "qbs", "0 or groups of 1 to 4 queries", qbs);
    if (qbs == 5 || qbs == 6) {
        return;
    }
    int queries = 0;
    for (int32_t rest = qbs; rest != 0; rest >>= 4) {
        in.within("group of queries in qbs", rest & 15, 1, 4);
        queries += rest & 15;
    }
    in.within("queries in qbs", queries, 0, 23);
}

inline void require_blocks(Bytes& in, const FastScanLayout& layout) {
    in.equal("bbs modulo 32", layout.bbs % 32, 0);
    in.within("bbs", layout.bbs, 32, 160);
    in.equal("M2", layout.m2, (layout.m + 1) / 2 * 2);
}

inline void require_flat_kernels(Bytes& in, const FastScanLayout& layout) {
    require_blocks(in, layout);
    in.require(
            layout.implem == 0 || (layout.implem >= 12 && layout.implem <= 15),
            "implem",
            "0 or 12 to 15",
            layout.implem);
    bool grouped = layout.implem == 12 || layout.implem == 13 ||
            (layout.implem == 0 && layout.bbs == 32);
    if (grouped) {
        in.equal("bbs", layout.bbs, 32);
        require_query_groups(in, layout.qbs);
        return;
    }
    // here qbs counts the queries of one pass, 0 standing for 4
    int most = layout.bbs == 32 ? 4 : layout.bbs == 64 ? 2 : 1;
    in.within("qbs", layout.qbs == 0 ? 4 : layout.qbs, 1, most);
}

inline void require_ivf_kernels(
        Bytes& in,
        const IvfBytes& ivf,
        const FastScanLayout& layout,
        uint64_t qbs2) {
    require_blocks(in, layout);
    in.require(
            layout.implem == 0 || (layout.implem >= 10 && layout.implem <= 15) ||
                    (layout.implem >= 110 && layout.implem <= 113),
            "implem",
            "0, 10 to 15 or 110 to 113",
            layout.implem);
    if (layout.implem % 100 >= 12) {
        in.equal("bbs", layout.bbs, 32);
    }
    require_query_groups(in, layout.qbs);
    in.within("qbs2", qbs2, 0, 23);
    // unlike the other inverted files these do not lower nprobe to nlist
    in.within("nprobe", ivf.nprobe, 1, static_cast<int64_t>(ivf.nlist));
}

inline void packed_codes(
        Bytes& in,
        const Shape& shape,
        const FastScanLayout& layout,
        uint64_t ntotal2) {
    View<uint8_t> packed = in.vector<uint8_t>("codes");
    if (shape.ntotal == 0 && packed.size() == 0) {
        return; // reset() leaves ntotal2 as it was
    }
    uint64_t rounded = (shape.ntotal + layout.bbs - 1) / layout.bbs * layout.bbs;
    in.equal("ntotal2", ntotal2, rounded);
    in.equal("codes", packed.size(), in.product("codes", rounded / layout.bbs, layout.block_bytes()));
}

inline Shape& is_fast_scan(Shape& shape) {
    shape.reconstructs = true;
    shape.random_access = shape.metric == kL2; // by reconstruction
    return shape;
}

inline Shape product_fast_scan(Bytes& in) {
    Shape shape = header_ip_or_l2(in);
    ProductCode pq = product_quantizer(in, shape.d);
    FastScanLayout layout;
    layout.m = pq.m;
    layout.implem = in.get<int32_t>("implem");
    layout.bbs = in.get<int32_t>("bbs");
    layout.qbs = in.get<int32_t>("qbs");
    uint64_t ntotal2 = in.get<uint64_t>("ntotal2");
    layout.m2 = in.get<uint64_t>("M2");
    in.equal("pq.nbits", pq.nbits, 4);
    require_flat_kernels(in, layout);
    packed_codes(in, shape, layout, ntotal2);
    return is_fast_scan(shape);
}

/// M counts two more sub-quantizers for the norm under L2.
inline void require_additive_fits(
        Bytes& in,
        const AdditiveCode& aq,
        const Shape& shape,
        const FastScanLayout& layout) {
    bool l2 = shape.metric == kL2;
    for (uint64_t bits : aq.nbits) {
        in.equal("aq.nbits", bits, 4);
    }
    in.require(
            l2 ? aq.search_type >= kNormLsq2x4 : aq.search_type == kLutNoNorm,
            "aq.search_type",
            l2 ? "8 or 9 for L2" : "1 for inner product",
            aq.search_type);
    in.equal("M", layout.m, aq.m + (l2 ? 2 : 0));
}

inline void additive_widths(Bytes& in, FastScanLayout& layout) {
    layout.m = in.get<uint64_t>("M");
    in.within("M", layout.m, 1, 8192);
    in.equal("nbits", in.get<uint64_t>("nbits"), 4);
    in.equal("ksub", in.get<uint64_t>("ksub"), 16);
    in.equal("code_size", in.get<uint64_t>("code_size"), (layout.m + 1) / 2);
}

inline void norm_scaling(Bytes& in) {
    in.flag("rescale_norm");
    in.within("norm_scale", in.get<int32_t>("norm_scale"), 1, 0xffff);
    in.get<uint64_t>("max_train_points");
}

inline Shape additive_fast_scan(Bytes& in, AdditiveFamily family) {
    Shape shape = header_ip_or_l2(in);
    AdditiveCode aq = additive_quantizer(in, family, shape);
    FastScanLayout layout;
    layout.implem = in.get<int32_t>("implem");
    layout.bbs = in.get<int32_t>("bbs");
    layout.qbs = in.get<int32_t>("qbs");
    additive_widths(in, layout);
    uint64_t ntotal2 = in.get<uint64_t>("ntotal2");
    layout.m2 = in.get<uint64_t>("M2");
    norm_scaling(in);
    require_additive_fits(in, aq, shape, layout);
    require_flat_kernels(in, layout);
    packed_codes(in, shape, layout, ntotal2);
    return is_fast_scan(shape);
}

inline ListsExpected block_lists_of(
        const IvfBytes& ivf,
        const FastScanLayout& layout,
        const Role& role) {
    ListsExpected expected = array_lists_of(ivf, 0, role);
    expected.blocks = true;
    expected.block_vectors = layout.bbs;
    expected.block_bytes = layout.block_bytes();
    return expected;
}

inline Shape ivf_product_fast_scan(Bytes& in, const Role& role) {
    IvfBytes ivf = ivf_header(in, role);
    bool by_residual = in.flag("by_residual");
    uint64_t code_size = in.get<uint64_t>("code_size");
    FastScanLayout layout;
    layout.bbs = in.get<int32_t>("bbs");
    layout.m2 = in.get<uint64_t>("M2");
    layout.implem = in.get<int32_t>("implem");
    uint64_t qbs2 = in.get<uint64_t>("qbs2");
    ProductCode pq = product_quantizer(in, ivf.shape.d);
    layout.m = pq.m;
    in.equal("pq.nbits", pq.nbits, 4);
    in.equal("code_size", code_size, pq.code_size);
    require_residuals(in, ivf, by_residual);
    require_ivf_kernels(in, ivf, layout, qbs2);
    inverted_lists(in, block_lists_of(ivf, layout, role), ivf.map);
    return ivf.shape;
}

inline Shape ivf_additive_fast_scan(Bytes& in, AdditiveFamily family, const Role& role) {
    IvfBytes ivf = ivf_header(in, role);
    AdditiveCode aq = additive_quantizer(in, family, ivf.shape);
    bool by_residual = in.flag("by_residual");
    FastScanLayout layout;
    layout.implem = in.get<int32_t>("implem");
    layout.bbs = in.get<int32_t>("bbs");
    layout.qbs = in.get<int32_t>("qbs");
    additive_widths(in, layout);
    uint64_t qbs2 = in.get<uint64_t>("qbs2");
    layout.m2 = in.get<uint64_t>("M2");
    norm_scaling(in);
    require_residuals(in, ivf, by_residual);
    require_additive_fits(in, aq, ivf.shape, layout);
    require_ivf_kernels(in, ivf, layout, qbs2);
    inverted_lists(in, block_lists_of(ivf, layout, role), ivf.map);
    return ivf.shape;
}

} // namespace faissj::prewalk
