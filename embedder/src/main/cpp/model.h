// An encoder as the kernels see it, and the way of some texts through it.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace fused {

constexpr int kPhasesALayer = 9;
constexpr int kMostThreads = 4;  // of a batch
constexpr int kTokensTogether = 16;  // rows of a batch are a multiple, so that none needs a kernel of its own

// As FusedLibrary numbers them.
enum class Precision { kFloat32, kBfloat16, kInt8 };
enum class Activation { kGelu, kGeluTanh, kQuickGelu, kRelu };
enum class WeightType { kFloat32, kFloat16, kBfloat16 };

constexpr size_t kLine = 128;  // two, since they are fetched in pairs

// Memory of a model or a batch, freed with it. Lines of their own, so that no two threads share one.
class Memory {
 public:
  Memory() = default;
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() {
    while (first_ != nullptr) {
      Block* next = first_->next;
      free(first_);
      first_ = next;
    }
  }

  // Zeroed memory, or null where there is none.
  template <typename T>
  T* take(size_t count) {
    size_t bytes = (kLine + count * sizeof(T) + kLine - 1) / kLine * kLine;
    Block* block = static_cast<Block*>(aligned_alloc(kLine, bytes));
    if (block == nullptr) {
      refused_ = true;
      return nullptr;
    }
    memset(static_cast<void*>(block), 0, bytes);
    block->next = first_;
    first_ = block;
    return reinterpret_cast<T*>(reinterpret_cast<char*>(block) + kLine);
  }

  // Whether there was ever none.
  bool refused() const { return refused_; }

 private:
  struct Block {
    Block* next;
  };
  Block* first_ = nullptr;
  bool refused_ = false;
};

// y = x W^T + b. The rows of W are the outputs, as the file has them, in the numbers that the kernel multiplies.
struct Linear {
  int in;
  int out;
  int stride;  // numbers from one row to the next
  const void* rows;
  const float* bias;
  const float* scales;  // of each row, where numbers are whole
  const int32_t* shifts;  // what a row adds up to with activations of zero, where numbers are whole
};

struct Norm {
  const float* weight;
  const float* bias;
};

struct Layer {
  Linear projections[3];  // query, key, value
  Linear attentionOutput;
  Norm attentionNorm;
  Linear intermediate;
  Linear output;
  Norm outputNorm;
  Layer* next;
};

struct Kernel;

struct Model {
  const Kernel* kernel;
  int hidden;
  int heads;
  int wide;
  Activation activation;
  int longest;  // sequence, in tokens
  float epsilon;
  Norm embeddingNorm;
  const float* distanceBias;  // [heads][2 longest - 1], by key - query + longest - 1; or null
  int layers;
  Layer* first;
  Layer** last;
  Memory memory;
};

// A part of the work that any number of threads take pieces of. Who comes late finds nothing to do and passes.
struct alignas(kLine) Phase {
  std::atomic<int> next;
  std::atomic<int> done;
};

// Some sequences on their way, one behind the other. Rows are tokens.
struct Batch {
  const Model* model;
  int tokens;
  int sequences;
  int* starts;       // of the sequences, and where the last ends
  float* x;          // [tokens][hidden], what the layer begins with; in the end the result
  float* middle;     // [tokens][hidden], behind attention
  float* sum;        // [tokens][hidden], before a norm
  float* projected;  // [tokens][3 hidden]
  float* attended;   // [tokens][hidden]
  float* expanded;   // [tokens][wide]
  void* narrow;      // [tokens][hidden], x, attended or middle in the kernel's numbers
  void* narrowWide;  // [tokens][wide], expanded in the kernel's numbers
  float* scales;     // [tokens], of the one that was narrowed last
  float* heads[kMostThreads];  // what a thread needs for one head of attention
  std::atomic<int> threads;
  Phase* phases;
  Memory memory;
};

// One kind of numbers on one set of instructions.
struct Kernel {
  // Takes a weight; false where memory is short. Float32 rows that fit are used where they are.
  bool (*pack)(Memory& memory, const void* weight, WeightType type, Linear& linear);
  // Bytes of an activation, and what a row of them is a multiple of.
  size_t bytes;
  int multiple;
  // What the numbers of outputs are multiples of.
  int outputs;
  // Tokens of a list that are best computed together; 0 where libtorch is faster.
  int listTokens;
  // Numbers that a thread needs for one head.
  size_t (*headNumbers)(const Model& model);
  // Takes part until the batch is through. At most kMostThreads threads call it, once each.
  void (*work)(Batch& batch);
};

extern const Kernel kFloat32Avx2;
extern const Kernel kFloat32Avx512;
extern const Kernel kBfloat16Avx512;
extern const Kernel kBfloat16Amx;
extern const Kernel kInt8Avx512;
extern const Kernel kInt8Amx;

}  // namespace fused
