// An encoder as the kernels see it, and the way of some texts through it.
#pragma once
#include <sys/mman.h>

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

// Memory of a model or a batch, freed with it, in huge pages where the system gives some: every weight is read for every
// text, and finding a page takes as long as reading from it. What is taken has lines of its own, so that no two threads
// share one.
class Memory {
 public:
  Memory() = default;
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() {
    while (first_ != nullptr) {
      const Block block = *first_;
      munmap(block.mapped, block.size);
      first_ = block.next;
    }
  }

  // Zeroed memory, or null where there is none.
  template <typename T>
  T* take(size_t count) {
    const size_t bytes = up(count * sizeof(T), kLine);
    if (bytes > left_ && !grow(up(sizeof(Block), kLine) + bytes)) {
      refused_ = true;
      return nullptr;
    }
    void* taken = next_;
    next_ += bytes;
    left_ -= bytes;
    return static_cast<T*>(taken);
  }

  // Whether there was ever none.
  bool refused() const { return refused_; }

 private:
  struct Block {
    Block* next;
    void* mapped;
    size_t size;
  };
  static constexpr size_t kHugePage = 2 << 20;
  static constexpr size_t kBlock = 4 * kHugePage;

  static size_t up(size_t bytes, size_t multiple) { return (bytes + multiple - 1) / multiple * multiple; }

  // Pages of the system's are zero; one huge page more is asked for, so that there is one that begins where it should.
  bool grow(size_t least) {
    const size_t usable = up(least, kBlock);
    const size_t size = usable + kHugePage;
    void* mapped = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) {
      return false;
    }
    char* aligned = reinterpret_cast<char*>(up(reinterpret_cast<size_t>(mapped), kHugePage));
    madvise(aligned, usable, MADV_HUGEPAGE);
    Block* block = reinterpret_cast<Block*>(aligned);
    *block = {first_, mapped, size};
    first_ = block;
    next_ = aligned + up(sizeof(Block), kLine);
    left_ = usable - up(sizeof(Block), kLine);
    return true;
  }

  Block* first_ = nullptr;
  char* next_ = nullptr;
  size_t left_ = 0;
  bool refused_ = false;
};

// y = x W^T + b. The rows of W are the outputs, in the numbers and the order of the kernel.
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
  int hidden;  // as wide a multiple of 16: a line of floats, a tile's outputs
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
  // Takes a weight [out][in]; false where memory is short.
  bool (*pack)(Memory& memory, const void* weight, WeightType type, Linear& linear);
  // Bytes of an activation, and what a row of them is a multiple of.
  size_t bytes;
  int multiple;
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
