#pragma once
// Indexes around another index: graphs over their storage, id maps, refinement.
//
//   IHNf, IHNp, IHNs, IHN2  header; HNSW; index storage (fourcc 'null' when it was left out)
//   IHNc, IHc2              header; u8 keep_max_size_level0; u8 base_level_only; i32 entry points;
//                           [IHc2: i32 numeric_type]; HNSW; index storage
//   INSf, INSp, INSs        header; i32 GK; i8 build_type; i32 S, R, L, iter; NSG; index storage
//   INNf                    header; NND; index storage
//   IxMp, IxM2              header; index; vec<i64> id_map
//   IxRF                    header; base index; refine index; f32 k_factor
//
// The storage of a graph must be able to measure single vectors: what cannot throws inside a parallel
// region. The ids of the index inside an IDMap or under a refinement are positions.
//
// Source: read_index in impl/index_read.cpp; IndexHNSW.cpp, IndexNSG.cpp, IndexNNDescent.cpp,
// IndexIDMap.cpp, IndexRefine.cpp.

#include "flat_kinds.h"
#include "graphs.h"
#include "lists.h"

namespace faissj::prewalk {

inline bool is_flat(const std::string& kind) {
    return kind == "IxF2" || kind == "IxFI" || kind == "IxFl";
}

/// Storage of IHNp: Faiss makes a table of M x 4^nbits distances while reading.
inline Shape product_storage(Bytes& in, const Role& role, bool has_distance_table) {
    constexpr uint64_t kMaxTableFloats = uint64_t{1} << 27; // 512 MiB
    std::string kind = in.next_kind();
    in.require(kind == "IxPq", "storage", "IxPq", kind);
    in.fourcc("storage");
    KindScope scope(in, kind, role.depth);
    ProductCode pq;
    Shape shape = product(in, role, &pq);
    if (has_distance_table) {
        in.within("pq.nbits", pq.nbits, 1, 12);
        in.require(
                pq.m * pq.ksub() * pq.ksub() <= kMaxTableFloats,
                "table of centroid distances",
                "at most 2^27 floats",
                pq.m * pq.ksub() * pq.ksub());
    }
    return shape;
}

/// The last letter of a graph's fourcc names its storage.
inline Shape graph_storage(Bytes& in, const Role& role, const Shape& graph) {
    char letter = in.kind[3];
    Role inner = role.as_storage();
    std::string kind = in.next_kind();
    if (kind == "null") {
        in.unsupported(kind, "a graph with its storage");
    }
    Shape storage;
    if (letter == 'p') {
        storage = product_storage(in, inner, in.kind == "IHNp");
    } else {
        bool cagra = in.kind == "IHNc" || in.kind == "IHc2";
        bool fits = cagra ? is_flat(kind) || kind == "IxSQ"
                : letter == 's' ? kind == "IxSQ"
                : letter == '2' ? kind == "Ix2L"
                                : is_flat(kind);
        in.require(fits, "storage", "the one that the kind of graph names", kind);
        storage = any_index(in, inner);
    }
    in.equal("d of the storage", storage.d, graph.d);
    in.equal("metric of the storage", storage.metric, graph.metric);
    in.require(storage.random_access, "storage", "one that measures single vectors", kind);
    require_agreement(in, graph, storage);
    return storage;
}

inline Shape over_storage(Bytes& in, const Role& role, Shape shape) {
    Shape storage = graph_storage(in, role, shape);
    shape.contain(storage);
    shape.reconstructs = true;
    shape.random_access = true;
    return shape;
}

inline void cagra_fields(Bytes& in) {
    in.flag("keep_max_size_level0");
    in.flag("base_level_only");
    in.within("num_base_level_search_entrypoints", in.get<int32_t>("entry points"), 1, 1 << 20);
}

/// A graph whose vectors are the caller's.
inline Shape over_rows(Bytes& in, Shape shape) {
    in.fourcc("storage");
    in.within("metric", shape.metric, kInnerProduct, kL2);
    shape.kinds += ">null";
    return shape;
}

inline Shape hnsw_index(Bytes& in, const Role& role) {
    Shape shape = header(in);
    if (in.kind == "IHNc" || in.kind == "IHc2") {
        cagra_fields(in);
        if (in.kind == "IHc2") {
            in.within("numeric_type", in.get<int32_t>("numeric_type"), 0, 3);
        }
    }
    hnsw(in, shape.ntotal);
    if (role.rows_outside && in.kind == "IHNf" && in.next_kind() == "null") {
        return over_rows(in, shape);
    }
    return over_storage(in, role, shape);
}

inline Shape nsg_index(Bytes& in, const Role& role) {
    Shape shape = header(in);
    in.within("GK", in.get<int32_t>("GK"), 1, 1 << 16);
    in.within("build_type", static_cast<int>(in.get<uint8_t>("build_type")), 0, 1);
    for (const char* field : {"nndescent_S", "nndescent_R", "nndescent_L", "nndescent_iter"}) {
        in.within(field, in.get<int32_t>(field), 0, 1 << 16);
    }
    nsg(in, shape);
    return over_storage(in, role, shape);
}

inline Shape nn_descent_index(Bytes& in, const Role& role) {
    Shape shape = header(in);
    nn_descent(in, shape);
    return over_storage(in, role, shape);
}

inline void id_map(Bytes& in, const Role& role, const Shape& shape) {
    View<int64_t> ids = in.vector<int64_t>("id_map", shape.ntotal);
    require_ids_below(in, ids, role.positions ? shape.ntotal : 0);
}

inline Shape id_mapped(Bytes& in, const Role& role) {
    Shape shape = header(in);
    Shape inner = any_index(in, role.inside_as_positions());
    in.equal("d of the inner index", inner.d, shape.d);
    in.equal("metric of the inner index", inner.metric, shape.metric);
    require_agreement(in, shape, inner);
    id_map(in, role, shape);
    shape.reconstructs = false; // by id, not by position
    shape.contain(inner);
    return shape;
}

inline Shape refine(Bytes& in, const Role& role) {
    constexpr float kMaxFactor = 1000; // as in the readers of later versions
    Shape shape = header_ip_or_l2(in);
    Shape base = any_index(in, role.inside_as_positions());
    Shape second = any_index(in, role.inside_as_positions());
    float k_factor = in.finite("k_factor");
    in.require(k_factor >= 1 && k_factor <= kMaxFactor, "k_factor", "1 to 1000", k_factor);
    in.equal("d of the base index", base.d, shape.d);
    in.equal("d of the refine index", second.d, shape.d);
    in.equal("metric of the base index", base.metric, shape.metric);
    in.equal("metric of the refine index", second.metric, shape.metric);
    require_agreement(in, shape, base);
    require_agreement(in, shape, second);
    in.require(
            second.random_access, "refine index", "one that measures single vectors", second.kind());
    shape.contain(base);
    shape.contain_second(second);
    shape.reconstructs = second.reconstructs;
    return shape;
}

} // namespace faissj::prewalk
