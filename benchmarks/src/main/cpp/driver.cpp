// Faiss from C++, on the same library: what the Java API is compared with. Requests and answers are lines of words
// separated by tabs (see Child.java):
//   load FILE PARAMETERS          ok MB            PARAMETERS as Faiss's ParameterSpace takes them, or -; what the index
//                                                  holds of the allocator
//   work QUERIES K                ok BYTES         what a search of one query reads of codes and centroids, on average
//   search QUERIES NQ CALLS K OUT ok SECONDS       row-major float32 in, the ids of all calls out, one thread's time
//   bandwidth MIB THREADS         ok GB/s          reads of one large array
//   sgemm SIZE THREADS            ok GF/s          OpenBLAS, square matrices
#include <faiss/AutoTune.h>
#include <faiss/Index.h>
#include <faiss/IndexHNSW.h>
#include <faiss/IndexIVF.h>
#include <faiss/IndexPreTransform.h>
#include <faiss/IndexRefine.h>
#include <faiss/index_io.h>
#include <malloc.h>
#include <omp.h>
#include <sys/mman.h>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <memory>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

extern "C" {
void cblas_sgemm(int order, int ta, int tb, int m, int n, int k, float alpha, const float* a, int lda, const float* b, int ldb, float beta, float* c, int ldc);
void openblas_set_num_threads(int threads);
}

namespace {

// Of this thread, on the processor: what others do meanwhile is not in it.
double processorTime() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

template <class T>
std::vector<T> read(const std::string& file) {
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in) throw std::runtime_error("cannot read " + file);
  std::vector<T> values(static_cast<size_t>(in.tellg()) / sizeof(T));
  in.seekg(0);
  in.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
  return values;
}

double search(const faiss::Index& index, const std::string& file, size_t nq, size_t calls, size_t k, const std::string& out) {
  std::vector<float> queries = read<float>(file);
  size_t batches = queries.size() / (nq * index.d);
  std::vector<float> distances(nq * k);
  std::vector<faiss::idx_t> ids(nq * k), all(nq * k * calls);
  double started = processorTime();
  for (size_t i = 0; i < calls; i++) {
    const float* batch = queries.data() + (i % batches) * nq * index.d;
    index.search(static_cast<faiss::idx_t>(nq), batch, static_cast<faiss::idx_t>(k), distances.data(), ids.data());
    std::copy(ids.begin(), ids.end(), all.begin() + static_cast<long>(i * nq * k));
  }
  double seconds = processorTime() - started;
  std::ofstream(out, std::ios::binary).write(reinterpret_cast<const char*>(all.data()), static_cast<std::streamsize>(all.size() * sizeof(faiss::idx_t)));
  return seconds;
}

double allocatedMegabytes() {
  struct mallinfo2 info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd) / 1e6;
}

// How many vectors one query is compared with, on average, by the counters that a search fills.
template <class Stats>
double compared(Stats& stats, const faiss::Index& index, faiss::idx_t nq, const std::vector<float>& queries, faiss::idx_t k) {
  std::vector<float> distances(static_cast<size_t>(nq * k));
  std::vector<faiss::idx_t> ids(distances.size());
  stats.reset();
  index.search(nq, queries.data(), k, distances.data(), ids.data());
  return static_cast<double>(stats.ndis) / static_cast<double>(nq);
}

// Bytes that one query's search reads.
double bytesRead(const faiss::Index& index, const std::vector<float>& queries, faiss::idx_t k) {
  auto nq = static_cast<faiss::idx_t>(queries.size()) / index.d;
  if (auto* transformed = dynamic_cast<const faiss::IndexPreTransform*>(&index)) {
    const float* inside = transformed->apply_chain(nq, queries.data());
    std::vector<float> copy(inside, inside + nq * transformed->index->d);
    if (inside != queries.data()) delete[] inside;
    return bytesRead(*transformed->index, copy, k);
  }
  if (auto* refined = dynamic_cast<const faiss::IndexRefine*>(&index)) {
    auto candidates = static_cast<faiss::idx_t>(static_cast<float>(k) * refined->k_factor);
    return bytesRead(*refined->base_index, queries, candidates) + static_cast<double>(candidates) * static_cast<double>(refined->refine_index->sa_code_size());
  }
  if (auto* lists = dynamic_cast<const faiss::IndexIVF*>(&index)) {
    double centroids = static_cast<double>(lists->nlist * static_cast<size_t>(index.d) * sizeof(float));
    return compared(faiss::indexIVF_stats, index, nq, queries, k) * static_cast<double>(lists->code_size) + centroids;
  }
  if (auto* graph = dynamic_cast<const faiss::IndexHNSW*>(&index)) {
    return compared(faiss::hnsw_stats, index, nq, queries, k) * static_cast<double>(graph->storage->sa_code_size());
  }
  return static_cast<double>(index.ntotal) * static_cast<double>(index.sa_code_size());
}

double bandwidth(size_t mib, int threads) {
  // On huge pages, as an index's arrays are: small ones cost a virtual machine half of its rate.
  constexpr size_t HUGE_PAGE = size_t(2) << 20;
  std::unique_ptr<double, decltype(&free)> data(static_cast<double*>(aligned_alloc(HUGE_PAGE, mib << 20)), free);
  if (!data) throw std::bad_alloc();
  madvise(data.get(), mib << 20, MADV_HUGEPAGE);
  auto n = static_cast<long>((mib << 20) / sizeof(double));
  std::fill_n(data.get(), n, 1.0);
  const double* values = data.get();
  double best = 1e30;
  volatile double sink = 0;
  for (int round = 0; round < 5; round++) {
    double sum = 0, started = now();
#pragma omp parallel for simd num_threads(threads) reduction(+ : sum)
    for (long i = 0; i < n; i++) sum += values[i];
    best = std::min(best, now() - started);
    sink = sum;
  }
  (void)sink;
  return static_cast<double>(n) * sizeof(double) / best / 1e9;
}

double sgemm(int size, int threads) {
  openblas_set_num_threads(threads);
  std::vector<float> a(static_cast<size_t>(size) * size, 0.5f), b(a), c(a);
  double best = 1e30;
  for (int round = 0; round < 5; round++) {
    double started = now();
    cblas_sgemm(101, 111, 111, size, size, size, 1, a.data(), size, b.data(), size, 0, c.data(), size);
    best = std::min(best, now() - started);
  }
  openblas_set_num_threads(1);
  return 2.0 * size * size * size / best / 1e9;
}

}  // namespace

int main() {
  openblas_set_num_threads(1);
  omp_set_num_threads(1);
  std::unique_ptr<faiss::Index> index;
  std::string line;
  while (std::getline(std::cin, line)) {
    std::vector<std::string> words;
    std::stringstream split(line);
    for (std::string word; std::getline(split, word, '\t');) words.push_back(word);
    try {
      if (words.at(0) == "load") {
        index.reset();
        double before = allocatedMegabytes();
        index.reset(faiss::read_index(words.at(1).c_str()));
        if (words.at(2) != "-") faiss::ParameterSpace().set_index_parameters(index.get(), words[2].c_str());
        std::cout << "ok\t" << allocatedMegabytes() - before << std::endl;
      } else if (words[0] == "work" && index) {
        std::cout << "ok\t" << bytesRead(*index, read<float>(words.at(1)), std::stol(words.at(2))) << std::endl;
      } else if (words[0] == "search" && index) {
        double seconds = search(*index, words.at(1), std::stoul(words.at(2)), std::stoul(words.at(3)), std::stoul(words.at(4)), words.at(5));
        std::cout << "ok\t" << seconds << std::endl;
      } else if (words[0] == "bandwidth") {
        std::cout << "ok\t" << bandwidth(std::stoul(words.at(1)), std::stoi(words.at(2))) << std::endl;
      } else if (words[0] == "sgemm") {
        std::cout << "ok\t" << sgemm(std::stoi(words.at(1)), std::stoi(words.at(2))) << std::endl;
      } else {
        std::cout << "error\tunknown request" << std::endl;
      }
    } catch (const std::exception& e) {
      std::cout << "error\t" << e.what() << std::endl;
    }
  }
}
