// Inverted lists on huge pages. Each is too small to be put there as it comes (cmake/huge_pages.cpp), but those of one
// index lie side by side once they are read, and a search reads few rows here and there: on small pages it waits as long
// for page tables as for the rows.
#pragma once

#include <fstream>
#include <string>
#include <unordered_map>

#include <sys/mman.h>

#include <faiss/IndexIVF.h>
#include <faiss/invlists/BlockInvertedLists.h>

namespace faissj {

// MADV_COLLAPSE does not look at this setting; an administrator's "never" holds nevertheless.
inline bool hugePagesAllowed() {
    std::ifstream file("/sys/kernel/mm/transparent_hugepage/enabled");
    std::string setting;
    return std::getline(file, setting) && setting.find("[never]") == std::string::npos;
}

class HugePages {
  public:
    void add(const void* data, size_t bytes) {
        auto from = reinterpret_cast<uintptr_t>(data), end = from + bytes;
        while (from < end) {
            uintptr_t page = from / SIZE * SIZE, part = std::min(end, page + SIZE) - from;
            used[page] += part;
            from += part;
        }
    }

    // Moves what fills most of a huge page onto one; a kernel before 6.1 refuses, and everything stays where it is.
    void collapse() const {
        constexpr int COLLAPSE = 25; // MADV_COLLAPSE
        size_t total = 0;
        for (auto [page, bytes] : used) total += bytes;
        if (total < TLB_REACH) return;
        for (auto [page, bytes] : used)
            if (bytes >= SIZE / 4 * 3) madvise(reinterpret_cast<void*>(page), SIZE, COLLAPSE);
    }

  private:
    static constexpr uintptr_t SIZE = uintptr_t(2) << 20;
    static constexpr size_t TLB_REACH = size_t(16) << 20; // about; so much is found as fast on small pages
    std::unordered_map<uintptr_t, size_t> used; // bytes of lists on each
};

inline void onHugePages(const faiss::IndexIVF* ivf) {
    static const bool allowed = hugePagesAllowed();
    if (!allowed) return;
    HugePages pages;
    auto add = [&](auto& codes, auto& ids) {
        for (size_t list = 0; list < ivf->nlist; list++) {
            pages.add(codes[list].data(), codes[list].size());
            pages.add(ids[list].data(), ids[list].size() * sizeof(ids[list][0]));
        }
    };
    if (auto block = dynamic_cast<const faiss::BlockInvertedLists*>(ivf->invlists)) add(block->codes, block->ids);
    else if (auto array = dynamic_cast<const faiss::ArrayInvertedLists*>(ivf->invlists)) add(array->codes, array->ids);
    pages.collapse();
}

} // namespace faissj
