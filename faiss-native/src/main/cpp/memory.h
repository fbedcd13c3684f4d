// What an index holds in memory, about: as many bytes as its file has, and what Faiss builds beside them to find things faster.
// Room that vectors keep to grow is not counted.
#pragma once

#include <unordered_map>

#include "files.h"
#include "operations.h"

namespace faissj {

inline int64_t tableBytes(const std::unordered_map<int64_t, int64_t>& table) {
    constexpr int64_t NODE = 32; // a link, a pair, and what malloc adds
    return table.size() * NODE + table.bucket_count() * sizeof(void*);
}

inline int64_t builtBytes(const faiss::Index* index) {
    if (auto map = dynamic_cast<const faiss::IndexIDMap*>(index)) {
        auto both = dynamic_cast<const faiss::IndexIDMap2*>(index);
        return builtBytes(map->index) + (both ? tableBytes(both->rev_map) : 0);
    }
    if (auto chain = dynamic_cast<const faiss::IndexPreTransform*>(index)) return builtBytes(chain->index);
    if (auto refine = dynamic_cast<const faiss::IndexRefine*>(index))
        return builtBytes(refine->base_index) + builtBytes(refine->refine_index);
    if (auto hnsw = dynamic_cast<const faiss::IndexHNSW*>(index)) return hnsw->storage ? builtBytes(hnsw->storage) : 0;
    if (auto pq = dynamic_cast<const faiss::IndexPQ*>(index)) return pq->pq.sdc_table.size() * sizeof(float);
    auto ivf = dynamic_cast<const faiss::IndexIVF*>(index);
    if (!ivf) return 0;
    auto pq = dynamic_cast<const faiss::IndexIVFPQ*>(ivf);
    auto scan = dynamic_cast<const faiss::IndexIVFPQFastScan*>(ivf);
    return builtBytes(ivf->quantizer) + tableBytes(ivf->direct_map.hashtable) +
            (pq ? pq->precomputed_table.nbytes() : scan ? scan->precomputed_table.nbytes() : 0);
}

inline int64_t memoryBytes(const faiss::Index* index) { return writtenBytes(index) + builtBytes(index); }

} // namespace faissj
