#pragma once
// The neighbour graphs: HNSW (float and binary), NSG and NN-descent.
//
//   HNSW  vec<f64> assign_probas; vec<i32> cum_nneighbor_per_level; vec<i32> levels; vec<u64> offsets (n + 1);
//         vec<i32> neighbors; i32 entry_point, max_level, efConstruction, efSearch, upper_beam (unused)
//   NSG   i32 ntotal, R, L, C, search_L, enterpoint; u8 is_built; if built, per node up to R ids, then -1
//   NND   i32 ntotal, d, K, S, R, L, iter, search_L, random_seed; u8 has_built; vec<i32> graph (ntotal x K)
//
// A node of HNSW on L levels owns cum[L] slots; the slots of level k are cum[k] to cum[k + 1]. A link on
// level k must lead to a node that has level k, or the search reads the slots of another node.
//
// Source: read_HNSW, read_NSG, read_NNDescent in impl/index_read.cpp; impl/HNSW.cpp (neighbor_range,
// random_level, add_link), impl/NSG.cpp (search_on_graph), impl/NNDescent.cpp (gen_random).

#include "shape.h"

namespace faissj::prewalk {

constexpr int64_t kMaxEf = 1 << 20;

struct HnswBytes {
    View<int32_t> cum, levels, neighbors;
    View<uint64_t> offsets;
};

inline void hnsw_level_table(Bytes& in, const View<double>& probas, const View<int32_t>& cum) {
    in.within("cum_nneighbor_per_level", cum.size(), 2, 1000);
    in.equal("assign_probas", probas.size(), cum.size() - 1);
    for (uint64_t i = 0; i < probas.size(); i++) {
        in.require(probas[i] >= 0 && probas[i] <= 1, "assign_probas", "0 to 1", probas[i]);
    }
    in.equal("cum_nneighbor_per_level", cum[0], 0);
    for (uint64_t i = 1; i < cum.size(); i++) {
        in.within("cum_nneighbor_per_level", cum[i], int64_t{cum[i - 1]} + 1, 1 << 20);
    }
}

/// Levels and offsets; returns the highest level of any node, -1 when there is none.
inline int hnsw_nodes(Bytes& in, const HnswBytes& graph) {
    int highest = -1;
    uint64_t next = 0;
    in.equal("offsets", graph.offsets[0], 0);
    for (uint64_t i = 0; i < graph.levels.size(); i++) {
        int32_t levels = graph.levels[i];
        in.within("levels", levels, 1, static_cast<int64_t>(graph.cum.size()) - 1);
        next += graph.cum[levels];
        in.equal("offsets", graph.offsets[i + 1], next);
        highest = levels - 1 > highest ? levels - 1 : highest;
    }
    in.equal("neighbors", graph.neighbors.size(), next);
    return highest;
}

inline void hnsw_links(Bytes& in, const HnswBytes& graph) {
    int64_t n = graph.levels.size();
    for (int64_t i = 0; i < n; i++) {
        uint64_t first = graph.offsets[i];
        for (int32_t level = 0; level < graph.levels[i]; level++) {
            for (int64_t j = graph.cum[level]; j < graph.cum[level + 1]; j++) {
                int32_t link = graph.neighbors[first + j];
                if (link < -1 || link >= n || (link >= 0 && graph.levels[link] <= level)) {
                    in.fail("neighbors", "a node on level " + text(level) + " or -1", link);
                }
            }
        }
    }
}

inline void hnsw(Bytes& in, int64_t ntotal) {
    View<double> probas = in.vector<double>("assign_probas");
    HnswBytes graph;
    graph.cum = in.vector<int32_t>("cum_nneighbor_per_level");
    graph.levels = in.vector<int32_t>("levels");
    graph.offsets = in.vector<uint64_t>("offsets");
    graph.neighbors = in.vector<int32_t>("neighbors");
    int32_t entry_point = in.get<int32_t>("entry_point");
    int32_t max_level = in.get<int32_t>("max_level");
    in.within("efConstruction", in.get<int32_t>("efConstruction"), 1, kMaxEf);
    in.within("efSearch", in.get<int32_t>("efSearch"), 1, kMaxEf);
    in.get<int32_t>("upper_beam");

    in.within("ntotal", ntotal, 0, INT32_MAX); // node numbers are 32 bits
    in.equal("levels", graph.levels.size(), ntotal);
    in.equal("offsets", graph.offsets.size(), ntotal + 1);
    hnsw_level_table(in, probas, graph.cum);
    int highest = hnsw_nodes(in, graph);
    if (ntotal == 0) {
        in.equal("entry_point", entry_point, -1);
        in.equal("max_level", max_level, -1);
        return;
    }
    in.within("max_level", max_level, 0, highest);
    in.within("entry_point", entry_point, 0, ntotal - 1);
    in.within("level of the entry point", graph.levels[entry_point] - 1, max_level, highest);
    hnsw_links(in, graph);
}

inline void nsg_rows(Bytes& in, int64_t n, int64_t degree) {
    for (int64_t i = 0; i < n; i++) {
        for (int64_t j = 0;; j++) {
            int32_t id = in.get<int32_t>("NSG row");
            if (id == -1) {
                break;
            }
            // the reader would store id number degree behind the end of its row
            in.require(j < degree, "NSG row", "-1 after R ids", id);
            in.within("NSG link", id, 0, n - 1);
        }
    }
}

inline void nsg(Bytes& in, const Shape& index) {
    constexpr int64_t kMaxDegree = 1 << 12;
    int64_t n = in.get<int32_t>("nsg.ntotal");
    int64_t degree = in.get<int32_t>("nsg.R");
    in.within("nsg.L", in.get<int32_t>("nsg.L"), 1, 1 << 16);
    in.within("nsg.C", in.get<int32_t>("nsg.C"), 1, 1 << 16);
    int64_t search_length = in.get<int32_t>("nsg.search_L");
    int64_t enter = in.get<int32_t>("nsg.enterpoint");
    bool built = in.flag("nsg.is_built");
    in.equal("nsg.is_built", built ? 1 : 0, index.ntotal > 0 ? 1 : 0);
    in.equal("nsg.ntotal", n, index.ntotal);
    in.within("nsg.R", degree, 1, kMaxDegree);
    in.within("nsg.search_L", search_length, 1, kMaxEf);
    if (!built) {
        return;
    }
    in.within("nsg.enterpoint", enter, 0, n - 1);
    // the search draws distinct random nodes until it has this many
    in.within("nsg.search_L", search_length, 1, n);
    // the rows are allocated whole before they are read
    uint64_t table = in.product("NSG table", n, degree * 4);
    in.require(
            table / 16 <= in.size() + (1 << 20),
            "NSG table",
            "not much more than the file",
            table);
    nsg_rows(in, n, degree);
}

inline void nn_descent(Bytes& in, const Shape& index) {
    int64_t n = in.get<int32_t>("nnd.ntotal");
    int64_t d = in.get<int32_t>("nnd.d");
    int64_t k = in.get<int32_t>("nnd.K");
    for (const char* field : {"nnd.S", "nnd.R", "nnd.L", "nnd.iter"}) {
        in.within(field, in.get<int32_t>(field), 0, 1 << 16);
    }
    int64_t search_length = in.get<int32_t>("nnd.search_L");
    in.get<int32_t>("nnd.random_seed");
    bool built = in.flag("nnd.has_built");
    View<int32_t> graph = in.vector<int32_t>("nnd.final_graph");
    in.equal("nnd.d", d, index.d);
    in.equal("nnd.ntotal", n, index.ntotal);
    in.equal("nnd.has_built", built ? 1 : 0, n > 0 ? 1 : 0);
    in.within("nnd.K", k, 1, 1 << 16);
    in.equal("nnd.final_graph", graph.size(), in.product("nnd.final_graph", n, k));
    // the search divides by ntotal - search_L
    in.within("nnd.search_L", search_length, 0, n > 0 ? n - 1 : kMaxEf);
    for (uint64_t i = 0; i < graph.size(); i++) {
        in.within("nnd.final_graph", graph[i], 0, n - 1);
    }
}

} // namespace faissj::prewalk
