// An IVF index from the inside: its lists, what finds a vector by id, and lists kept in a file of their own.
#pragma once

#include <faiss/invlists/OnDiskInvertedLists.h>

#include "files.h"
#include "queries.h"

namespace faissj {

// faiss-jni asks only indexes that have lists.
inline faiss::IndexIVF* ivfOf(const faiss::Index* index) {
    auto ivf = ownIds(const_cast<faiss::Index*>(index));
    if (!ivf) unsupported("lists: only an IVF index has them");
    return ivf;
}
inline int64_t listCount(const faiss::Index* index) { return ivfOf(index)->nlist; }
inline void listSizes(const faiss::Index* index, int64_t* sizes) {
    auto ivf = ivfOf(index);
    for (size_t list = 0; list < ivf->nlist; list++) sizes[list] = ivf->invlists->list_size(list);
}
inline int64_t listSize(const faiss::Index* index, int64_t list) { return ivfOf(index)->invlists->list_size(list); }
inline void listIds(const faiss::Index* index, int64_t list, int64_t* ids) {
    auto lists = ivfOf(index)->invlists;
    faiss::InvertedLists::ScopedIds from(lists, list);
    std::copy_n(from.get(), lists->list_size(list), ids);
}

inline int64_t probes(const faiss::Index* index, const int64_t* options) {
    auto ivf = ivfOf(index);
    return std::clamp<int64_t>(options[NPROBE] == Parameters::UNSET ? int64_t(ivf->nprobe) : options[NPROBE], 1, ivf->nlist);
}

inline void nearestLists(const faiss::Index* index, int64_t n, const float* vectors, int64_t nprobe, float* distances,
                         int64_t* lists, const int64_t* options) {
    useThreads(options[THREADS]);
    Patience patience(options);
    Transformed to("vectors", index, n, vectors);
    auto ivf = ivfOf(index);
    Parameters parameters(ivf->quantizer, options, nullptr, QUANTIZER_NPROBE, QUANTIZER_EF_SEARCH);
    noNeighbours(ivf->quantizer, n * nprobe, distances, lists);
    patience.inGroups(n, [&](int64_t from, int64_t until) {
        ivf->quantizer->search(until - from, to.rows + from * ivf->d, nprobe, distances + from * nprobe,
                               lists + from * nprobe, parameters.get());
    });
}

// Faiss shares out the queries of a search to threads, but not those of a search in given lists. What is thrown must not
// leave the parallel region.
template <class Body>
void inSlices(int64_t n, int64_t threads, Body body) {
    int64_t slices = std::clamp<int64_t>(threads, 1, n);
    std::exception_ptr failure;
#pragma omp parallel for if (slices > 1)
    for (int64_t slice = 0; slice < slices; slice++) {
        try {
            body(n * slice / slices, n * (slice + 1) / slices);
        } catch (...) {
#pragma omp critical
            failure = std::current_exception();
        }
    }
    if (failure) std::rethrow_exception(failure);
}

// Faiss checks the numbers of lists inside a parallel region, if at all, and what it throws there ends the process.
inline void checkLists(const faiss::IndexIVF* ivf, int64_t count, const float* distances, const int64_t* lists) {
    for (int64_t i = 0; i < count; i++) {
        if (lists[i] < -1 || lists[i] >= int64_t(ivf->nlist))
            badArgument(format("lists: expected -1 to %zu, got %lld", ivf->nlist - 1, (long long)lists[i]));
        if (lists[i] >= 0 && !std::isfinite(distances[i]))
            badArgument(format("lists: expected finite distances, got %g", double(distances[i])));
    }
}

inline void searchLists(const faiss::Index* index, int64_t n, const float* queries, int64_t k, int64_t nprobe,
                        const float* listDistances, const int64_t* lists, float* distances, int64_t* ids,
                        const int64_t* options, const int64_t* words, int64_t wordCount) {
    auto ivf = ivfOf(index);
    if (nprobe < 1 || nprobe > int64_t(ivf->nlist))
        badArgument(format("lists: expected 1 to %zu a query, got %lld", ivf->nlist, (long long)nprobe));
    checkLists(ivf, n * nprobe, listDistances, lists);
    std::vector<int64_t> its(options, options + OPTION_COUNT);
    its[NPROBE] = nprobe;
    bool scan = dynamic_cast<const faiss::IndexIVFFastScan*>(ivf); // it shares its queries out, and counts nothing
    searchBy(index, n, queries, k, distances, ids, its.data(), words, wordCount,
             [&](const faiss::Index*, int64_t count, const float* rows, int64_t found, float* distancesOut,
                 int64_t* idsOut, const faiss::SearchParameters* parameters, int64_t first) {
                 ivf->invlists->prefetch_lists(lists + first * nprobe, count * nprobe);
                 inSlices(count, scan ? 1 : options[THREADS], [&](int64_t from, int64_t until) {
                     faiss::IndexIVFStats stats;
                     int64_t list = (first + from) * nprobe;
                     ivf->search_preassigned(until - from, rows + from * ivf->d, found, lists + list,
                                             listDistances + list, distancesOut + from * found, idsOut + from * found,
                                             false, dynamic_cast<const faiss::SearchParametersIVF*>(parameters),
                                             scan ? nullptr : &stats);
                 });
             });
}

inline void centroids(const faiss::Index* index, float* rows) {
    auto ivf = ivfOf(index);
    if (ivf->quantizer->ntotal != int64_t(ivf->nlist))
        badState("centroids: expected an index that has some; call train(vectors) first");
    for (size_t list = 0; list < ivf->nlist; list++) ivf->quantizer->reconstruct(list, rows + list * ivf->d);
}

// Codes, and the table of an IVF,PQ, are trained on what is left behind the centroids: so they come first.
inline void setCentroids(faiss::Index* index, const float* rows) {
    useThreads(1);
    auto ivf = ivfOf(index);
    checkRows("centroids", ivf->d, ivf->nlist, rows);
    if (ivf->is_trained) badState("centroids: expected an index that is not trained yet");
    checkGraphAdd(ivf->quantizer, ivf->nlist);
    ivf->quantizer->reset();
    if (!ivf->quantizer->is_trained) ivf->quantizer->train(ivf->nlist, rows);
    ivf->quantizer->add(ivf->nlist, rows);
}

inline int directMap(const faiss::Index* index) { return ivfOf(index)->direct_map.type; }
inline void setDirectMap(faiss::Index* index, int type) {
    auto ivf = ivfOf(index);
    if (type == faiss::DirectMap::Array)
        for (size_t list = 0; list < ivf->nlist; list++) {
            faiss::InvertedLists::ScopedIds ids(ivf->invlists, list);
            for (size_t i = 0; i < ivf->invlists->list_size(list); i++)
                if (ids[i] < 0 || ids[i] >= ivf->ntotal)
                    badState(format("directMap: an array needs ids from 0 to %lld, got %lld; use HASH",
                                    (long long)ivf->ntotal - 1, (long long)ids[i]));
        }
    ivf->set_direct_map_type(faiss::DirectMap::Type(type));
}

inline bool hasPrecomputedTable(const faiss::Index* index) {
    auto pq = dynamic_cast<const faiss::IndexIVFPQ*>(ivfOf(index));
    return pq && pq->use_precomputed_table > 0;
}
inline bool setPrecomputedTable(faiss::Index* index, bool wanted) {
    useThreads(1);
    auto pq = dynamic_cast<faiss::IndexIVFPQ*>(ivfOf(index));
    if (!pq) return false;
    pq->use_precomputed_table = wanted ? 0 : -1;
    pq->precomputed_table.resize(0); // clear() fills it with zeros and keeps it
    if (wanted) pq->precompute_table();
    return pq->use_precomputed_table > 0;
}

// What Faiss's own copy_subset_to does, for any filter.
inline int64_t copySubset(const faiss::Index* index, faiss::Index* other, const int64_t* words, int64_t wordCount) {
    useThreads(1);
    auto from = ivfOf(index), to = ivfOf(other);
    checkAlike(from, to);
    if (!to->direct_map.no()) badState("copySubset: the other index has a direct map; directMap(NONE) first");
    Filter filter(words, wordCount, -1);
    if (filter.empty()) return 0;
    int64_t copied = 0;
    for (size_t list = 0; list < from->nlist; list++) {
        faiss::InvertedLists::ScopedIds ids(from->invlists, list);
        faiss::InvertedLists::ScopedCodes codes(from->invlists, list);
        for (size_t i = 0; i < from->invlists->list_size(list); i++)
            if (!filter.selector() || filter.selector()->is_member(ids[i])) {
                to->invlists->add_entry(list, ids[i], codes.get() + i * from->code_size);
                copied++;
            }
    }
    to->ntotal += copied;
    count(other);
    return copied;
}

// ---- lists in a file beside the index: list after list, its codes, then its ids, as Faiss lays them out. They are those of
// one index or more, given by their addresses: what is in a list of the first, then what is in that list of the second.

inline faiss::HStackInvertedLists stacked(const int64_t* indexes, int64_t count) {
    std::vector<const faiss::InvertedLists*> lists;
    for (int64_t i = 0; i < count; i++) {
        auto index = reinterpret_cast<const faiss::Index*>(indexes[i]);
        if (i > 0) checkAlike(reinterpret_cast<const faiss::Index*>(indexes[0]), index);
        lists.push_back(ivfOf(index)->invlists);
    }
    return faiss::HStackInvertedLists(int(count), lists.data());
}

inline void writeLists(const int64_t* indexes, int64_t count, Sink* sink) {
    faiss::HStackInvertedLists lists = stacked(indexes, count);
    SinkWriter writer(sink);
    for (size_t list = 0; list < lists.nlist; list++) {
        size_t size = lists.list_size(list);
        if (!size) continue;
        faiss::InvertedLists::ScopedCodes codes(&lists, list);
        faiss::InvertedLists::ScopedIds ids(&lists, list);
        writer(codes.get(), lists.code_size, size);
        writer(ids.get(), sizeof(int64_t), size);
    }
    writer.finish();
}

// The first index, over that file; it is swapped in for the time of the writing, so the caller is alone with that index.
inline void writeIndexOverLists(const int64_t* indexes, int64_t count, const char* listsFile, Sink* sink) {
    auto index = reinterpret_cast<faiss::Index*>(indexes[0]);
    faiss::HStackInvertedLists lists = stacked(indexes, count);
    auto ivf = ivfOf(index);
    faiss::OnDiskInvertedLists table;
    table.nlist = ivf->nlist;
    table.code_size = ivf->code_size;
    table.filename = listsFile;
    size_t bytes = 0;
    for (size_t list = 0; list < ivf->nlist; list++) {
        faiss::OnDiskOneList one;
        one.size = one.capacity = lists.list_size(list);
        one.offset = bytes;
        bytes += one.capacity * (ivf->code_size + sizeof(int64_t));
        table.lists.push_back(one);
    }
    table.slots.push_back(faiss::OnDiskInvertedLists::Slot(0, bytes));
    table.totsize = bytes;
    int64_t total = 0;
    for (int64_t i = 0; i < count; i++) total += reinterpret_cast<const faiss::Index*>(indexes[i])->ntotal;
    faiss::InvertedLists* own = ivf->invlists;
    int64_t its = ivf->ntotal;
    auto swap = [&](faiss::InvertedLists* behind, int64_t vectors) {
        ivf->invlists = behind;
        ivf->ntotal = vectors;
        faissj::count(index);
    };
    swap(&table, total);
    try {
        writeIndex(index, sink);
    } catch (...) {
        swap(own, its);
        throw;
    }
    swap(own, its);
}

// Reads an index whose lists stand in another file, which must lie in folder, under the name without its folder: a file
// names no other file of the machine. The lists are mapped read-only.
inline faiss::Index* readIndexOverLists(Bytes* bytes, int64_t sizeBytes, const char* folder) {
    prewalk::OnDiskLists lists;
    std::string kinds = kindsOfFloats(bytes, sizeBytes, &lists);
    if (!lists.found) badFormat("file: expected an index with lists in another file, got one that is whole; read it without the option");
    std::string name = lists.filename.substr(lists.filename.find_last_of('/') + 1);
    if (name.empty() || name == "." || name == ".." || name.find('\0') != std::string::npos)
        badFormat("file: expected the name of a file with lists, got " + lists.filename);
    std::string path = std::string(folder) + "/" + name;
    struct stat status;
    if (stat(path.c_str(), &status) != 0) ioFailure(path + ": " + reason());
    if (!S_ISREG(status.st_mode) || uint64_t(status.st_size) < lists.bytes)
        badFormat(format("%s: expected lists of %llu bytes, got %lld", path.c_str(), (unsigned long long)lists.bytes,
                         (long long)status.st_size));
    ConsumingReader reader(bytes, sizeBytes);
    std::unique_ptr<faiss::Index> index(
            readFrom(&reader, sizeBytes, kinds, faiss::IO_FLAG_SKIP_IVF_DATA | faiss::IO_FLAG_READ_ONLY));
    auto table = dynamic_cast<faiss::OnDiskInvertedLists*>(ivfOf(index.get())->invlists);
    table->filename = path;
    table->do_mmap();
    return index.release();
}

inline const faiss::OnDiskInvertedLists& listsOnDisk(const faiss::Index* index) {
    return dynamic_cast<const faiss::OnDiskInvertedLists&>(*ivfOf(index)->invlists);
}
inline std::string listsFile(const faiss::Index* index) { return listsOnDisk(index).filename; }
inline int64_t listsAddress(const faiss::Index* index) { return reinterpret_cast<int64_t>(listsOnDisk(index).ptr); }
inline int64_t listsBytes(const faiss::Index* index) { return listsOnDisk(index).totsize; }

} // namespace faissj
