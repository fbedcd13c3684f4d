// The crossings of shim.h for indexes over bits. Rows are dimension / 8 bytes; distances are Hamming's, handed out as floats
// (exact up to 2^24, and the largest dimension is 2^20). Where a function of shim.h has the same name, it is the same.
#pragma once

#include <cstdint>
#include <string>

#include <faiss/IndexBinary.h>

#include "shim.h"

namespace faissj {

// factory as index_binary_factory reads it; idMap: 0 none, 1 IDMap, 2 IDMap2 around it, which that does not read.
faiss::IndexBinary* createBinary(int dimension, const char* factory, int idMap);
faiss::IndexBinary* cloneIndex(const faiss::IndexBinary* index);
void destroy(faiss::IndexBinary* index);
std::string describe(const faiss::IndexBinary* index);
int64_t idsFrom(const faiss::IndexBinary* index);

// ---- changes
void train(faiss::IndexBinary* index, int64_t n, const uint8_t* vectors, int threads);
void add(faiss::IndexBinary* index, int64_t n, const uint8_t* vectors, int64_t firstId, int threads);
void addWithIds(faiss::IndexBinary* index, int64_t n, const uint8_t* vectors, const int64_t* ids, int threads);
int64_t removeIds(faiss::IndexBinary* index, const int64_t* filter, int64_t filterWords);
void reset(faiss::IndexBinary* index);
void mergeFrom(faiss::IndexBinary* index, faiss::IndexBinary* other, int64_t addId);
void setParameter(faiss::IndexBinary* index, const char* name, double value, bool apply);
void setFlips(faiss::IndexBinary* index, int flips); // nflip of a hash index, written in its file

// ---- questions
void search(const faiss::IndexBinary* index, int64_t n, const uint8_t* queries, int64_t k, float* distances, int64_t* ids,
            const int64_t* options, const int64_t* filter, int64_t filterWords);
void reconstruct(const faiss::IndexBinary* index, int64_t n, const int64_t* ids, uint8_t* vectors);
RangeResult* rangeSearch(const faiss::IndexBinary* index, int64_t n, const uint8_t* queries, int radius,
                         const int64_t* options, const int64_t* filter, int64_t filterWords);

// ---- bytes
faiss::IndexBinary* readBinary(Bytes* bytes, int64_t sizeBytes);
faiss::IndexBinary* mapBinary(const Bytes* bytes, int64_t sizeBytes);
void writeIndex(const faiss::IndexBinary* index, Sink* sink);
int64_t memoryBytes(const faiss::IndexBinary* index);

} // namespace faissj

#include "binary.h"
#include "settings.h"
