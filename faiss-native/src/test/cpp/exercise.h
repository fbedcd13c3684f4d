#pragma once
// What a program does with an index it has just read: every call that the library offers for the kind.
//
// Where Faiss 1.12.0 is known to misbehave on sound files, the library refuses before the native call, and
// so does this: search on an empty or untrained index, k beyond ntotal, a second add to NSG, removal from
// fast-scan lists and under an id map over inverted lists, reconstruction from fast-scan lists.
// Exceptions of Faiss are fine: only a signal counts.

#include <faiss/IndexBinary.h>
#include <faiss/IndexBinaryIVF.h>
#include <faiss/IndexIDMap.h>
#include <faiss/IndexIVF.h>
#include <faiss/impl/AuxIndexStructures.h>
#include <faiss/impl/FaissException.h>
#include <faiss/impl/IDSelector.h>

#include <algorithm>
#include <functional>
#include <new>
#include <random>
#include <string>
#include <vector>

#include "prewalk/prewalk.h"

namespace exercise {

using faiss::idx_t;

inline bool has(const std::string& kinds, const char* kind) {
    return kinds.find(kind) != std::string::npos;
}

inline bool has_any(const std::string& kinds, std::initializer_list<const char*> wanted) {
    return std::any_of(
            wanted.begin(), wanted.end(), [&](const char* kind) { return has(kinds, kind); });
}

inline bool has_blocks(const std::string& kinds) {
    return has_any(kinds, {"IwPf", "IVRf", "IVLf", "NPRf", "NPLf"});
}

inline bool maps_ids(const std::string& kinds) {
    return has_any(kinds, {"IxMp", "IxM2", "IBMp", "IBM2"});
}

inline bool has_lists(const std::string& kinds) {
    return has(kinds, "Iw") || has(kinds, "IBwF") || has_blocks(kinds);
}

inline bool has_nsg(const std::string& kinds) {
    return has(kinds, "INS") || has(kinds, "INNf");
}

/// Lets Faiss refuse; counts memory that could not be had.
inline void attempt(bool* out_of_memory, const std::function<void()>& call) {
    try {
        call();
    } catch (const std::bad_alloc&) {
        *out_of_memory = true;
    } catch (const std::exception&) {
    }
}

inline std::vector<float> rows(size_t n, size_t d, int seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> out(n * d);
    for (float& value : out) {
        value = normal(random);
    }
    return out;
}

inline std::vector<uint8_t> bit_rows(size_t n, size_t bytes, int seed) {
    std::mt19937 random(seed);
    std::vector<uint8_t> out(n * bytes + 8); // IndexBinaryHash reads whole words
    for (uint8_t& value : out) {
        value = static_cast<uint8_t>(random());
    }
    return out;
}

inline std::vector<idx_t> ids(size_t n, idx_t first) {
    std::vector<idx_t> out(n);
    for (size_t i = 0; i < n; i++) {
        out[i] = first + i;
    }
    return out;
}

class FloatIndex {
   public:
    FloatIndex(faiss::Index* index, std::string kinds, bool read_only)
            : index_(index), kinds_(std::move(kinds)), read_only_(read_only) {}

    bool run() {
        search_all();
        lists_searched_wider();
        reconstruct();
        if (!read_only_) {
            add();
            remove();
        }
        return out_of_memory_;
    }

   private:
    bool searchable() const {
        return index_->is_trained && index_->ntotal > 0 &&
                !(has_nsg(kinds_) && index_->ntotal < 17);
    }

    void search_all() {
        if (searchable()) {
            search(1, 5);
            search(25, 5);
            search(3, 30);
            range();
        }
    }

    void search(idx_t n, idx_t k) {
        idx_t most = has_nsg(kinds_) ? std::min<idx_t>(index_->ntotal - 1, 16) : index_->ntotal;
        k = std::min(k, most);
        attempt(&out_of_memory_, [&] {
            std::vector<float> queries = rows(n, index_->d, 7);
            std::vector<float> distances(n * k);
            std::vector<idx_t> labels(n * k, -1);
            index_->search(n, queries.data(), k, distances.data(), labels.data());
            radius_ = distances[k - 1];
        });
    }

    void range() {
        attempt(&out_of_memory_, [&] {
            std::vector<float> queries = rows(2, index_->d, 7);
            faiss::RangeSearchResult result(2);
            index_->range_search(2, queries.data(), radius_, &result);
        });
    }

    void lists_searched_wider() {
        auto* ivf = dynamic_cast<faiss::IndexIVF*>(index_);
        if (ivf != nullptr && searchable()) {
            ivf->nprobe = std::min<size_t>(ivf->nlist, 6);
            search(25, 5);
        }
    }

    void reconstruct() {
        if (has_blocks(kinds_) || has(kinds_, "IwSh") || index_->ntotal == 0) {
            return;
        }
        for (idx_t key : {idx_t{0}, index_->ntotal / 2, index_->ntotal - 1}) {
            attempt(&out_of_memory_, [&] {
                std::vector<float> out(index_->d);
                index_->reconstruct(key, out.data());
            });
        }
    }

    void add() {
        if (!index_->is_trained || has_nsg(kinds_) || (has(kinds_, "IwQR") && maps_ids(kinds_)) ||
            has(kinds_, "IHNc") || has(kinds_, "IHc2")) {
            return;
        }
        attempt(&out_of_memory_, [&] {
            size_t n = 8;
            std::vector<float> more = rows(n, index_->d, 8);
            if (maps_ids(kinds_) && kinds_.compare(0, 3, "IxM") == 0) {
                index_->add_with_ids(n, more.data(), ids(n, 1000000).data());
            } else {
                index_->add(n, more.data());
            }
        });
        search_all();
    }

    void remove() {
        if (has(kinds_, "IwQR") || (maps_ids(kinds_) && has_lists(kinds_)) || has_nsg(kinds_)) {
            return;
        }
        attempt(&out_of_memory_, [&] {
            faiss::IDSelectorRange few(0, 5);
            index_->remove_ids(few);
        });
        attempt(&out_of_memory_, [&] {
            std::vector<idx_t> some = ids(5, 3);
            faiss::IDSelectorArray listed(some.size(), some.data());
            index_->remove_ids(listed);
        });
        search_all();
    }

    faiss::Index* index_;
    std::string kinds_;
    bool read_only_;
    bool out_of_memory_ = false;
    float radius_ = 0;
};

class BinaryIndex {
   public:
    BinaryIndex(faiss::IndexBinary* index, std::string kinds, bool read_only)
            : index_(index), kinds_(std::move(kinds)), read_only_(read_only) {}

    bool run() {
        search_all();
        reconstruct();
        if (!read_only_) {
            add();
            remove();
        }
        return out_of_memory_;
    }

   private:
    void search_all() {
        if (index_->is_trained && index_->ntotal > 0) {
            search(1, 5);
            search(25, 5);
            attempt(&out_of_memory_, [&] {
                std::vector<uint8_t> queries = bit_rows(2, index_->code_size, 7);
                faiss::RangeSearchResult result(2);
                index_->range_search(2, queries.data(), radius_, &result);
            });
        }
    }

    void search(idx_t n, idx_t k) {
        k = std::min(k, index_->ntotal);
        attempt(&out_of_memory_, [&] {
            std::vector<uint8_t> queries = bit_rows(n, index_->code_size, 7);
            std::vector<int32_t> distances(n * k);
            std::vector<idx_t> labels(n * k, -1);
            index_->search(n, queries.data(), k, distances.data(), labels.data());
            radius_ = distances[k - 1];
        });
    }

    void reconstruct() {
        if (index_->ntotal == 0) {
            return;
        }
        for (idx_t key : {idx_t{0}, index_->ntotal / 2, index_->ntotal - 1}) {
            attempt(&out_of_memory_, [&] {
                std::vector<uint8_t> out(index_->code_size);
                index_->reconstruct(key, out.data());
            });
        }
    }

    void add() {
        if (!index_->is_trained || has(kinds_, "IBHc")) {
            return;
        }
        attempt(&out_of_memory_, [&] {
            size_t n = 8;
            std::vector<uint8_t> more = bit_rows(n, index_->code_size, 8);
            if (kinds_.compare(0, 3, "IBM") == 0) {
                index_->add_with_ids(n, more.data(), ids(n, 1000000).data());
            } else {
                index_->add(n, more.data());
            }
        });
        search_all();
    }

    void remove() {
        if (maps_ids(kinds_) && has_lists(kinds_)) {
            return;
        }
        attempt(&out_of_memory_, [&] {
            faiss::IDSelectorRange few(0, 5);
            index_->remove_ids(few);
        });
        search_all();
    }

    faiss::IndexBinary* index_;
    std::string kinds_;
    bool read_only_;
    bool out_of_memory_ = false;
    int radius_ = 0;
};

} // namespace exercise
