// A filter arrives as words, in prefix order, and becomes a tree of Faiss's selectors that lives for one call:
//   1 from to           ids from <= id < to
//   2 count id...       a set
//   3 bits word...      a bitmap: bit i of the words is id i
//   4 filter            not
//   5, 6, 7 filter filter   and, or, exclusive or
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include <faiss/impl/IDSelector.h>

#include "errors.h"

namespace faissj {

class Filter {
  public:
    // limit is the number of ids where ids are positions (Faiss's flat code does not check them), or -1.
    Filter(const int64_t* words, int64_t count, int64_t limit) : words(words), count(count), limit(limit) {
        if (count > 0) root = next(0);
        if (at != count) badArgument("filter: expected one expression, got more words");
    }
    faiss::IDSelector* selector() const { return root; }
    bool empty() const { return count > 0 && provablyEmpty; }
    // 64 answers at once where the whole filter is a bitmap; from is a multiple of 64.
    bool isBitmap() const { return count > 0 && words[0] == 3; }
    uint64_t members(int64_t from) const { return from < words[1] ? uint64_t(words[2 + from / 64]) : 0; }

  private:
    template <class T, class... A>
    T* own(A&&... arguments) {
        auto selector = std::make_unique<T>(std::forward<A>(arguments)...);
        T* pointer = selector.get();
        parts.push_back(std::move(selector));
        return pointer;
    }
    int64_t word() {
        if (at >= count) badArgument("filter: expected more words, got the end");
        return words[at++];
    }
    const int64_t* span(int64_t length) {
        if (length < 0 || length > count - at) badArgument("filter: expected more words, got the end");
        const int64_t* start = words + at;
        at += length;
        return start;
    }
    faiss::IDSelector* next(int depth) {
        if (depth > 64) badArgument("filter: expected at most 64 levels, got more");
        switch (word()) {
            case 1: {
                int64_t from = word(), to = word();
                if (limit >= 0) {
                    from = std::clamp<int64_t>(from, 0, limit);
                    to = std::clamp<int64_t>(to, from, limit);
                }
                if (depth == 0) provablyEmpty = to <= from;
                return own<faiss::IDSelectorRange>(from, to);
            }
            case 2: {
                int64_t size = word();
                const int64_t* ids = span(size);
                if (depth == 0) provablyEmpty = size == 0;
                return own<faiss::IDSelectorBatch>(size, ids);
            }
            case 3: {
                int64_t bits = word();
                if (bits < 0) badArgument("filter: expected a bitmap of at least 0 bits");
                const int64_t* bitmap = span((bits + 63) / 64);
                return own<faiss::IDSelectorBitmap>((bits + 7) / 8, reinterpret_cast<const uint8_t*>(bitmap));
            }
            case 4:
                return own<faiss::IDSelectorNot>(next(depth + 1));
            case 5: {
                faiss::IDSelector* left = next(depth + 1);
                return own<faiss::IDSelectorAnd>(left, next(depth + 1));
            }
            case 6: {
                faiss::IDSelector* left = next(depth + 1);
                return own<faiss::IDSelectorOr>(left, next(depth + 1));
            }
            case 7: {
                faiss::IDSelector* left = next(depth + 1);
                return own<faiss::IDSelectorXOr>(left, next(depth + 1));
            }
            default:
                badArgument("filter: unknown word");
        }
    }

    const int64_t* words;
    int64_t count, limit, at = 0;
    bool provablyEmpty = false;
    faiss::IDSelector* root = nullptr;
    std::vector<std::unique_ptr<faiss::IDSelector>> parts;
};

} // namespace faissj
