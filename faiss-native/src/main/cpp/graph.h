// A graph whose vectors lie outside it: in a flat file, mapped or in memory, where they are needed anyway. Faiss writes
// such a graph without its storage; here it is put back when the graph is read.
#pragma once

#include <faiss/IndexHNSW.h>
#include <faiss/impl/DistanceComputer.h>

#include "files.h"
#include "flat.h"

namespace faissj {

// The rows as an index that measures and gives back single vectors. Adding one only counts it: it is there already.
struct RowStorage : faiss::Index {
    FlatRows flat;
    std::vector<float> inverseNorms;
    Bytes* bytes;

    RowStorage(Bytes* bytes, int64_t count, int dimension, int metric, const float* norms)
            : faiss::Index(dimension, faiss::MetricType(metric)), flat(bytesAddress(bytes), count, dimension, metric, 0),
              bytes(bytes) {
        if (metric != faiss::METRIC_INNER_PRODUCT && metric != faiss::METRIC_L2)
            badArgument("metric: expected L2 or INNER_PRODUCT");
        if (count > bytes->size / int64_t(dimension * sizeof(float))) badArgument("rows: expected as many as the bytes hold");
        if (norms) inverseNorms.assign(norms, norms + count);
        flat.inverseNorms = norms ? inverseNorms.data() : nullptr;
        is_trained = true;
        bytesShare(bytes);
    }
    RowStorage(const RowStorage&) = delete;
    ~RowStorage() override { bytesFree(bytes); }

    void add(faiss::idx_t n, const float*) override {
        if (n > flat.count - ntotal)
            badState(format("add: expected at most %lld vectors, which the rows hold, got %lld", (long long)flat.count,
                            (long long)(ntotal + n)));
        ntotal += n;
    }
    void reset() override { ntotal = 0; }
    void search(faiss::idx_t, const float*, faiss::idx_t, float*, faiss::idx_t*,
                const faiss::SearchParameters*) const override {
        unsupported("search: rows are searched through their graph");
    }
    void reconstruct(faiss::idx_t key, float* out) const override {
        if (key < 0 || key >= ntotal) badArgument(format("id: expected one in the index, got %lld", (long long)key));
        memcpy(out, flat.rows + key * d, d * sizeof(float));
        if (flat.inverseNorms)
            for (int i = 0; i < d; i++) out[i] *= flat.inverseNorms[key];
    }
    faiss::DistanceComputer* get_distance_computer() const override;
};

// What is not a number, from rows that were damaged, is the worst distance: a graph's queues cannot order it.
struct RowDistances : faiss::DistanceComputer {
    const FlatRows& flat;
    const float* query = nullptr;
    explicit RowDistances(const FlatRows& flat) : flat(flat) {}
    float ordered(float distance) const {
        return std::isfinite(distance) ? distance : flat.innerProduct ? -FLT_MAX : FLT_MAX;
    }
    void set_query(const float* x) override { query = x; }
    float operator()(faiss::idx_t i) override { return ordered(flat.one(query, i)); }
    float symmetric_dis(faiss::idx_t i, faiss::idx_t j) override {
        float distance = flat.one(flat.rows + j * flat.dimension, i);
        return ordered(flat.inverseNorms ? distance * flat.inverseNorms[j] : distance);
    }
    void distances_batch_4(const faiss::idx_t i0, const faiss::idx_t i1, const faiss::idx_t i2, const faiss::idx_t i3,
                           float& d0, float& d1, float& d2, float& d3) override {
        const size_t d = flat.dimension;
        const float *r0 = flat.rows + i0 * d, *r1 = flat.rows + i1 * d, *r2 = flat.rows + i2 * d, *r3 = flat.rows + i3 * d;
        if (flat.innerProduct) faiss::fvec_inner_product_batch_4(query, r0, r1, r2, r3, d, d0, d1, d2, d3);
        else faiss::fvec_L2sqr_batch_4(query, r0, r1, r2, r3, d, d0, d1, d2, d3);
        if (const float* norms = flat.inverseNorms) d0 *= norms[i0], d1 *= norms[i1], d2 *= norms[i2], d3 *= norms[i3];
        d0 = ordered(d0), d1 = ordered(d1), d2 = ordered(d2), d3 = ordered(d3);
    }
};

inline faiss::DistanceComputer* RowStorage::get_distance_computer() const { return new RowDistances(flat); }

inline void replaceStorage(faiss::IndexHNSW* graph, faiss::Index* storage) {
    if (graph->own_fields) delete graph->storage;
    graph->storage = storage;
    graph->own_fields = true;
}

inline faiss::Index* createGraph(Bytes* rows, int64_t count, int dimension, int metric, const float* inverseNorms,
                                 const char* factory) {
    std::unique_ptr<faiss::Index> index(create(dimension, factory, metric));
    auto graph = dynamic_cast<faiss::IndexHNSWFlat*>(index.get());
    if (!graph || graph->ntotal != 0) unsupported(std::string("graph over rows: expected HNSW<links>, got ") + factory);
    replaceStorage(graph, new RowStorage(rows, count, dimension, metric, inverseNorms));
    return index.release();
}

inline faiss::Index* readGraph(Bytes* bytes, int64_t sizeBytes, Bytes* rows, int64_t count, int dimension, int metric,
                               const float* inverseNorms) {
    prewalk::Summary summary = walked(bytes, sizeBytes, nullptr, true);
    if (summary.kinds != "IHNf>null") badFormat("file: expected a graph without its storage, got " + summary.kinds);
    if (summary.d != dimension || summary.ntotal != count || summary.metric != metric)
        badFormat(format("graph: expected dimension=%d, count=%lld, metric=%d, got %lld, %lld, %d", dimension,
                         (long long)count, metric, (long long)summary.d, (long long)summary.ntotal, summary.metric));
    auto storage = std::make_unique<RowStorage>(rows, count, dimension, metric, inverseNorms);
    storage->ntotal = count;
    ConsumingReader reader(bytes, sizeBytes);
    std::unique_ptr<faiss::Index> index(readFrom(&reader, sizeBytes, summary.kinds));
    replaceStorage(dynamic_cast<faiss::IndexHNSW*>(index.get()), storage.release());
    return index.release();
}

inline bool isOverRows(const faiss::Index* index) {
    auto graph = dynamic_cast<const faiss::IndexHNSW*>(index);
    return graph && dynamic_cast<const RowStorage*>(graph->storage);
}

inline faiss::Index* cloneIndex(const faiss::Index* index) {
    if (isOverRows(index)) unsupported("copy: a graph over rows cannot be copied; write and read it");
    return faiss::clone_index(index);
}

} // namespace faissj
