// The crossings that need no index: k-means, nearest rows and distances of rows in the caller's memory.
#pragma once

#include <cstdint>

#include "shim.h"

namespace faissj {

// settings: niter, nredo, spherical, seed, min_points_per_centroid, max_points_per_centroid, threads, int_centroids,
// frozen_centroids. Writes k centroids and
// the objective of each iteration; returns how many iterations there were (one if n is k).
int64_t kmeans(int64_t n, int dimension, const float* vectors, const float* weights, int64_t weightCount, int64_t k,
               const float* initial, int64_t initialCount, const int* settings, float* centroids, float* objectives);

// argument is the power of METRIC_Lp.
void nearest(int64_t n, const float* queries, int64_t count, const float* vectors, int dimension, int metric,
             float argument, int64_t k, float* distances, int64_t* ids, int threads);
void pairwise(int64_t n, const float* queries, int64_t count, const float* vectors, int dimension, int metric,
              float argument, float* distances, int threads);

} // namespace faissj

#include "numeric.h"
