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

    float one(const float* query, int64_t row) const {
        const float* vector = rows + row * dimension;
        if (!innerProduct) return faiss::fvec_L2sqr(query, vector, dimension);
        float product = faiss::fvec_inner_product(query, vector, dimension);
        return inverseNorms ? product * inverseNorms[row] : product;
    }

    void run(const float* query, int64_t from, int64_t length, float* out) const {
        const float* start = rows + from * dimension;
        if (!innerProduct) {
            faiss::fvec_L2sqr_ny(out, query, start, dimension, length);
            return;
        }
        faiss::fvec_inner_products_ny(out, query, start, dimension, length);
        if (inverseNorms)
            for (int64_t i = 0; i < length; i++) out[i] *= inverseNorms[from + i];
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
    for (int i = 0; i < n; i++) distances[i] = flat.one(query, rows[i]);
}

} // namespace faissj
