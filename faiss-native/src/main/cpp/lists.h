// Inverted lists taken over from one index into another: their ids, and their codes as they are.
#pragma once

#include <faiss/invlists/BlockInvertedLists.h>
#include <faiss/impl/CodePacker.h>

#include "operations.h"

namespace faissj {

// Calls back with each list's ids.
template <class Visitor>
void eachList(faiss::IndexIVF* ivf, Visitor visit) {
    if (auto block = dynamic_cast<faiss::BlockInvertedLists*>(ivf->invlists)) {
        for (auto& ids : block->ids) visit(ids);
    } else if (auto array = dynamic_cast<faiss::ArrayInvertedLists*>(ivf->invlists)) {
        for (auto& ids : array->ids) visit(ids);
    } else {
        unsupported("renumber: expected lists in memory");
    }
}

// Id i becomes newIds[i]; -1 removes it.
inline void renumber(faiss::Index* index, int64_t n, const int* newIds) {
    auto ivf = dynamic_cast<faiss::IndexIVF*>(index);
    if (!ivf || !ivf->direct_map.no()) unsupported("renumber: expected an IVF index without a direct map");
    std::vector<int64_t> removed(2 + (n + 63) / 64);
    removed[0] = 3; // a bitmap, for filter.h
    removed[1] = n;
    bool any = false;
    eachList(ivf, [&](auto& ids) {
        for (size_t i = 0; i < ids.size(); i++) {
            int64_t id = ids[i];
            if (id < 0 || id >= n)
                badArgument(format("newIds: expected one for each id, got %lld; id=%lld", (long long)n, (long long)id));
            if (newIds[id] >= 0) continue;
            removed[2 + id / 64] |= int64_t(uint64_t(1) << id % 64);
            any = true;
        }
    });
    if (any) removeIds(index, removed.data(), removed.size());
    eachList(ivf, [&](auto& ids) {
        for (size_t i = 0; i < ids.size(); i++) ids[i] = newIds[ids[i]];
    });
}

// Faiss 1.12.0 copies past the ends of both lists where the first one's length is a multiple of its block's bytes.
inline void mergeBlocks(faiss::BlockInvertedLists& to, faiss::BlockInvertedLists& from, int64_t addId) {
    if (!to.packer || to.nlist != from.nlist || to.n_per_block != from.n_per_block || to.block_size != from.block_size)
        badArgument("other: expected lists of the same shape");
    std::vector<uint8_t> code(to.packer->code_size);
    for (size_t list = 0; list < to.nlist; list++) {
        size_t offset = to.list_size(list), size = from.list_size(list);
        to.resize(list, offset + size);
        for (size_t i = 0; i < size; i++) to.ids[list][offset + i] = from.ids[list][i] + addId;
        if (offset % to.n_per_block == 0 && size > 0) {
            memcpy(to.codes[list].get() + offset / to.n_per_block * to.block_size, from.codes[list].get(),
                   (size + to.n_per_block - 1) / to.n_per_block * to.block_size);
        } else {
            for (size_t i = 0; i < size; i++) {
                to.packer->unpack_1(from.codes[list].get(), i, code.data());
                to.packer->pack_1(code.data(), offset + i, to.codes[list].get());
            }
        }
        from.resize(list, 0);
    }
}

inline void mergeFrom(faiss::Index* index, faiss::Index* other, int64_t addId) {
    useThreads(1);
    checkAlike(index, other);
    auto ivf = ownIds(index), otherIvf = ownIds(other);
    if (addId && !ivf && !dynamic_cast<faiss::IndexIDMap*>(index))
        badArgument(format("addId: expected 0 where ids are positions, got %lld", (long long)addId));
    if (addId) checkAddId(addId, idsFrom(other));
    // The second codes of an IVFPQR stand by id.
    if (dynamic_cast<faiss::IndexIVFPQR*>(ivf) && addId != index->ntotal)
        badArgument(format("addId: expected the count of this kind of index, %lld, got %lld", (long long)index->ntotal,
                           (long long)addId));
    auto to = ivf ? dynamic_cast<faiss::BlockInvertedLists*>(ivf->invlists) : nullptr;
    auto from = otherIvf ? dynamic_cast<faiss::BlockInvertedLists*>(otherIvf->invlists) : nullptr;
    if (!to || !from) {
        index->merge_from(*other, addId);
        return;
    }
    mergeBlocks(*to, *from, addId);
    ivf->ntotal += otherIvf->ntotal;
    otherIvf->ntotal = 0;
    count(index);
    count(other);
}

} // namespace faissj
