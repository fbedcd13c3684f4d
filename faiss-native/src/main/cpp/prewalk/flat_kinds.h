#pragma once
// Indexes that keep one code per vector in a row: Flat, SQ, PQ, LSH, additive, RaBitQ, and 2-level codes;
// with the coarse quantizers that keep no vectors at all (Imiq, ImRQ).
//
//   IxFI, IxF2, IxFl  header; xvec codes
//   IxSQ              header; SQ; vec<u8> codes
//   IxPq              header; PQ; vec<u8> codes; i32 search_type; u8 encode_signs; i32 polysemous_ht
//   IxHe              header; i32 nbits; u8 rotate; u8 train_thresholds; vec<f32> thresholds; i32 code_size;
//                     transform rrot; vec<u8> codes
//   IxRq, IxLS, IxPR, IxPL  header; AQ; u64 code_size; vec<u8> codes
//   Ixrq              header; RaBitQ; vec<u8> codes; vec<f32> center; u8 qb
//   Ix2L              header; index; u64 nlist; i8; PQ; u64 code_size_1, code_size_2, code_size; vec<u8> codes
//   Imiq, ImRQ        header; PQ / header; RQ; f32 beam_factor
//   IRMf, IRMh        header; index
//
// Source: read_index in impl/index_read.cpp; IndexFlatCodes, IndexLSH, IndexRaBitQ, Index2Layer.cpp.

#include "magnitudes.h"
#include "quantizers.h"
#include "transforms.h"

namespace faissj::prewalk {

inline View<uint8_t> codes(Bytes& in, const Shape& shape, uint64_t code_size) {
    return in.vector<uint8_t>("codes", in.product("codes", shape.ntotal, code_size));
}

inline Shape& stores_codes(Shape& shape) {
    shape.reconstructs = true;
    shape.random_access = true;
    return shape;
}

inline Shape flat(Bytes& in, const Role& role) {
    Shape shape = header(in);
    if (in.kind != "IxFl") {
        in.equal("metric", shape.metric, in.kind == "IxF2" ? kL2 : kInnerProduct);
    }
    View<float> rows =
            in.vector<float>("vectors", in.product("vectors", shape.ntotal, shape.d));
    if (role.measured) {
        require_measurable_rows(in, rows, shape.d);
    }
    return stores_codes(shape);
}

inline Shape scalar(Bytes& in, const Role& role) {
    Shape shape = header_ip_or_l2(in);
    ScalarCode sq = scalar_quantizer(in, shape.d, shape.trained || shape.ntotal > 0);
    View<uint8_t> all = codes(in, shape, sq.code_size);
    if (role.measured) {
        require_measurable_codes(in, sq, all, shape.d);
    }
    return stores_codes(shape);
}

/// Also tells the product quantizer, for the storage of a graph.
inline Shape product(Bytes& in, const Role& role, ProductCode* pq_out = nullptr) {
    Shape shape = header_ip_or_l2(in);
    ProductCode pq = product_quantizer(in, shape.d);
    codes(in, shape, pq.code_size);
    in.within("search_type", in.get<int32_t>("search_type"), 0, 5);
    in.flag("encode_signs");
    in.get<int32_t>("polysemous_ht");
    if (role.measured) {
        require_measurable(in, pq);
    }
    if (pq_out != nullptr) {
        *pq_out = pq;
    }
    return stores_codes(shape);
}

inline Shape lsh(Bytes& in, const Role& role) {
    Shape shape = header(in);
    int32_t nbits = in.get<int32_t>("nbits");
    bool rotate = in.flag("rotate_data");
    bool thresholded = in.flag("train_thresholds");
    View<float> thresholds = in.vector<float>("thresholds");
    int32_t code_size = in.get<int32_t>("code_size");
    in.within("nbits", nbits, 1, rotate ? kMaxDimension : shape.d);
    in.equal("code_size", code_size, (nbits + 7) / 8);
    if ((thresholded && shape.trained) || thresholds.size() != 0) {
        in.equal("thresholds", thresholds.size(), nbits);
    }
    Transform rotation = transform(in, role.depth + 1);
    in.require(rotation.kind == "rrot", "rotation", "rrot", rotation.kind);
    in.equal("d_in of the rotation", rotation.d_in, shape.d);
    in.equal("d_out of the rotation", rotation.d_out, nbits);
    in.require(!rotate || rotation.trained, "is_trained of the rotation", "1", 0);
    codes(in, shape, code_size);
    return stores_codes(shape);
}

inline Shape additive(Bytes& in, AdditiveFamily family) {
    Shape shape = header_ip_or_l2(in);
    AdditiveCode aq = additive_quantizer(in, family, shape);
    in.equal("code_size", in.get<uint64_t>("code_size"), aq.code_size);
    codes(in, shape, aq.code_size);
    stores_codes(shape);
    shape.random_access = aq.search_type != kNormFromLut;
    return shape;
}

inline Shape rabit(Bytes& in) {
    Shape shape = header_ip_or_l2(in);
    uint64_t code_size = rabit_quantizer(in, shape);
    codes(in, shape, code_size);
    View<float> center = in.vector<float>("center");
    if (shape.trained || shape.ntotal > 0 || center.size() != 0) {
        in.equal("center", center.size(), shape.d);
    }
    in.within("qb", static_cast<int>(in.get<uint8_t>("qb")), 0, 8);
    return stores_codes(shape);
}

inline Shape multi_index_quantizer(Bytes& in) {
    Shape shape = header(in);
    in.equal("metric", shape.metric, kL2);
    ProductCode pq = product_quantizer(in, shape.d);
    require_measurable(in, pq);
    in.within("pq.M * pq.nbits", pq.m * pq.nbits, 1, 39);
    in.equal("ntotal", shape.ntotal, shape.trained ? int64_t{1} << (pq.m * pq.nbits) : 0);
    shape.reconstructs = true;
    shape.parts = pq.m;
    return shape;
}

inline Shape residual_coarse_quantizer(Bytes& in) {
    Shape shape = header_ip_or_l2(in);
    AdditiveCode rq = additive_quantizer(in, AdditiveFamily::kResidual, shape);
    float beam_factor = in.finite("beam_factor");
    require_measurable(in, rq);
    in.equal("bits of the norm", norm_bits(rq.search_type), 0);
    in.within("sum of nbits", rq.tot_bits, 1, 39);
    in.equal("ntotal", shape.ntotal, shape.trained ? int64_t{1} << rq.tot_bits : 0);
    in.require(
            beam_factor < 0 || (beam_factor >= 1 && beam_factor <= 1000),
            "beam_factor",
            "below 0, or 1 to 1000",
            beam_factor);
    if (beam_factor < 0) {
        // the norm of every centroid is computed while reading
        in.require(
                rq.tot_bits <= 20 || static_cast<uint64_t>(shape.ntotal) <= in.size() / 8,
                "ntotal",
                "at most 2^20 or an eighth of the file's bytes",
                shape.ntotal);
    } else {
        require_small_tables(in, rq);
    }
    shape.reconstructs = true;
    return shape;
}

/// The first code_size_1 bytes of each code are the number of a coarse centroid, used unchecked.
inline void require_level_one_codes(
        Bytes& in,
        const View<uint8_t>& all,
        uint64_t code_size,
        uint64_t number_bytes,
        uint64_t nlist) {
    for (uint64_t i = 0; i < all.size(); i += code_size) {
        uint64_t number = 0;
        for (uint64_t b = 0; b < number_bytes; b++) {
            number |= static_cast<uint64_t>(all[i + b]) << (8 * b);
        }
        in.require(number < nlist, "coarse centroid of a code", "less than nlist", number);
    }
}

inline Shape two_layer(Bytes& in, const Role& role) {
    Shape shape = header_ip_or_l2(in);
    Shape coarse = any_index(in, role.as_quantizer());
    uint64_t nlist = in.get<uint64_t>("nlist");
    in.within("quantizer_trains_alone", static_cast<int>(in.get<uint8_t>("quantizer_trains_alone")), 0, 3);
    ProductCode pq = product_quantizer(in, shape.d);
    uint64_t size_1 = in.get<uint64_t>("code_size_1");
    uint64_t size_2 = in.get<uint64_t>("code_size_2");
    uint64_t code_size = in.get<uint64_t>("code_size");
    in.within("nlist", nlist, 1, kMaxLists);
    in.equal("d of the quantizer", coarse.d, shape.d);
    in.require(coarse.reconstructs, "quantizer", "one that reconstructs", coarse.kind());
    if (shape.trained || shape.ntotal > 0) {
        in.require(coarse.trained, "is_trained of the quantizer", "1", 0);
        in.equal("ntotal of the quantizer", coarse.ntotal, nlist);
    }
    uint64_t number_bytes = 0;
    for (uint64_t last = nlist - 1; last > 0; last >>= 8) {
        number_bytes++;
    }
    in.equal("code_size_1", size_1, number_bytes);
    in.equal("code_size_2", size_2, pq.code_size);
    in.equal("code_size", code_size, size_1 + size_2);
    if (pq.d / pq.m == 4) {
        // the SSE kernels for sub-vectors of 4 read one byte a code, and a multi-index of 2 parts
        in.equal("pq.nbits of sub-vectors of 4", pq.nbits, 8);
        in.require(
                coarse.parts == 0 || coarse.parts == 2 || pq.m % 2 != 0,
                "parts of the multi-index",
                "2",
                coarse.parts);
    }
    require_measurable(in, pq);
    View<uint8_t> all = codes(in, shape, code_size);
    require_level_one_codes(in, all, code_size, number_bytes, nlist);
    shape.contain(coarse);
    shape.reconstructs = true;
    shape.random_access = shape.metric == kL2;
    return shape;
}

/// A codec only: neither add nor search is implemented by Faiss.
inline Shape row_min_max(Bytes& in, const Role& role) {
    Shape shape = header(in);
    Shape inner = any_index(in, role.inside());
    in.equal("d of the inner index", inner.d, shape.d);
    require_agreement(in, shape, inner);
    shape.contain(inner);
    return shape;
}

} // namespace faissj::prewalk
