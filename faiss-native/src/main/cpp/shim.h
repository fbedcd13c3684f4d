// What faiss-jni crosses by: one C++ call for one Java call. Only this header is parsed into Java; the headers it includes
// hold the bodies. Every function refuses a caller's mistake before Faiss sees it; errors.h says how a refusal, and
// Faiss's own failure, reach Java. Vectors are row-major float32.
#pragma once

#include <cstdint>
#include <string>

#include <faiss/Index.h>

namespace faissj {

// ---- the library
std::string version();               // Faiss's, as compiled: "1.12.0"
std::string compileOptions();        // "AVX512", "AVX2" or "GENERIC"
void setOpenBlasThreads(int threads); // of the whole process

// ---- an index's life. create and readIndex return an index of the caller's; destroy deletes it.
faiss::Index* create(int dimension, const char* factory, int metric);
faiss::Index* cloneIndex(const faiss::Index* index);
void destroy(faiss::Index* index);
std::string describe(const faiss::Index* index); // describe.h has the format
int64_t idsFrom(const faiss::Index* index);      // the first id an add without ids may give: past every id there

// ---- changes
void train(faiss::Index* index, int64_t n, const float* vectors, int threads);
void add(faiss::Index* index, int64_t n, const float* vectors, int64_t firstId, int threads);
void addWithIds(faiss::Index* index, int64_t n, const float* vectors, const int64_t* ids, int threads);
int64_t upsert(faiss::Index* index, int64_t n, const float* vectors, const int64_t* ids, int threads);
int64_t removeIds(faiss::Index* index, const int64_t* filter, int64_t filterWords);
void checkAdd(const faiss::Index* index, int64_t n, const float* vectors, bool withIds); // what add would refuse
void reset(faiss::Index* index);
void mergeFrom(faiss::Index* index, faiss::Index* other, int64_t addId);
// Sets what settings.h knows by this name, or only says whether it could.
void setParameter(faiss::Index* index, const char* name, double value, bool apply);
// What Faiss's ParameterSpace would try of an index: a line "name=1 2 4" for each parameter.
std::string parameterRanges(const faiss::Index* index);
void renumber(faiss::Index* index, int64_t n, const int* newIds); // of an IVF: id i becomes newIds[i], -1 removes it

// ---- questions. options and filter are the words that options.h and filter.h read.
void search(const faiss::Index* index, int64_t n, const float* queries, int64_t k, float* distances, int64_t* ids,
            const int64_t* options, const int64_t* filter, int64_t filterWords);
void reconstruct(const faiss::Index* index, int64_t n, const int64_t* ids, float* vectors);
void searchAndReconstruct(const faiss::Index* index, int64_t n, const float* queries, int64_t k, float* distances,
                          int64_t* ids, float* vectors, const int64_t* options, const int64_t* filter,
                          int64_t filterWords);
int64_t codeSize(const faiss::Index* index);
void encode(const faiss::Index* index, int64_t n, const float* vectors, signed char* codes, int threads);
void decode(const faiss::Index* index, int64_t n, const signed char* codes, float* vectors, int threads);

// A range search's outcome, in native memory until rangeFree.
struct RangeResult;
RangeResult* rangeSearch(const faiss::Index* index, int64_t n, const float* queries, float radius,
                         const int64_t* options, const int64_t* filter, int64_t filterWords);
int64_t rangeTotal(const RangeResult* result);
void rangeCopy(const RangeResult* result, int64_t* limits, float* distances, int64_t* ids);
void rangeFree(RangeResult* result);

// ---- the lists of an IVF index
int64_t listCount(const faiss::Index* index);
int64_t listSize(const faiss::Index* index, int64_t list);
void listSizes(const faiss::Index* index, int64_t* sizes);
void listIds(const faiss::Index* index, int64_t list, int64_t* ids);
int64_t probes(const faiss::Index* index, const int64_t* options); // how many lists a search by these options visits
void nearestLists(const faiss::Index* index, int64_t n, const float* vectors, int64_t nprobe, float* distances,
                  int64_t* lists, const int64_t* options);
void searchLists(const faiss::Index* index, int64_t n, const float* queries, int64_t k, int64_t nprobe,
                 const float* listDistances, const int64_t* lists, float* distances, int64_t* ids,
                 const int64_t* options, const int64_t* filter, int64_t filterWords);
void centroids(const faiss::Index* index, float* rows);
void setCentroids(faiss::Index* index, const float* rows);
int directMap(const faiss::Index* index); // 0 none, 1 array, 2 hash table
void setDirectMap(faiss::Index* index, int type);
bool hasPrecomputedTable(const faiss::Index* index);
bool setPrecomputedTable(faiss::Index* index, bool wanted); // whether there is one now
int64_t copySubset(const faiss::Index* index, faiss::Index* other, const int64_t* filter, int64_t filterWords);

// ---- bytes: native memory, or a mapped part of a file, that an index is read from
struct Bytes;
Bytes* bytesAllocate(int64_t sizeBytes);
Bytes* bytesMap(const char* path, int64_t offset, int64_t sizeBytes); // read-only; the file must never change
void bytesGrow(Bytes* bytes, int64_t sizeBytes);
void bytesShare(Bytes* bytes); // one more owner
void bytesFree(Bytes* bytes);  // by the last owner
int64_t bytesAddress(const Bytes* bytes);
// Walks the bytes, then reads them; consumes what it has read, so the peak is about one copy.
faiss::Index* readIndex(Bytes* bytes, int64_t sizeBytes);
// Walks the bytes, then reads them without copying where Faiss can; they must outlive the index.
faiss::Index* mapIndex(const Bytes* bytes, int64_t sizeBytes);
// As readIndex, its lists in a file of this folder, mapped read-only.
faiss::Index* readIndexOverLists(Bytes* bytes, int64_t sizeBytes, const char* folder);
// What it maps then.
std::string listsFile(const faiss::Index* index);
int64_t listsAddress(const faiss::Index* index);
int64_t listsBytes(const faiss::Index* index);
faiss::Index* readUnchecked(Bytes* bytes, int64_t sizeBytes);

// What takes an index's bytes as they are written; Java overrides accept.
class Sink {
  public:
    virtual ~Sink() {}
    virtual void accept(int64_t address, int64_t sizeBytes) = 0;
};
void writeIndex(const faiss::Index* index, Sink* sink);
int64_t writtenBytes(const faiss::Index* index);
int64_t memoryBytes(const faiss::Index* index); // memory.h says what is counted
// The lists of so many indexes, given by their addresses, in one file; and the first of them over that file.
void writeLists(const int64_t* indexes, int64_t count, Sink* sink);
void writeIndexOverLists(const int64_t* indexes, int64_t count, const char* listsFile, Sink* sink);
// Graphs (HNSW<links>) whose vectors are rows of the caller's, shared by the graph; written and read without them.
faiss::Index* createGraph(Bytes* rows, int64_t count, int dimension, int metric, const float* inverseNorms,
                          const char* factory);
faiss::Index* readGraph(Bytes* bytes, int64_t sizeBytes, Bytes* rows, int64_t count, int dimension, int metric,
                        const float* inverseNorms);

// ---- a vector transform by itself: factory is one of PCA16, OPQ8_32, RR16, ITQ16, L2norm, Pad64, Center
struct Transform;
Transform* createTransform(int dimension, const char* factory);
void destroyTransform(Transform* transform);
int transformInput(const Transform* transform);
int transformOutput(const Transform* transform);
bool transformTrained(const Transform* transform);
void trainTransform(Transform* transform, int64_t n, const float* vectors, int threads);
void applyTransform(const Transform* transform, int64_t n, const float* vectors, float* out, int threads);
void reverseTransform(const Transform* transform, int64_t n, const float* vectors, float* out, int threads);
Transform* readTransform(Bytes* bytes, int64_t sizeBytes);
void writeTransform(const Transform* transform, Sink* sink);

// ---- vectors in memory, without an index. inverseNorms is an address of count floats, or 0.
int64_t flatSearch(int64_t address, int64_t count, int dimension, int metric, int64_t inverseNorms,
                   const float* query, int64_t k, float* distances, int64_t* ids, const int64_t* filter,
                   int64_t filterWords);
void flatDistances(int64_t address, int64_t count, int dimension, int metric, int64_t inverseNorms,
                   const float* query, const int* rows, int n, float* distances);

} // namespace faissj

#include "operations.h"
#include "queries.h"
#include "describe.h"
#include "files.h"
#include "ivf.h"
#include "flat.h"
#include "graph.h"
#include "lists.h"
#include "memory.h"
#include "transform.h"
