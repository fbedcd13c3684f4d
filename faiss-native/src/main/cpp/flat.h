// Exact search over rows in memory that are no index of their own: a segment's flat file, mapped. Faiss's own kernels do the
// arithmetic; the rows need not be aligned (in a Faiss file they start at byte 45).
#pragma once

#include <faiss/utils/Heap.h>
#include <faiss/utils/distances.h>

#include "errors.h"
#include "filter.h"
#include "operations.h"

namespace faissj {

struct FlatRows {
    const float* rows;
    const float* inverseNorms;
    int64_t count;
    size_t dimension;
    bool innerProduct;

    FlatRows(int64_t address, int64_t count, int dimension, int metric, int64_t norms)
            : rows(reinterpret_cast<const float*>(address)), inverseNorms(reinterpret_cast<const float*>(norms)),
              count(count), dimension(dimension), innerProduct(metric == faiss::METRIC_INNER_PRODUCT) {}

    const float* at(int64_t row) const { return rows + row * dimension; }

    float one(const float* query, int64_t row) const {
        const float* vector = at(row);
        if (!innerProduct) return faiss::fvec_L2sqr(query, vector, dimension);
        float product = faiss::fvec_inner_product(query, vector, dimension);
        return inverseNorms ? product * inverseNorms[row] : product;
    }

    // Rows that lie apart, at the same time: one after the other would leave memory idle.
    void four(const float* query, int64_t a, int64_t b, int64_t c, int64_t d, float& ofA, float& ofB, float& ofC,
              float& ofD) const {
        auto kernel = innerProduct ? faiss::fvec_inner_product_batch_4 : faiss::fvec_L2sqr_batch_4;
        kernel(query, at(a), at(b), at(c), at(d), dimension, ofA, ofB, ofC, ofD);
        if (!innerProduct || !inverseNorms) return;
        ofA *= inverseNorms[a];
        ofB *= inverseNorms[b];
        ofC *= inverseNorms[c];
        ofD *= inverseNorms[d];
    }

    void run(const float* query, int64_t from, int64_t length, float* out) const {
        int64_t quarter = length / 4;
        for (int64_t i = 0; i < quarter; i++) {
            int64_t j = i + quarter, k = j + quarter, l = k + quarter;
            four(query, from + i, from + j, from + k, from + l, out[i], out[j], out[k], out[l]);
        }
        for (int64_t i = 4 * quarter; i < length; i++) out[i] = one(query, from + i);
    }

    void run(const float* query, const int* numbers, int64_t n, float* out) const {
        int64_t i = 0;
        for (; i + 4 <= n; i += 4)
            four(query, numbers[i], numbers[i + 1], numbers[i + 2], numbers[i + 3], out[i], out[i + 1], out[i + 2],
                 out[i + 3]);
        for (; i < n; i++) out[i] = one(query, numbers[i]);
    }
};

template <class Order> // faiss::CMin keeps the largest, faiss::CMax the smallest
int64_t flatTop(const FlatRows& flat, const float* query, int64_t k, float* distances, int64_t* ids,
                const Filter& filter) {
    constexpr int64_t BLOCK = 64;
    float block[BLOCK];
    faiss::heap_heapify<Order>(k, distances, ids);
    int64_t seen = 0;
    auto offer = [&](int64_t row, float distance) {
        seen++;
        if (Order::cmp(distances[0], distance)) faiss::heap_replace_top<Order>(k, distances, ids, distance, row);
    };
    faiss::IDSelector* selector = filter.selector();
    for (int64_t from = 0; from < flat.count; from += BLOCK) {
        int64_t length = std::min(BLOCK, flat.count - from);
        uint64_t members = !selector ? ~uint64_t(0) : filter.isBitmap() ? filter.members(from) : 0;
        if (members == ~uint64_t(0)) {
            flat.run(query, from, length, block);
            for (int64_t i = 0; i < length; i++) offer(from + i, block[i]);
        } else if (filter.isBitmap()) {
            for (; members; members &= members - 1) {
                int64_t row = from + __builtin_ctzll(members);
                if (row < flat.count) offer(row, flat.one(query, row));
            }
        } else {
            for (int64_t row = from; row < from + length; row++)
                if (selector->is_member(row)) offer(row, flat.one(query, row));
        }
    }
    faiss::heap_reorder<Order>(k, distances, ids);
    return std::min(seen, k);
}

inline int64_t flatSearch(int64_t address, int64_t count, int dimension, int metric, int64_t inverseNorms,
                          const float* query, int64_t k, float* distances, int64_t* ids, const int64_t* words,
                          int64_t wordCount) {
    FlatRows flat(address, count, dimension, metric, inverseNorms);
    checkRows("query", dimension, 1, query);
    Filter filter(words, wordCount, count);
    return flat.innerProduct
            ? flatTop<faiss::CMin<float, int64_t>>(flat, query, k, distances, ids, filter)
            : flatTop<faiss::CMax<float, int64_t>>(flat, query, k, distances, ids, filter);
}

inline void flatDistances(int64_t address, int64_t count, int dimension, int metric, int64_t inverseNorms,
                          const float* query, const int* rows, int n, float* distances) {
    FlatRows flat(address, count, dimension, metric, inverseNorms);
    checkRows("query", dimension, 1, query);
    for (int i = 0; i < n; i++)
        if (rows[i] < 0 || rows[i] >= count)
            badArgument(format("rows: expected rows from 0 to %lld, got %d", (long long)count, rows[i]));
    flat.run(query, rows, n, distances);
}

} // namespace faissj
