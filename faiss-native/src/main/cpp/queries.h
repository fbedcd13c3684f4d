// What is asked of an index and leaves it as it is. Faiss is called only where it cannot throw inside an OpenMP region or read
// outside an array; what it would answer wrongly is answered here.
#pragma once

#include <chrono>

#include "operations.h"

namespace faissj {

inline void noNeighbours(const faiss::Index* index, int64_t count, float* distances, int64_t* ids) {
    std::fill_n(distances, count, faiss::is_similarity_metric(index->metric_type) ? -FLT_MAX : FLT_MAX);
    std::fill_n(ids, count, -1);
}

// NSG and NNDescent draw that many distinct random starts: with fewer vectors they never return.
inline void checkGraph(const faiss::Index* index, int64_t k) {
    int64_t needed = 0;
    bool built = true;
    if (auto nsg = innermost<faiss::IndexNSG>(index)) {
        needed = std::max<int64_t>({16, k, nsg->nsg.search_L});
        built = nsg->nsg.is_built;
    } else if (auto descent = innermost<faiss::IndexNNDescent>(index)) {
        needed = 1 + std::max<int64_t>(k, descent->nndescent.search_L);
    }
    if (!built || index->ntotal < needed)
        badState(format("search: this graph needs at least %lld vectors, added at once, got %lld", (long long)needed,
                        (long long)index->ntotal));
}

// What a call may take. Faiss's own interruption is one flag for the whole process and is looked at between queries at best;
// so a call that may be ended early is made in groups of queries, and between two of them this looks at the clock and at the
// caller's flag. Groups of 20 and more keep Faiss on the same path as the whole batch, by matrix multiplication.
// A range search, whose hits no one can foresee, is made in groups too, of at most so many queries.
class Patience {
  public:
    explicit Patience(const int64_t* options)
            : nanos(options[TIMEOUT_NANOS]), flag(reinterpret_cast<const volatile int32_t*>(options[CANCEL_ADDRESS])),
              threads(std::clamp<int64_t>(options[THREADS], 1, 1024)), start(std::chrono::steady_clock::now()) {}
    // Calls body(from, to) until all n queries are answered.
    template <class Body>
    void inGroups(int64_t n, Body body, int64_t most = INT64_MAX) const {
        if (!nanos && !flag && n <= most) return body(0, n);
        int64_t groups = n < 20 ? n : std::max<int64_t>({1, nanos || flag ? n / (20 * threads) : 1, (n - 1) / most + 1});
        for (int64_t group = 0; group < groups; group++) {
            int64_t from = n * group / groups;
            if (flag && *flag) refuse("cancelled", format("search: cancelled, with %lld of %lld queries answered",
                                                          (long long)from, (long long)n));
            if (nanos && std::chrono::steady_clock::now() - start >= std::chrono::nanoseconds(nanos))
                refuse("cancelled", format("search: expected to end within %g ms, got %lld of %lld queries answered",
                                           nanos / 1e6, (long long)from, (long long)n));
            body(from, n * (group + 1) / groups);
        }
    }

  private:
    int64_t nanos;
    const volatile int32_t* flag;
    int64_t threads;
    std::chrono::steady_clock::time_point start;
};

inline bool idsArePositions(const faiss::Index* index) {
    return !ownIds(const_cast<faiss::Index*>(index)) && !as<faiss::IndexIDMap>(index);
}

// ask(n, rows, k, distances, ids, parameters, first row) is put to Faiss for at most as many neighbours as there are vectors.
template <class Ask>
void searchBy(const faiss::Index* index, int64_t n, const float* queries, int64_t k, float* distances, int64_t* ids,
              const int64_t* options, const int64_t* words, int64_t wordCount, Ask ask) {
    useThreads(options[THREADS]);
    Patience patience(options);
    Transformed to("queries", index, n, queries);
    noNeighbours(index, n * k, distances, ids);
    if (n == 0 || index->ntotal == 0) return;
    Filter filter(words, wordCount, idsArePositions(index) ? index->ntotal : -1);
    if (filter.empty()) return;
    Parameters parameters(index, options, filter.selector());
    int64_t found = std::min<int64_t>(k, index->ntotal);
    checkGraph(index, found);
    std::vector<float> foundDistances;
    std::vector<int64_t> foundIds;
    patience.inGroups(n, [&](int64_t from, int64_t until) {
        const float* rows = to.rows + from * to.inner->d;
        if (found == k) {
            ask(to.inner, until - from, rows, k, distances + from * k, ids + from * k, parameters.get(), from);
            return;
        }
        foundDistances.resize((until - from) * found);
        foundIds.resize((until - from) * found);
        noNeighbours(index, (until - from) * found, foundDistances.data(), foundIds.data());
        ask(to.inner, until - from, rows, found, foundDistances.data(), foundIds.data(), parameters.get(), from);
        for (int64_t i = from; i < until; i++) {
            std::copy_n(&foundDistances[(i - from) * found], found, distances + i * k);
            std::copy_n(&foundIds[(i - from) * found], found, ids + i * k);
        }
    });
}

inline void search(const faiss::Index* index, int64_t n, const float* queries, int64_t k, float* distances,
                   int64_t* ids, const int64_t* options, const int64_t* words, int64_t wordCount) {
    searchBy(index, n, queries, k, distances, ids, options, words, wordCount,
             [](const faiss::Index* inner, int64_t count, const float* rows, int64_t found, float* distancesOut,
                int64_t* idsOut, const faiss::SearchParameters* parameters, int64_t) {
                 inner->search(count, rows, found, distancesOut, idsOut, parameters);
             });
}

[[noreturn]] inline void absent(int64_t id) { badArgument(format("id: expected one in the index, got %lld", (long long)id)); }

template <class Ivf, class T> // over floats or bits; width of a row in T
void reconstructIvf(const Ivf* ivf, int64_t n, const int64_t* ids, T* vectors, size_t width) {
    if (const faiss::DirectMap& map = ivf->direct_map; !map.no()) {
        for (int64_t i = 0; i < n; i++) {
            bool known = map.type == faiss::DirectMap::Array ? ids[i] >= 0 && ids[i] < int64_t(map.array.size()) && map.array[ids[i]] >= 0
                                                             : map.hashtable.count(ids[i]) > 0;
            if (!known) absent(ids[i]);
        }
        for (int64_t i = 0; i < n; i++) ivf->reconstruct(ids[i], vectors + i * width);
        return;
    }
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
                ivf->reconstruct_from_offset(list, offset, vectors + hit->second * width);
                found[hit->second] = true;
            }
        }
    }
    for (int64_t i = 0; i < n; i++)
        if (!found[i]) absent(ids[i]);
}

template <class Positions>
std::vector<int64_t> positionsOf(const Positions& known, int64_t n, const int64_t* ids) {
    std::vector<int64_t> positions(n);
    for (int64_t i = 0; i < n; i++) {
        auto position = known.find(ids[i]);
        if (position == known.end()) absent(ids[i]);
        positions[i] = position->second;
    }
    return positions;
}

// One id at a time where Faiss loops inside OpenMP, and never past the end, which several kinds do not check. An IVF index
// without a direct map is asked by one pass over its ids, so that no map appears in the index, and in its file.
inline void reconstruct(const faiss::Index* index, int64_t n, const int64_t* ids, float* vectors) {
    useThreads(1);
    if (auto map = dynamic_cast<const faiss::IndexIDMap2*>(index)) {
        std::vector<int64_t> positions = positionsOf(map->rev_map, n, ids);
        reconstruct(map->index, n, positions.data(), vectors);
    } else if (auto chain = dynamic_cast<const faiss::IndexPreTransform*>(index)) {
        std::vector<float> inner(n * chain->index->d);
        reconstruct(chain->index, n, ids, inner.data());
        chain->reverse_chain(n, inner.data(), vectors);
    } else if (auto ivf = dynamic_cast<const faiss::IndexIVF*>(index)) {
        reconstructIvf(ivf, n, ids, vectors, ivf->d);
    } else {
        for (int64_t i = 0; i < n; i++)
            if (ids[i] < 0 || ids[i] >= index->ntotal) absent(ids[i]);
        for (int64_t i = 0; i < n; i++) index->reconstruct(ids[i], vectors + i * index->d);
    }
}

// The neighbours found, and their vectors; NaN where there is none. An IVF index knows where in its lists it found them,
// unless it is asked under a filter; elsewhere they are reconstructed by id.
inline void searchAndReconstruct(const faiss::Index* index, int64_t n, const float* queries, int64_t k, float* distances,
                                 int64_t* ids, float* vectors, const int64_t* options, const int64_t* words,
                                 int64_t wordCount) {
    std::fill_n(vectors, n * k * index->d, std::numeric_limits<float>::quiet_NaN());
    auto ivf = dynamic_cast<const faiss::IndexIVF*>(index);
    if (ivf && wordCount == 0 && k <= index->ntotal) {
        searchBy(index, n, queries, k, distances, ids, options, words, wordCount,
                 [&](const faiss::Index*, int64_t count, const float* rows, int64_t found, float* distancesOut,
                     int64_t* idsOut, const faiss::SearchParameters* parameters, int64_t first) {
                     ivf->search_and_reconstruct(count, rows, found, distancesOut, idsOut,
                                                 vectors + first * found * ivf->d, parameters);
                 });
        return;
    }
    search(index, n, queries, k, distances, ids, options, words, wordCount);
    std::vector<int64_t> wanted, places;
    for (int64_t i = 0; i < n * k; i++)
        if (ids[i] >= 0) {
            wanted.push_back(ids[i]);
            places.push_back(i);
        }
    std::vector<float> found(wanted.size() * index->d);
    reconstruct(index, wanted.size(), wanted.data(), found.data());
    for (size_t i = 0; i < places.size(); i++)
        std::copy_n(&found[i * index->d], index->d, vectors + places[i] * index->d);
}

// ---- an index as a codec

inline int64_t codeSize(const faiss::Index* index) { return index->sa_code_size(); }

inline void encode(const faiss::Index* index, int64_t n, const float* vectors, signed char* codes, int threads) {
    useThreads(threads);
    Transformed checked("vectors", index, n, vectors);
    index->sa_encode(n, vectors, reinterpret_cast<uint8_t*>(codes));
}

// A code of an IVF index starts with the number of its list; one that is not there would be thrown at inside OpenMP.
inline void decode(const faiss::Index* index, int64_t n, const signed char* codes, float* vectors, int threads) {
    useThreads(threads);
    auto bytes = reinterpret_cast<const uint8_t*>(codes);
    if (auto ivf = ownIds(const_cast<faiss::Index*>(index))) {
        for (int64_t i = 0; i < n; i++) {
            uint64_t list = 0;
            for (size_t byte = 0; byte < ivf->coarse_code_size(); byte++)
                list |= uint64_t(bytes[i * ivf->sa_code_size() + byte]) << (8 * byte);
            if (list >= ivf->nlist)
                badArgument(format("codes: expected a list below %zu, got %llu; row=%lld", ivf->nlist,
                                   (unsigned long long)list, (long long)i));
        }
    }
    auto refine = dynamic_cast<const faiss::IndexRefine*>(index);
    if (!refine) {
        index->sa_decode(n, bytes, vectors);
        return;
    }
    // Faiss decodes the wrong end of a code: the base's comes first, then the one that tells more.
    size_t base = refine->base_index->sa_code_size(), size = refine->refine_index->sa_code_size();
    std::vector<uint8_t> finer(n * size);
    for (int64_t i = 0; i < n; i++) memcpy(&finer[i * size], bytes + i * (base + size) + base, size);
    refine->refine_index->sa_decode(n, finer.data(), vectors);
}

// Faiss gathers the hits of a call inside OpenMP, where running out of memory would end the process: a call gets so few
// queries that even all vectors as hits are in proportion to the index.
inline int64_t rangeGroup(int64_t ntotal) {
    constexpr int64_t MOST_HITS = int64_t(1) << 26;
    return std::max<int64_t>(20, MOST_HITS / std::max<int64_t>(ntotal, 1));
}

struct RangeResult {
    static constexpr size_t MOST_HITS = INT32_MAX - 8; // what an array in Java holds
    std::vector<int64_t> limits{0}, ids;
    std::vector<float> distances;
    void append(const faiss::RangeSearchResult& hits) {
        for (size_t i = 0; i < hits.nq; i++) limits.push_back(ids.size() + hits.lims[i + 1]);
        ids.insert(ids.end(), hits.labels, hits.labels + hits.lims[hits.nq]);
        distances.insert(distances.end(), hits.distances, hits.distances + hits.lims[hits.nq]);
        if (ids.size() > MOST_HITS)
            badArgument(format("hits: expected at most %zu in all, got more; ask for fewer queries or a smaller radius",
                               MOST_HITS));
    }
};

// IDMap passes on only a base parameter object, and dereferences its missing selector: its ids are translated here.
inline void rangeOn(const faiss::Index* index, int64_t n, const float* queries, float radius,
                    faiss::RangeSearchResult* hits, const int64_t* options, faiss::IDSelector* selector) {
    if (auto map = dynamic_cast<const faiss::IndexIDMap*>(index)) {
        faiss::IDSelectorTranslated translated(map->id_map, selector);
        rangeOn(map->index, n, queries, radius, hits, options, selector ? &translated : nullptr);
        for (size_t i = 0; i < hits->lims[n]; i++) {
            int64_t& label = hits->labels[i];
            if (label >= 0) label = map->id_map[label];
        }
        return;
    }
    Parameters parameters(index, options, selector);
    index->range_search(n, queries, radius, hits, parameters.get());
}

inline RangeResult* rangeSearch(const faiss::Index* index, int64_t n, const float* queries, float radius,
                                const int64_t* options, const int64_t* words, int64_t wordCount) {
    useThreads(options[THREADS]);
    Patience patience(options);
    Transformed to("queries", index, n, queries);
    auto result = std::make_unique<RangeResult>();
    Filter filter(words, wordCount, idsArePositions(index) ? index->ntotal : -1);
    if (index->ntotal == 0 || filter.empty()) {
        result->limits.resize(n + 1);
        return result.release();
    }
    patience.inGroups(n, [&](int64_t from, int64_t until) {
        faiss::RangeSearchResult hits(until - from);
        rangeOn(to.inner, until - from, to.rows + from * to.inner->d, radius, &hits, options, filter.selector());
        result->append(hits);
    }, rangeGroup(index->ntotal));
    return result.release();
}
inline int64_t rangeTotal(const RangeResult* result) { return result->ids.size(); }
inline void rangeCopy(const RangeResult* result, int64_t* limits, float* distances, int64_t* ids) {
    std::copy(result->limits.begin(), result->limits.end(), limits);
    std::copy(result->distances.begin(), result->distances.end(), distances);
    std::copy(result->ids.begin(), result->ids.end(), ids);
}
inline void rangeFree(RangeResult* result) { delete result; }

} // namespace faissj
