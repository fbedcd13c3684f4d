// Indexes over bits: what operations.h and describe.h do, for faiss::IndexBinary.
#pragma once

#include <climits>

#include <faiss/IndexBinaryFlat.h>
#include <faiss/IndexBinaryFromFloat.h>
#include <faiss/IndexBinaryHNSW.h>
#include <faiss/IndexBinaryHash.h>
#include <faiss/IndexBinaryIVF.h>
#include <faiss/impl/ResultHandler.h>

#include "describe.h"
#include "files.h"
#include "memory.h"
#include "operations.h"
#include "queries.h"

namespace faissj {

inline faiss::IndexBinary* createBinary(int dimension, const char* factory, int idMap) {
    std::unique_ptr<faiss::IndexBinary> inner(faiss::index_binary_factory(dimension, factory));
    if (idMap == 0) return inner.release();
    std::unique_ptr<faiss::IndexBinaryIDMap> map(
            idMap == 1 ? new faiss::IndexBinaryIDMap(inner.get()) : new faiss::IndexBinaryIDMap2(inner.get()));
    map->own_fields = true;
    inner.release();
    return map.release();
}

inline void destroy(faiss::IndexBinary* index) { delete index; }

inline const faiss::IndexBinary* behindIds(const faiss::IndexBinary* index) {
    while (auto map = dynamic_cast<const faiss::IndexBinaryIDMap*>(index)) index = map->index;
    return index;
}

inline void describePart(std::ostringstream& out, const faiss::IndexBinary* index, int depth, const char* role) {
    auto map = dynamic_cast<const faiss::IndexBinaryIDMap*>(index);
    std::string kind = map ? "IndexBinary" + kindOf(index).substr(strlen("Index")) : kindOf(index);
    out << depth << '\t' << role << '\t' << kind << '\t' << index->d << '\t' << index->ntotal << '\t'
        << int(index->metric_type) << '\t' << int(index->is_trained);
    auto field = [&out](const char* name, auto value) { out << '\t' << name << '=' << value; };
    auto part = [&out, depth](const faiss::IndexBinary* inner, const char* innerRole) {
        out << '\n';
        describePart(out, inner, depth + 1, innerRole);
    };
    if (map) {
        part(map->index, "index");
    } else if (auto ivf = dynamic_cast<const faiss::IndexBinaryIVF*>(index)) {
        field("nlist", ivf->nlist);
        field("nprobe", ivf->nprobe);
        field("code_size", ivf->code_size);
        field("direct_map", int(ivf->direct_map.type));
        part(ivf->quantizer, "quantizer");
    } else if (auto graph = dynamic_cast<const faiss::IndexBinaryHNSW*>(index)) {
        field("M", graph->hnsw.nb_neighbors(1));
        field("efConstruction", graph->hnsw.efConstruction);
        field("efSearch", graph->hnsw.efSearch);
        field("max_level", graph->hnsw.max_level);
        part(graph->storage, "storage");
    } else if (auto hash = dynamic_cast<const faiss::IndexBinaryHash*>(index)) {
        field("b", hash->b);
        field("nflip", hash->nflip);
    } else if (auto hashes = dynamic_cast<const faiss::IndexBinaryMultiHash*>(index)) {
        field("b", hashes->b);
        field("nhash", hashes->nhash);
        field("nflip", hashes->nflip);
        part(hashes->storage, "storage");
    }
}

inline std::string describe(const faiss::IndexBinary* index) {
    std::ostringstream out;
    describePart(out, index, 0, "index");
    return out.str();
}

// By its bytes: Faiss's own copy knows three kinds.
inline faiss::IndexBinary* cloneIndex(const faiss::IndexBinary* index) {
    faiss::VectorIOWriter writer;
    faiss::write_index_binary(index, &writer);
    faiss::VectorIOReader reader;
    reader.data = std::move(writer.data);
    return faiss::read_index_binary(&reader);
}

inline int64_t idsFrom(const faiss::IndexBinary* index) {
    if (auto ivf = dynamic_cast<const faiss::IndexBinaryIVF*>(index)) return pastEveryId(ivf);
    int64_t next = index->ntotal;
    if (auto hash = dynamic_cast<const faiss::IndexBinaryHash*>(index))
        for (const auto& bucket : hash->invlists)
            for (int64_t id : bucket.second.ids) next = pastId(next, id);
    return next;
}

// The hash kinds read eight bytes from wherever a hash begins, past the end of the last row.
class Bits {
  public:
    Bits(const faiss::IndexBinary* index, int64_t n, const uint8_t* given) : rows(given) {
        auto inner = behindIds(index);
        if (!dynamic_cast<const faiss::IndexBinaryHash*>(inner) && !dynamic_cast<const faiss::IndexBinaryMultiHash*>(inner))
            return;
        padded.reserve(n * index->code_size + sizeof(uint64_t));
        padded.assign(given, given + n * index->code_size);
        padded.resize(n * index->code_size + sizeof(uint64_t));
        rows = padded.data();
    }
    const uint8_t* rows;

  private:
    std::vector<uint8_t> padded;
};

inline void train(faiss::IndexBinary* index, int64_t n, const uint8_t* vectors, int threads) {
    useThreads(threads);
    auto ivf = dynamic_cast<const faiss::IndexBinaryIVF*>(behindIds(index));
    if (ivf && !ivf->is_trained && n < int64_t(ivf->nlist)) tooFewToTrain(n, ivf->nlist);
    index->train(n, vectors);
}

inline void checkGraphAdd(const faiss::IndexBinary* index, int64_t n) {
    if (auto graph = dynamic_cast<const faiss::IndexBinaryHNSW*>(behindIds(index))) checkNodes(graph->ntotal, n);
}

// Such a map comes from a file alone: nothing here makes or unmakes one over bits.
inline void refuseArray(const faiss::IndexBinary* index, const char* what) {
    auto ivf = dynamic_cast<const faiss::IndexBinaryIVF*>(index);
    if (ivf && ivf->direct_map.type == faiss::DirectMap::Array)
        unsupported(format("%s; write the index without its direct map in Python", what));
}

inline void addWithIds(faiss::IndexBinary* index, int64_t n, const uint8_t* vectors, const int64_t* ids, int threads) {
    useThreads(threads);
    checkGraphAdd(index, n);
    refuseArray(index, "add: an array of positions takes no ids");
    index->add_with_ids(n, Bits(index, n, vectors).rows, ids);
}

inline void add(faiss::IndexBinary* index, int64_t n, const uint8_t* vectors, int64_t firstId, int threads) {
    if (firstId == index->ntotal) {
        useThreads(threads);
        checkGraphAdd(index, n);
        index->add(n, Bits(index, n, vectors).rows);
        return;
    }
    std::vector<int64_t> ids(n);
    for (int64_t i = 0; i < n; i++) ids[i] = firstId + i;
    addWithIds(index, n, vectors, ids.data(), threads);
}

// The number of ids where they are positions in a flat array, or -1.
inline int64_t positionLimit(const faiss::IndexBinary* index) {
    bool own = dynamic_cast<const faiss::IndexBinaryIVF*>(index) || dynamic_cast<const faiss::IndexBinaryIDMap*>(index);
    return own ? -1 : index->ntotal;
}

inline int64_t removeIds(faiss::IndexBinary* index, const int64_t* words, int64_t wordCount) {
    useThreads(1);
    Filter filter(words, wordCount, positionLimit(index));
    if (filter.empty() || index->ntotal == 0) return 0;
    refuseArray(index, "remove: an array of positions cannot lose one");
    auto ivf = dynamic_cast<faiss::IndexBinaryIVF*>(index);
    bool hash = ivf && ivf->direct_map.type == faiss::DirectMap::Hashtable; // takes a list of ids alone
    if (hash) ivf->set_direct_map_type(faiss::DirectMap::NoMap);
    int64_t removed = index->remove_ids(*filter.selector());
    if (hash) ivf->set_direct_map_type(faiss::DirectMap::Hashtable);
    return removed;
}

// Faiss empties copies of the multi-hash's maps: their positions would stay, past the end of the emptied rows.
inline void reset(faiss::IndexBinary* index) {
    index->reset();
    auto hashes = dynamic_cast<const faiss::IndexBinaryMultiHash*>(behindIds(index));
    if (hashes)
        for (auto& map : const_cast<faiss::IndexBinaryMultiHash*>(hashes)->maps) map.clear();
}

inline bool sameCodes(const faiss::IndexBinary* a, const faiss::IndexBinary* b) {
    faiss::VectorIOWriter left, right;
    faiss::write_index_binary(a, &left);
    faiss::write_index_binary(b, &right);
    return left.data == right.data;
}

inline void mergeFrom(faiss::IndexBinary* index, faiss::IndexBinary* other, int64_t addId) {
    useThreads(1);
    const char* expected = "other: expected an index of the same kind and training; ";
    try {
        index->check_compatible_for_merge(*other);
    } catch (const faiss::FaissException& failure) {
        badArgument(std::string(expected) + failure.what());
    }
    auto ivf = dynamic_cast<const faiss::IndexBinaryIVF*>(index);
    auto lists = dynamic_cast<const faiss::IndexBinaryIVF*>(other);
    if (!ivf || !lists || !sameCodes(ivf->quantizer, lists->quantizer))
        badArgument(std::string(expected) + "its centroids differ");
    if (addId) checkAddId(addId, idsFrom(other));
    index->merge_from(*other, addId);
}

// A query looks into every bucket within that many flips: as many as the pre-walk lets a file ask for.
inline void setFlips(faiss::IndexBinary* index, int flips) {
    auto inner = const_cast<faiss::IndexBinary*>(behindIds(index));
    auto hash = dynamic_cast<faiss::IndexBinaryHash*>(inner);
    auto hashes = dynamic_cast<faiss::IndexBinaryMultiHash*>(inner);
    if (!hash && !hashes) unsupported("nflip: expected a hash index, got " + kindOf(inner));
    int bits = hash ? hash->b : hashes->b;
    double buckets = 1, choices = 1;
    for (int i = 1; i <= flips; i++) buckets += choices = choices * (bits - i + 1) / i;
    if (flips < 0 || flips > bits || buckets > (1 << 20))
        badArgument(format("nflip: expected 0 to b and at most 1048576 buckets a query, got %d; b=%d", flips, bits));
    (hash ? hash->nflip : hashes->nflip) = flips;
}

// One search in a tree of binary indexes. Faiss takes parameters on the flat kind alone; where the call asks for them, lists
// and graphs are driven here by the functions that Faiss's own search calls.
class BinarySearch {
  public:
    BinarySearch(const int64_t* options, faiss::IDSelector* selector) : options(options), selector(selector) {}

    void run(const faiss::IndexBinary* index, int64_t n, const uint8_t* queries, int64_t k, int32_t* distances,
             int64_t* ids) const {
        if (auto map = dynamic_cast<const faiss::IndexBinaryIDMap*>(index)) {
            faiss::IDSelectorTranslated translated(map->id_map, selector);
            BinarySearch(options, selector ? &translated : nullptr).run(map->index, n, queries, k, distances, ids);
            for (int64_t i = 0; i < n * k; i++)
                if (ids[i] >= 0) ids[i] = map->id_map[ids[i]];
        } else if (auto ivf = dynamic_cast<const faiss::IndexBinaryIVF*>(index)) {
            faiss::IVFSearchParameters parameters;
            parameters.nprobe = probes(ivf);
            parameters.max_codes = value(MAX_CODES, ivf->max_codes);
            std::vector<int32_t> coarse(n * parameters.nprobe);
            std::vector<int64_t> lists = nearestLists(ivf, n, queries, parameters.nprobe, coarse.data());
            ivf->search_preassigned(n, queries, k, lists.data(), coarse.data(), distances, ids, false, &parameters);
        } else if (auto graph = dynamic_cast<const faiss::IndexBinaryHNSW*>(index)) {
            inGraph(graph, EF_SEARCH, n, queries, k, distances, ids);
        } else {
            faiss::SearchParameters parameters;
            parameters.sel = selector;
            index->search(n, queries, k, distances, ids, selector ? &parameters : nullptr);
        }
    }

    void range(const faiss::IndexBinary* index, int64_t n, const uint8_t* queries, int radius,
               faiss::RangeSearchResult* hits) const {
        if (auto map = dynamic_cast<const faiss::IndexBinaryIDMap*>(index)) {
            faiss::IDSelectorTranslated translated(map->id_map, selector);
            BinarySearch(options, selector ? &translated : nullptr).range(map->index, n, queries, radius, hits);
            for (size_t i = 0; i < hits->lims[n]; i++) hits->labels[i] = map->id_map[hits->labels[i]];
        } else if (auto ivf = dynamic_cast<const faiss::IndexBinaryIVF*>(index)) {
            rangeInLists(ivf, n, queries, radius, hits);
        } else {
            faiss::SearchParameters parameters;
            parameters.sel = selector;
            index->range_search(n, queries, radius, hits, selector ? &parameters : nullptr);
        }
    }

  private:
    int64_t value(Option option, int64_t otherwise) const {
        return options[option] == INT64_MIN ? otherwise : options[option];
    }
    size_t probes(const faiss::IndexBinaryIVF* ivf) const {
        return std::clamp<int64_t>(value(NPROBE, ivf->nprobe), 1, ivf->nlist);
    }

    std::vector<int64_t> nearestLists(const faiss::IndexBinaryIVF* ivf, int64_t n, const uint8_t* queries, int64_t nprobe,
                                      int32_t* distances) const {
        std::vector<int64_t> lists(n * nprobe);
        auto graph = dynamic_cast<const faiss::IndexBinaryHNSW*>(ivf->quantizer);
        if (graph) BinarySearch(options, nullptr).inGraph(graph, QUANTIZER_EF_SEARCH, n, queries, nprobe, distances, lists.data());
        else ivf->quantizer->search(n, queries, nprobe, distances, lists.data());
        return lists;
    }

    void inGraph(const faiss::IndexBinaryHNSW* graph, Option efSearch, int64_t n, const uint8_t* queries, int64_t k,
                 int32_t* distances, int64_t* ids) const {
        bool cagra = dynamic_cast<const faiss::IndexBinaryHNSWCagra*>(graph); // starts elsewhere
        if (cagra || (!selector && options[efSearch] == INT64_MIN)) {
            graph->search(n, queries, k, distances, ids);
            return;
        }
        faiss::SearchParametersHNSW parameters;
        parameters.efSearch = value(efSearch, graph->hnsw.efSearch);
        parameters.check_relative_distance = graph->hnsw.check_relative_distance;
        parameters.bounded_queue = graph->hnsw.search_bounded_queue;
        parameters.sel = selector;
        using Results = faiss::HeapBlockResultHandler<faiss::HNSW::C>;
        std::vector<float> found(n * k);
        Results results(n, found.data(), ids, k);
        Results::SingleResultHandler one(results);
        faiss::VisitedTable visited(graph->ntotal);
        std::unique_ptr<faiss::DistanceComputer> distance(graph->get_distance_computer());
        for (int64_t i = 0; i < n; i++) {
            one.begin(i);
            distance->set_query(reinterpret_cast<const float*>(queries + i * graph->code_size));
            graph->hnsw.search(*distance, one, visited, &parameters);
            one.end();
        }
        for (int64_t i = 0; i < n * k; i++) distances[i] = ids[i] < 0 ? INT_MAX : int32_t(found[i]);
    }

    void rangeInLists(const faiss::IndexBinaryIVF* ivf, int64_t n, const uint8_t* queries, int radius,
                      faiss::RangeSearchResult* hits) const {
        size_t nprobe = probes(ivf);
        std::vector<int32_t> coarse(n * nprobe);
        std::vector<int64_t> lists = nearestLists(ivf, n, queries, nprobe, coarse.data());
        faiss::RangeSearchPartialResult partial(hits);
        std::unique_ptr<faiss::BinaryInvertedListScanner> scanner(ivf->get_InvertedListScanner());
        for (int64_t i = 0; i < n; i++) {
            scanner->set_query(queries + i * ivf->code_size);
            faiss::RangeQueryResult& row = partial.new_result(i);
            for (size_t probe = 0; probe < nprobe; probe++) {
                int64_t list = lists[i * nprobe + probe];
                if (list < 0) continue;
                faiss::InvertedLists::ScopedCodes codes(ivf->invlists, list);
                faiss::InvertedLists::ScopedIds listIds(ivf->invlists, list);
                scanner->set_list(list, 0);
                scanner->scan_codes_range(ivf->invlists->list_size(list), codes.get(), listIds.get(), radius, row);
            }
        }
        partial.finalize();
    }

    const int64_t* options;
    faiss::IDSelector* selector;
};

inline void search(const faiss::IndexBinary* index, int64_t n, const uint8_t* queries, int64_t k, float* distances,
                   int64_t* ids, const int64_t* options, const int64_t* words, int64_t wordCount) {
    useThreads(options[THREADS]);
    Patience patience(options);
    std::fill_n(distances, n * k, float(INT_MAX));
    std::fill_n(ids, n * k, -1);
    Filter filter(words, wordCount, positionLimit(index));
    if (n == 0 || index->ntotal == 0 || filter.empty()) return;
    int64_t found = std::min<int64_t>(k, index->ntotal);
    Bits bits(index, n, queries);
    patience.inGroups(n, [&](int64_t from, int64_t until) {
        std::vector<int32_t> foundDistances((until - from) * found, INT_MAX);
        std::vector<int64_t> foundIds((until - from) * found, -1);
        BinarySearch(options, filter.selector())
                .run(index, until - from, bits.rows + from * index->code_size, found, foundDistances.data(),
                     foundIds.data());
        for (int64_t i = from; i < until; i++) {
            std::copy_n(&foundDistances[(i - from) * found], found, distances + i * k);
            std::copy_n(&foundIds[(i - from) * found], found, ids + i * k);
        }
    });
}

inline RangeResult* rangeSearch(const faiss::IndexBinary* index, int64_t n, const uint8_t* queries, int radius,
                                const int64_t* options, const int64_t* words, int64_t wordCount) {
    useThreads(1);
    Patience patience(options);
    auto result = std::make_unique<RangeResult>();
    Filter filter(words, wordCount, positionLimit(index));
    if (index->ntotal == 0 || filter.empty()) {
        result->limits.resize(n + 1);
        return result.release();
    }
    Bits bits(index, n, queries);
    patience.inGroups(n, [&](int64_t from, int64_t until) {
        faiss::RangeSearchResult hits(until - from);
        BinarySearch(options, filter.selector())
                .range(index, until - from, bits.rows + from * index->code_size, radius, &hits);
        result->append(hits);
    }, rangeGroup(index->ntotal));
    return result.release();
}

inline void reconstruct(const faiss::IndexBinary* index, int64_t n, const int64_t* ids, uint8_t* vectors) {
    if (auto map = dynamic_cast<const faiss::IndexBinaryIDMap2*>(index)) {
        std::vector<int64_t> positions = positionsOf(map->rev_map, n, ids);
        reconstruct(map->index, n, positions.data(), vectors);
    } else if (auto ivf = dynamic_cast<const faiss::IndexBinaryIVF*>(index)) {
        reconstructIvf(ivf, n, ids, vectors, ivf->code_size);
    } else {
        for (int64_t i = 0; i < n; i++)
            if (ids[i] < 0 || ids[i] >= index->ntotal) absent(ids[i]);
        for (int64_t i = 0; i < n; i++) index->reconstruct(ids[i], vectors + i * index->code_size);
    }
}

inline void checkBits(const Bytes* bytes, int64_t sizeBytes) {
    prewalk::Summary summary = walked(bytes, sizeBytes);
    if (!summary.binary) badFormat("file: expected an index over bits, got one over floats");
    if (summary.kinds.find("IBFf") != std::string::npos)
        badFormat("file: expected an index over bits, got one over floats behind a converter");
}

inline faiss::IndexBinary* readBinary(Bytes* bytes, int64_t sizeBytes) {
    checkBits(bytes, sizeBytes);
    useThreads(1);
    ConsumingReader reader(bytes, sizeBytes);
    return faiss::read_index_binary(&reader);
}

inline faiss::IndexBinary* mapBinary(const Bytes* bytes, int64_t sizeBytes) {
    checkBits(bytes, sizeBytes);
    useThreads(1);
    faiss::ZeroCopyIOReader reader(bytes->data, sizeBytes);
    return faiss::read_index_binary(&reader);
}

inline void writeIndex(const faiss::IndexBinary* index, Sink* sink) {
    SinkWriter writer(sink);
    faiss::write_index_binary(index, &writer);
    writer.finish();
}

inline int64_t memoryBytes(const faiss::IndexBinary* index) {
    CountingWriter writer;
    faiss::write_index_binary(index, &writer);
    auto both = dynamic_cast<const faiss::IndexBinaryIDMap2*>(index);
    auto ivf = dynamic_cast<const faiss::IndexBinaryIVF*>(behindIds(index));
    return writer.sizeBytes + (both ? tableBytes(both->rev_map) : 0) +
            (ivf ? tableBytes(ivf->direct_map.hashtable) : 0);
}

} // namespace faissj
