// An index's life, its changes and its answers. Each function checks what Faiss would meet unprotected: an exception inside
// an OpenMP region, or a read outside an array, ends the process.
#pragma once

#include <cfloat>
#include <cmath>
#include <memory>
#include <unordered_map>
#include <vector>

#include <omp.h>

#include <faiss/IVFlib.h>
#include <faiss/IndexIVFAdditiveQuantizerFastScan.h>
#include <faiss/IndexIVFFastScan.h>
#include <faiss/IndexIVFPQFastScan.h>
#include <faiss/IndexNNDescent.h>
#include <faiss/IndexNSG.h>
#include <faiss/clone_index.h>
#include <faiss/impl/AuxIndexStructures.h>
#include <faiss/index_factory.h>
#include <faiss/utils/distances.h>
#include <faiss/utils/utils.h>

#include "errors.h"
#include "filter.h"
#include "options.h"

extern "C" void openblas_set_num_threads(int);

namespace faissj {

inline std::string version() {
    return format("%d.%d.%d", FAISS_VERSION_MAJOR, FAISS_VERSION_MINOR, FAISS_VERSION_PATCH);
}
inline std::string compileOptions() { return faiss::get_compile_options(); }
inline void setOpenBlasThreads(int threads) { openblas_set_num_threads(threads); }

// omp_set_num_threads acts on the calling thread alone, so every entry sets it.
inline void useThreads(int64_t threads) { omp_set_num_threads(threads > 0 && threads < 1024 ? int(threads) : 1); }

// Finite values whose squared norm overflows are as harmful as NaN: both give garbage list numbers.
inline void checkRows(const char* name, int dimension, int64_t n, const float* rows) {
    for (int64_t i = 0; i < n; i++) {
        float squaredNorm = faiss::fvec_norm_L2sqr(rows + i * dimension, dimension);
        if (!(squaredNorm < 1e37f))
            badArgument(format("%s: expected finite components with a squared norm under 1e37, got %g; row=%lld", name,
                               double(squaredNorm), (long long)i));
    }
}

inline faiss::Index* create(int dimension, const char* factory, int metric) {
    useThreads(1);
    return faiss::index_factory(dimension, factory, faiss::MetricType(metric));
}
inline void destroy(faiss::Index* index) { delete index; }

// The IVF index that numbers vectors itself, behind pre-transforms only.
inline faiss::IndexIVF* ownIds(faiss::Index* index) {
    while (auto chain = dynamic_cast<faiss::IndexPreTransform*>(index)) index = chain->index;
    return dynamic_cast<faiss::IndexIVF*>(index);
}

inline int64_t idsFrom(const faiss::Index* index) {
    auto ivf = ownIds(const_cast<faiss::Index*>(index));
    int64_t next = index->ntotal;
    if (!ivf) return next;
    for (size_t list = 0; list < ivf->nlist; list++) {
        size_t size = ivf->invlists->list_size(list);
        if (!size) continue;
        faiss::InvertedLists::ScopedIds ids(ivf->invlists, list);
        for (size_t i = 0; i < size; i++) next = std::max<int64_t>(next, ids[i] + 1);
    }
    return next;
}

// What stands behind the pre-transforms, and the rows as they arrive there. A transform from a damaged file can make finite
// rows infinite, which an IVF index behind it would not survive; so they are checked again on the other side.
class Transformed {
  public:
    template <class I>
    Transformed(const char* name, I* index, int64_t n, const float* rows) : rows(rows) {
        checkRows(name, index->d, n, rows);
        while (auto chain = dynamic_cast<const faiss::IndexPreTransform*>(index)) {
            const float* out = chain->apply_chain(n, this->rows);
            if (out != this->rows) {
                if (out != rows) owned.reset(out);
                this->rows = out;
            }
            index = chain->index;
            checkRows(name, index->d, n, this->rows);
        }
        inner = const_cast<faiss::Index*>(static_cast<const faiss::Index*>(index));
        if (auto map = dynamic_cast<const faiss::IndexIDMap*>(inner)) probe(name, map->index, n);
        if (auto refine = dynamic_cast<const faiss::IndexRefine*>(inner)) probe(name, refine->base_index, n);
    }
    faiss::Index* inner;
    const float* rows;

  private:
    void probe(const char* name, const faiss::Index* behind, int64_t n) {
        if (dynamic_cast<const faiss::IndexPreTransform*>(behind)) Transformed(name, behind, n, rows);
    }
    std::unique_ptr<const float[]> owned;
};

// The count of what stands behind, carried outwards.
inline void count(faiss::Index* index) {
    if (auto chain = dynamic_cast<faiss::IndexPreTransform*>(index)) {
        count(chain->index);
        chain->ntotal = chain->index->ntotal;
    }
}

inline void train(faiss::Index* index, int64_t n, const float* vectors, int threads) {
    useThreads(threads);
    checkRows("vectors", index->d, n, vectors);
    if (auto ivf = ownIds(index); ivf && !ivf->is_trained && ivf->quantizer_trains_alone != 1 && n < int64_t(ivf->nlist))
        badArgument(format("vectors: expected at least nlist rows to train on, got %lld; nlist=%zu", (long long)n, ivf->nlist));
    index->train(n, vectors);
}

inline void checkGraphAdd(const faiss::Index* index, int64_t n);

inline void addWithIds(faiss::Index* index, int64_t n, const float* vectors, const int64_t* ids, int threads) {
    useThreads(threads);
    checkGraphAdd(index, n);
    Transformed to("vectors", index, n, vectors);
    to.inner->add_with_ids(n, to.rows, ids);
    count(index);
}

// An IVF index numbers from ntotal, so after a removal ids would repeat: firstId is past every id that is there.
inline void add(faiss::Index* index, int64_t n, const float* vectors, int64_t firstId, int threads) {
    if (firstId == index->ntotal) {
        useThreads(threads);
        checkGraphAdd(index, n);
        Transformed to("vectors", index, n, vectors);
        to.inner->add(n, to.rows);
        count(index);
        return;
    }
    std::vector<int64_t> ids(n);
    for (int64_t i = 0; i < n; i++) ids[i] = firstId + i;
    addWithIds(index, n, vectors, ids.data(), threads);
}

// Fast-scan lists drop the entries but neither count nor report them (faiss.md of 1.12.0): the lists are counted instead.
inline int64_t removeIds(faiss::Index* index, const int64_t* words, int64_t wordCount) {
    useThreads(1);
    bool positions = !ownIds(index) && !dynamic_cast<faiss::IndexIDMap*>(index);
    Filter filter(words, wordCount, positions ? index->ntotal : -1);
    if (filter.empty() || index->ntotal == 0) return 0;
    int64_t before = index->ntotal;
    int64_t removed = index->remove_ids(*filter.selector());
    if (auto ivf = dynamic_cast<faiss::IndexIVFFastScan*>(ownIds(index))) {
        ivf->ntotal = ivf->invlists->compute_ntotal();
        index->ntotal = ivf->ntotal;
        removed = before - index->ntotal;
    }
    return removed;
}

inline void reset(faiss::Index* index) { index->reset(); }

inline void noNeighbours(const faiss::Index* index, int64_t count, float* distances, int64_t* ids) {
    std::fill_n(distances, count, faiss::is_similarity_metric(index->metric_type) ? -FLT_MAX : FLT_MAX);
    std::fill_n(ids, count, -1);
}

// The graph that answers, behind ids, transforms and refinement.
template <class Graph>
const Graph* graphOf(const faiss::Index* index) {
    while (true) {
        if (auto map = dynamic_cast<const faiss::IndexIDMap*>(index)) index = map->index;
        else if (auto chain = dynamic_cast<const faiss::IndexPreTransform*>(index)) index = chain->index;
        else if (auto refine = dynamic_cast<const faiss::IndexRefine*>(index)) index = refine->base_index;
        else return dynamic_cast<const Graph*>(index);
    }
}

// NSG and NNDescent draw that many distinct random starts: with fewer vectors they never return.
inline void checkGraph(const faiss::Index* index, int64_t k) {
    int64_t needed = 0;
    bool built = true;
    if (auto nsg = graphOf<faiss::IndexNSG>(index)) {
        needed = std::max<int64_t>({16, k, nsg->nsg.search_L});
        built = nsg->nsg.is_built;
    } else if (auto descent = graphOf<faiss::IndexNNDescent>(index)) {
        needed = 1 + std::max<int64_t>(k, descent->nndescent.search_L);
    }
    if (!built || index->ntotal < needed)
        badState(format("search: this graph needs at least %lld vectors, added at once, got %lld", (long long)needed,
                        (long long)index->ntotal));
}

inline void checkGraphAdd(const faiss::Index* index, int64_t n) {
    auto nsg = graphOf<faiss::IndexNSG>(index);
    if (nsg && n < std::max<int64_t>(nsg->nsg.L, nsg->GK))
        badArgument(format("vectors: an NSG graph is built from at least %lld rows at once, got %lld",
                           (long long)std::max<int64_t>(nsg->nsg.L, nsg->GK), (long long)n));
}

inline void search(const faiss::Index* index, int64_t n, const float* queries, int64_t k, float* distances,
                   int64_t* ids, const int64_t* options, const int64_t* words, int64_t wordCount) {
    useThreads(options[THREADS]);
    Transformed to("queries", index, n, queries);
    noNeighbours(index, n * k, distances, ids);
    if (n == 0 || index->ntotal == 0) return;
    bool positions = !ownIds(const_cast<faiss::Index*>(index)) && !dynamic_cast<const faiss::IndexIDMap*>(index);
    Filter filter(words, wordCount, positions ? index->ntotal : -1);
    if (filter.empty()) return;
    Parameters parameters(index, options, filter.selector());
    int64_t found = std::min<int64_t>(k, index->ntotal);
    checkGraph(index, found);
    if (found == k) {
        to.inner->search(n, to.rows, k, distances, ids, parameters.get());
        return;
    }
    std::vector<float> foundDistances(n * found);
    std::vector<int64_t> foundIds(n * found);
    noNeighbours(index, n * found, foundDistances.data(), foundIds.data());
    to.inner->search(n, to.rows, found, foundDistances.data(), foundIds.data(), parameters.get());
    for (int64_t i = 0; i < n; i++) {
        std::copy_n(&foundDistances[i * found], found, distances + i * k);
        std::copy_n(&foundIds[i * found], found, ids + i * k);
    }
}

[[noreturn]] inline void absent(int64_t id) { badArgument(format("id: expected one in the index, got %lld", (long long)id)); }

inline void reconstructIvf(const faiss::IndexIVF* ivf, int64_t n, const int64_t* ids, float* vectors) {
    std::unordered_multimap<int64_t, int64_t> wanted;
    for (int64_t i = 0; i < n; i++) wanted.emplace(ids[i], i);
    std::vector<bool> found(n);
    for (size_t list = 0; list < ivf->nlist; list++) {
        size_t size = ivf->invlists->list_size(list);
        if (!size) continue;
        faiss::InvertedLists::ScopedIds listIds(ivf->invlists, list);
        for (size_t offset = 0; offset < size; offset++) {
            auto [from, to] = wanted.equal_range(listIds[offset]);
            for (auto hit = from; hit != to; ++hit) {
                ivf->reconstruct_from_offset(list, offset, vectors + hit->second * ivf->d);
                found[hit->second] = true;
            }
        }
    }
    for (int64_t i = 0; i < n; i++)
        if (!found[i]) absent(ids[i]);
}

// One id at a time where Faiss loops inside OpenMP, and never past the end, which several kinds do not check. An IVF index
// is asked by one pass over its ids, so that no direct map appears in the index, and in its file.
inline void reconstruct(const faiss::Index* index, int64_t n, const int64_t* ids, float* vectors) {
    useThreads(1);
    if (auto map = dynamic_cast<const faiss::IndexIDMap2*>(index)) {
        std::vector<int64_t> positions(n);
        for (int64_t i = 0; i < n; i++) {
            auto position = map->rev_map.find(ids[i]);
            if (position == map->rev_map.end()) absent(ids[i]);
            positions[i] = position->second;
        }
        reconstruct(map->index, n, positions.data(), vectors);
    } else if (auto chain = dynamic_cast<const faiss::IndexPreTransform*>(index)) {
        std::vector<float> inner(n * chain->index->d);
        reconstruct(chain->index, n, ids, inner.data());
        chain->reverse_chain(n, inner.data(), vectors);
    } else if (auto ivf = dynamic_cast<const faiss::IndexIVF*>(index)) {
        reconstructIvf(ivf, n, ids, vectors);
    } else {
        for (int64_t i = 0; i < n; i++)
            if (ids[i] < 0 || ids[i] >= index->ntotal) absent(ids[i]);
        for (int64_t i = 0; i < n; i++) index->reconstruct(ids[i], vectors + i * index->d);
    }
}

struct RangeResult {
    faiss::RangeSearchResult hits;
    explicit RangeResult(int64_t n) : hits(n) {}
};

// IDMap passes on only a base parameter object, and dereferences its missing selector: its ids are translated here.
inline void rangeOn(const faiss::Index* index, int64_t n, const float* queries, float radius, RangeResult* result,
                    const int64_t* options, faiss::IDSelector* selector) {
    if (auto map = dynamic_cast<const faiss::IndexIDMap*>(index)) {
        faiss::IDSelectorTranslated translated(map->id_map, selector);
        rangeOn(map->index, n, queries, radius, result, options, selector ? &translated : nullptr);
        for (size_t i = 0; i < result->hits.lims[n]; i++) {
            int64_t& label = result->hits.labels[i];
            if (label >= 0) label = map->id_map[label];
        }
        return;
    }
    Parameters parameters(index, options, selector);
    index->range_search(n, queries, radius, &result->hits, parameters.get());
}

inline RangeResult* rangeSearch(const faiss::Index* index, int64_t n, const float* queries, float radius,
                                const int64_t* options, const int64_t* words, int64_t wordCount) {
    useThreads(1); // with two, merging partial results of IVF has been seen to crash
    Transformed to("queries", index, n, queries);
    auto result = std::make_unique<RangeResult>(n);
    std::fill_n(result->hits.lims, n + 1, 0);
    bool positions = !ownIds(const_cast<faiss::Index*>(index)) && !dynamic_cast<const faiss::IndexIDMap*>(index);
    Filter filter(words, wordCount, positions ? index->ntotal : -1);
    if (n > 0 && index->ntotal > 0 && !filter.empty())
        rangeOn(to.inner, n, to.rows, radius, result.get(), options, filter.selector());
    return result.release();
}
inline int64_t rangeTotal(const RangeResult* result) { return result->hits.lims[result->hits.nq]; }
inline void rangeCopy(const RangeResult* result, int64_t* limits, float* distances, int64_t* ids) {
    std::copy_n(result->hits.lims, result->hits.nq + 1, limits);
    std::copy_n(result->hits.distances, rangeTotal(result), distances);
    std::copy_n(result->hits.labels, rangeTotal(result), ids);
}
inline void rangeFree(RangeResult* result) { delete result; }

} // namespace faissj
