// An index's life and its changes. Each function checks what Faiss would meet unprotected: an exception inside an OpenMP
// region, or a read outside an array, ends the process.
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
#include <faiss/IndexIVFPQR.h>
#include <faiss/IndexNNDescent.h>
#include <faiss/IndexNSG.h>
#include <faiss/clone_index.h>
#include <faiss/impl/AuxIndexStructures.h>
#include <faiss/index_factory.h>
#include <faiss/utils/distances.h>
#include <faiss/utils/utils.h>

#include "errors.h"
#include "filter.h"
#include "kinds.h"
#include "options.h"

extern "C" void openblas_set_num_threads(int);

namespace faissj {

inline std::string version() {
    return format("%d.%d.%d", FAISS_VERSION_MAJOR, FAISS_VERSION_MINOR, FAISS_VERSION_PATCH);
}
inline std::string compileOptions() { return faiss::get_compile_options(); }
inline void setOpenBlasThreads(int threads) { openblas_set_num_threads(threads); }

// omp_set_num_threads acts on the calling thread alone, so every entry sets it.
inline void useThreads(int64_t threads) { omp_set_num_threads(int(std::clamp<int64_t>(threads, 1, 1024))); }

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

constexpr int64_t MOST_NODES = INT32_MAX; // of an HNSW graph: it links 32-bit numbers

inline void checkNodes(int64_t count, int64_t more) {
    if (more > MOST_NODES - count)
        badState(format("add: an HNSW graph holds at most %lld vectors, got %lld to add to %lld", (long long)MOST_NODES,
                        (long long)more, (long long)count));
}

// The IVF index that numbers vectors itself, behind pre-transforms only.
inline faiss::IndexIVF* ownIds(faiss::Index* index) {
    while (auto chain = as<faiss::IndexPreTransform>(index)) index = chain->index;
    return const_cast<faiss::IndexIVF*>(as<faiss::IndexIVF>(index));
}

inline int64_t pastId(int64_t next, int64_t id) {
    if (id == INT64_MAX) badState("add: the largest id there is, is in use; give ids");
    return std::max(next, id + 1);
}

template <class Ivf> // over floats or bits
int64_t pastEveryId(const Ivf* ivf) {
    int64_t next = ivf->ntotal;
    for (size_t list = 0; list < ivf->nlist; list++) {
        size_t size = ivf->invlists->list_size(list);
        if (!size) continue;
        faiss::InvertedLists::ScopedIds ids(ivf->invlists, list);
        for (size_t i = 0; i < size; i++) next = pastId(next, ids[i]);
    }
    return next;
}

inline int64_t idsFrom(const faiss::Index* index) {
    while (auto chain = dynamic_cast<const faiss::IndexPreTransform*>(index)) index = chain->index;
    if (auto ivf = dynamic_cast<const faiss::IndexIVF*>(index)) return pastEveryId(ivf);
    int64_t next = index->ntotal;
    if (auto map = dynamic_cast<const faiss::IndexIDMap*>(index))
        for (int64_t id : map->id_map) next = pastId(next, id);
    return next;
}

inline void checkAddId(int64_t addId, int64_t pastIds) {
    if (pastIds > INT64_MAX - addId)
        badArgument(format("addId: expected none that lifts an id past the largest there is, got %lld", (long long)addId));
}

// What stands behind the pre-transforms, and the rows as they arrive there. A transform from a damaged file can make finite
// rows infinite, which an IVF index behind it would not survive; so they are checked again on the other side.
class Transformed {
  public:
    template <class I>
    Transformed(const char* name, I* index, int64_t n, const float* rows) : rows(rows) {
        checkRows(name, index->d, n, rows);
        while (auto chain = as<faiss::IndexPreTransform>(index)) {
            const float* out = chain->apply_chain(n, this->rows);
            if (out != this->rows) {
                if (out != rows) owned.reset(out);
                this->rows = out;
            }
            index = chain->index;
            checkRows(name, index->d, n, this->rows);
        }
        inner = const_cast<faiss::Index*>(static_cast<const faiss::Index*>(index));
        if (auto map = as<faiss::IndexIDMap>(inner)) probe(name, map->index, n);
        if (auto refine = as<faiss::IndexRefine>(inner)) probe(name, refine->base_index, n);
    }
    faiss::Index* inner;
    const float* rows;

  private:
    void probe(const char* name, const faiss::Index* behind, int64_t n) {
        if (as<faiss::IndexPreTransform>(behind)) Transformed(name, behind, n, rows);
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

[[noreturn]] inline void tooFewToTrain(int64_t n, size_t nlist) {
    badArgument(format("vectors: expected at least nlist rows to train on, got %lld; nlist=%zu", (long long)n, nlist));
}

inline void train(faiss::Index* index, int64_t n, const float* vectors, int threads) {
    useThreads(threads);
    checkRows("vectors", index->d, n, vectors);
    if (auto ivf = ownIds(index); ivf && !ivf->is_trained && ivf->quantizer_trains_alone != 1 && n < int64_t(ivf->nlist))
        tooFewToTrain(n, ivf->nlist);
    index->train(n, vectors);
}

// The index of this kind that answers, behind ids, transforms and refinement; null if another kind does.
template <class T>
const T* innermost(const faiss::Index* index) {
    while (true) {
        if (auto map = as<faiss::IndexIDMap>(index)) index = map->index;
        else if (auto chain = as<faiss::IndexPreTransform>(index)) index = chain->index;
        else if (auto refine = as<faiss::IndexRefine>(index)) index = refine->base_index;
        else return as<T>(index);
    }
}

inline void checkGraphAdd(const faiss::Index* index, int64_t n) {
    if (auto nsg = innermost<faiss::IndexNSG>(index)) {
        constexpr int64_t SAMPLE = 101; // NN-descent judges itself on a hundred, and wants more than that
        int64_t least = std::max<int64_t>({nsg->nsg.L, nsg->GK + 1, nsg->build_type == 1 ? SAMPLE : 0});
        if (n < least)
            badArgument(format("vectors: an NSG graph is built from at least %lld rows at once, got %lld", (long long)least, (long long)n));
    }
    if (auto graph = innermost<faiss::IndexHNSW>(index)) checkNodes(graph->ntotal, n);
}

inline void checkTakesIds(const faiss::Index* index) {
    if (auto ivf = ownIds(const_cast<faiss::Index*>(index)); ivf && ivf->direct_map.type == faiss::DirectMap::Array)
        badState("add: an array of positions takes no ids; directMap(NONE) or directMap(HASH) first");
}

inline void checkAdd(const faiss::Index* index, int64_t n, const float* vectors, bool withIds) {
    useThreads(1);
    checkGraphAdd(index, n);
    Transformed checked("vectors", index, n, vectors);
    if (withIds) checkTakesIds(index);
}

inline void addWithIds(faiss::Index* index, int64_t n, const float* vectors, const int64_t* ids, int threads) {
    useThreads(threads);
    checkGraphAdd(index, n);
    Transformed to("vectors", index, n, vectors);
    checkTakesIds(index);
    to.inner->add_with_ids(n, to.rows, ids);
    count(index);
}

// An IVF index numbers from ntotal, so after a removal ids would repeat: firstId is past every id that is there. In a hash
// table it would number from what happens to lie in memory (DirectMapAdd's ntotal, never set for this kind of map).
inline void add(faiss::Index* index, int64_t n, const float* vectors, int64_t firstId, int threads) {
    auto ivf = ownIds(index);
    if (firstId == index->ntotal && !(ivf && ivf->direct_map.type == faiss::DirectMap::Hashtable)) {
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

// Fast-scan lists drop the entries but neither count nor report them: the lists are counted instead.
inline int64_t removeIds(faiss::Index* index, const int64_t* words, int64_t wordCount) {
    useThreads(1);
    faiss::IndexIVF* ivf = ownIds(index);
    bool positions = !ivf && !dynamic_cast<faiss::IndexIDMap*>(index);
    Filter filter(words, wordCount, positions ? index->ntotal : -1);
    if (filter.empty() || index->ntotal == 0) return 0;
    if (ivf && ivf->direct_map.type == faiss::DirectMap::Array)
        badState("remove: an array of positions cannot lose one; directMap(NONE) or directMap(HASH) first");
    // With a hash table Faiss takes a list of ids alone, and loses one of two vectors with the same id.
    bool hash = ivf && ivf->direct_map.type == faiss::DirectMap::Hashtable;
    if (hash) ivf->set_direct_map_type(faiss::DirectMap::NoMap);
    int64_t before = index->ntotal;
    int64_t removed = index->remove_ids(*filter.selector());
    if (hash) ivf->set_direct_map_type(faiss::DirectMap::Hashtable);
    if (auto scan = dynamic_cast<faiss::IndexIVFFastScan*>(ivf)) {
        scan->ntotal = scan->invlists->compute_ntotal();
        count(index);
        removed = before - index->ntotal;
    }
    return removed;
}

// The rows are checked before anything is removed: what is refused leaves the index as it was.
inline int64_t upsert(faiss::Index* index, int64_t n, const float* vectors, const int64_t* ids, int threads) {
    useThreads(threads);
    Transformed checked("vectors", index, n, vectors);
    std::vector<int64_t> words{2, n};
    words.insert(words.end(), ids, ids + n);
    int64_t replaced = removeIds(index, words.data(), words.size());
    addWithIds(index, n, vectors, ids, threads);
    return replaced;
}

inline void reset(faiss::Index* index) { index->reset(); }

inline void checkAlike(const faiss::Index* index, const faiss::Index* other) {
    try {
        index->check_compatible_for_merge(*other);
    } catch (const faiss::FaissException& failure) {
        badArgument(std::string("other: expected an index of the same kind and training; ") + failure.what());
    }
}

} // namespace faissj
