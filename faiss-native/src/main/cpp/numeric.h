// K-means, nearest rows and distances over plain rows, by Faiss's own functions, each checked first.
#pragma once

#include <algorithm>
#include <numeric>

#include <faiss/Clustering.h>
#include <faiss/IndexFlat.h>
#include <faiss/utils/extra_distances.h>

#include "operations.h"

namespace faissj {

enum KMeansSetting { ITERATIONS, REDOS, SPHERICAL, SEED, MIN_POINTS, MAX_POINTS, KMEANS_THREADS, INTEGER, FROZEN };

// An empty cluster takes over half of another one, drawn with a chance that grows with the weight above 1: with less weight
// than that, Faiss would draw for ever. Whatever sample it takes must weigh enough.
inline void checkWeights(const float* weights, int64_t n, int64_t sampled, int64_t k) {
    for (int64_t i = 0; i < n; i++)
        if (!(weights[i] >= 0 && weights[i] < 1e6f))
            badArgument(format("weights: expected 0 to 1e6, got %g; row=%lld", double(weights[i]), (long long)i));
    std::vector<float> sorted(weights, weights + n);
    std::nth_element(sorted.begin(), sorted.begin() + (sampled - 1), sorted.end());
    double least = std::accumulate(sorted.begin(), sorted.begin() + sampled, 0.0);
    if (least < 2.0 * k)
        badArgument(format("weights: expected any %lld of them to sum to at least twice the centroids, got %g; multiply all "
                           "by one factor", (long long)sampled, least));
}

// The best of several attempts is the one below infinity: with none, Faiss would read centroids that are not there.
inline void checkObjective(int dimension, int64_t n, const float* vectors) {
    double most = 0;
    for (int64_t i = 0; i < n; i++) most += 4.0 * faiss::fvec_norm_L2sqr(vectors + i * dimension, dimension);
    if (most >= FLT_MAX)
        badArgument(format("vectors: expected squared norms that add up to less than %g for redo, got %g", FLT_MAX / 4, most / 4));
}

// Where rows go to frozen centroids, an empty cluster may find no other one to split, and Faiss would draw for ever: each
// assignment is looked at before that.
struct FrozenFirst : faiss::IndexFlat {
    int64_t frozen;
    FrozenFirst(int dimension, faiss::MetricType metric, int64_t frozen) : IndexFlat(dimension, metric), frozen(frozen) {}
    void search(int64_t n, const float* rows, int64_t k, float* distances, int64_t* labels,
                const faiss::SearchParameters* parameters) const override {
        IndexFlat::search(n, rows, k, distances, labels, parameters);
        std::vector<int64_t> sizes(ntotal);
        for (int64_t i = 0; i < n; i++) sizes[labels[i]]++;
        int64_t left = std::accumulate(sizes.begin() + frozen, sizes.end(), int64_t(0));
        if (std::count(sizes.begin() + frozen, sizes.end(), 0) > 0 && left < 2 * (ntotal - frozen))
            badArgument(format("vectors: expected two rows for each of %lld centroids that are not frozen, got %lld in all; "
                               "the frozen ones are nearer to the others", (long long)(ntotal - frozen), (long long)left));
    }
};

inline int64_t kmeans(int64_t n, int dimension, const float* vectors, const float* weights, int64_t weightCount, int64_t k,
                      const float* initial, int64_t initialCount, const int* settings, float* centroids,
                      float* objectives) {
    useThreads(settings[KMEANS_THREADS]);
    if (n < k)
        badArgument(format("vectors: expected at least as many rows as centroids, got %lld; centroids=%lld", (long long)n,
                           (long long)k));
    checkRows("vectors", dimension, n, vectors);
    checkRows("initial centroids", dimension, initialCount, initial);
    if (settings[REDOS] > 1) checkObjective(dimension, n, vectors);
    faiss::ClusteringParameters parameters;
    parameters.niter = settings[ITERATIONS];
    parameters.nredo = settings[REDOS];
    parameters.spherical = settings[SPHERICAL];
    parameters.seed = settings[SEED];
    parameters.min_points_per_centroid = settings[MIN_POINTS];
    parameters.max_points_per_centroid = settings[MAX_POINTS];
    parameters.int_centroids = settings[INTEGER];
    parameters.frozen_centroids = settings[FROZEN];
    int64_t sampled = std::min<int64_t>(n, k * parameters.max_points_per_centroid);
    if (settings[FROZEN] && weightCount > 0) badArgument("weights: expected none with frozen centroids");
    if (settings[FROZEN] && sampled == k) // Faiss would take the rows as the centroids
        badArgument(format("vectors: expected more rows than centroids where some are frozen, got %lld", (long long)sampled));
    if (weightCount > 0) checkWeights(weights, n, sampled, k);
    faiss::Clustering clustering(dimension, k, parameters);
    clustering.centroids.assign(initial, initial + initialCount * dimension);
    auto metric = parameters.spherical ? faiss::METRIC_INNER_PRODUCT : faiss::METRIC_L2;
    faiss::IndexFlat plain(dimension, metric);
    FrozenFirst frozen(dimension, metric, initialCount);
    faiss::Index& index = settings[FROZEN] ? frozen : plain;
    clustering.train(n, vectors, index, weightCount > 0 ? weights : nullptr);
    std::copy_n(clustering.centroids.begin(), k * dimension, centroids);
    for (const auto& iteration : clustering.iteration_stats) *objectives++ = iteration.obj;
    return clustering.iteration_stats.size();
}

// Missing values are what two metrics are for: there NaN passes, as in Faiss, and infinity does not.
inline void checkFor(int metric, const char* name, int dimension, int64_t n, const float* rows) {
    if (metric != faiss::METRIC_NaNEuclidean && metric != faiss::METRIC_GOWER) {
        checkRows(name, dimension, n, rows);
        return;
    }
    for (int64_t i = 0; i < n * dimension; i++)
        if (std::fabs(rows[i]) > 1e18f)
            badArgument(format("%s: expected components under 1e18 or missing, got %g; row=%lld", name, double(rows[i]),
                               (long long)(i / dimension)));
}

inline void nearest(int64_t n, const float* queries, int64_t count, const float* vectors, int dimension, int metric,
                    float argument, int64_t k, float* distances, int64_t* ids, int threads) {
    useThreads(threads);
    checkFor(metric, "queries", dimension, n, queries);
    checkFor(metric, "vectors", dimension, count, vectors);
    auto type = faiss::MetricType(metric);
    std::fill_n(distances, n * k, faiss::is_similarity_metric(type) ? -FLT_MAX : FLT_MAX);
    std::fill_n(ids, n * k, -1);
    int64_t found = std::min(k, count);
    std::vector<float> foundDistances(n * found);
    std::vector<int64_t> foundIds(n * found);
    if (type == faiss::METRIC_L2)
        faiss::knn_L2sqr(queries, vectors, dimension, n, count, found, foundDistances.data(), foundIds.data());
    else if (type == faiss::METRIC_INNER_PRODUCT)
        faiss::knn_inner_product(queries, vectors, dimension, n, count, found, foundDistances.data(), foundIds.data());
    else
        faiss::knn_extra_metrics(queries, vectors, dimension, n, count, type, argument, found, foundDistances.data(),
                                 foundIds.data());
    for (int64_t i = 0; i < n; i++) {
        std::copy_n(&foundDistances[i * found], found, distances + i * k);
        std::copy_n(&foundIds[i * found], found, ids + i * k);
    }
}

inline void pairwise(int64_t n, const float* queries, int64_t count, const float* vectors, int dimension, int metric,
                     float argument, float* distances, int threads) {
    useThreads(threads);
    checkFor(metric, "queries", dimension, n, queries);
    checkFor(metric, "vectors", dimension, count, vectors);
    if (metric == faiss::METRIC_L2) faiss::pairwise_L2sqr(dimension, n, queries, count, vectors, distances);
    else faiss::pairwise_extra_distances(dimension, n, queries, count, vectors, faiss::MetricType(metric), argument, distances);
}

} // namespace faissj
