// What dev.faissjvm.embedder.fused.FusedLibrary calls; the contract stands there.
#include <jni.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <new>

#include "model.h"

namespace fused {
namespace {

// Without the C++ library, so that it need not be there.
template <typename T>
T* create() {
  void* memory = calloc(1, sizeof(T));
  return memory == nullptr ? nullptr : new (memory) T();
}

template <typename T>
void destroy(T* object) {
  object->~T();
  free(object);
}

// Linux gives the registers of AMX to those who ask.
bool mayUseTiles() {
  constexpr long kAsk = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr long kTileData = 18;
  return syscall(SYS_arch_prctl, kAsk, kTileData) == 0;
}

enum Instructions { kNone, kAvx2, kAvx512, kAmx };
int most = kAmx;

const Kernel* kernelFor(jint number) {
  const Precision precision = static_cast<Precision>(number);
  if (most < kAvx2 || !__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") ||
      !__builtin_cpu_supports("f16c")) {
    return nullptr;
  }
  if (most < kAvx512 || !__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512dq") ||
      !__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512vl")) {
    return precision == Precision::kFloat32 ? &kFloat32Avx2 : nullptr;
  }
  switch (precision) {
    case Precision::kFloat32:
      return &kFloat32Avx512;
    case Precision::kBfloat16:
      if (most >= kAmx && __builtin_cpu_supports("amx-bf16") && mayUseTiles()) {
        return &kBfloat16Amx;
      }
      return __builtin_cpu_supports("avx512bf16") ? &kBfloat16Avx512 : nullptr;
    case Precision::kInt8:
      if (most >= kAmx && __builtin_cpu_supports("amx-int8") && mayUseTiles()) {
        return &kInt8Amx;
      }
      return __builtin_cpu_supports("avx512vnni") ? &kInt8Avx512 : nullptr;
  }
  return nullptr;
}

// The numbers of one array, handed out one vector after the other.
class Small {
 public:
  Small(JNIEnv* env, jfloatArray array, Memory& memory) {
    jsize count = env->GetArrayLength(array);
    next_ = memory.take<float>(count);
    if (next_ != nullptr) {
      env->GetFloatArrayRegion(array, 0, count, next_);
    }
  }
  const float* vector(int count) {
    const float* vector = next_;
    next_ += count;
    return vector;
  }
  Norm norm(int count) {
    const float* weight = vector(count);
    return {weight, vector(count)};
  }

 private:
  float* next_;
};

Model* model(jlong handle) { return reinterpret_cast<Model*>(handle); }
Batch* batch(jlong handle) { return reinterpret_cast<Batch*>(handle); }

int phases(const Model& model) { return 1 + kPhasesALayer * model.layers; }

bool addLayer(JNIEnv* env, Model& model, jobjectArray weights, jintArray types, jfloatArray vectors) {
  Layer* layer = model.memory.take<Layer>(1);
  Small small(env, vectors, model.memory);
  if (model.memory.refused()) {
    return false;
  }
  const int hidden = model.hidden;
  const int wide = model.wide;
  Linear* linears[] = {&layer->projections[0], &layer->projections[1], &layer->projections[2],
                       &layer->attentionOutput, &layer->intermediate, &layer->output};
  jint type[6];
  env->GetIntArrayRegion(types, 0, 6, type);
  for (int i = 0; i < 6; i++) {
    Linear& linear = *linears[i];
    linear.in = i == 5 ? wide : hidden;
    linear.out = i == 4 ? wide : hidden;
    linear.bias = small.vector(linear.out);
    jobject buffer = env->GetObjectArrayElement(weights, i);
    const void* address = env->GetDirectBufferAddress(buffer);
    env->DeleteLocalRef(buffer);
    if (!model.kernel->pack(model.memory, address, static_cast<WeightType>(type[i]), linear)) {
      return false;
    }
  }
  layer->attentionNorm = small.norm(hidden);
  layer->outputNorm = small.norm(hidden);
  *model.last = layer;
  model.last = &layer->next;
  model.layers++;
  return true;
}

Batch* newBatch(const Model& model, int tokens) {
  Batch* batch = create<Batch>();
  if (batch == nullptr) {
    return nullptr;
  }
  Memory& memory = batch->memory;
  const size_t rows = (static_cast<size_t>(tokens) + kTokensTogether - 1) / kTokensTogether * kTokensTogether;
  const size_t hidden = model.hidden;
  const size_t wide = model.wide;
  const Kernel& kernel = *model.kernel;
  batch->model = &model;
  batch->starts = memory.take<int>(rows + 1);
  batch->x = memory.take<float>(rows * hidden);
  batch->middle = memory.take<float>(rows * hidden);
  batch->sum = memory.take<float>(rows * hidden);
  batch->projected = memory.take<float>(rows * 3 * hidden);
  batch->attended = memory.take<float>(rows * hidden);
  batch->expanded = memory.take<float>(rows * wide);
  batch->narrow = memory.take<char>(rows * (hidden + kernel.multiple) * kernel.bytes);
  batch->narrowWide = memory.take<char>(rows * (wide + kernel.multiple) * kernel.bytes);
  batch->scales = memory.take<float>(rows);
  batch->phases = memory.take<Phase>(phases(model));
  for (float*& head : batch->heads) {
    head = memory.take<float>(kernel.headNumbers(model));
  }
  if (memory.refused()) {
    destroy(batch);
    return nullptr;
  }
  return batch;
}

}  // namespace
}  // namespace fused

using namespace fused;

#define FUSED(type, name) extern "C" JNIEXPORT type JNICALL Java_dev_faissjvm_embedder_fused_FusedLibrary_##name

FUSED(void, limit)(JNIEnv*, jclass, jint instructions) { most = instructions; }

FUSED(jboolean, computes)(JNIEnv*, jclass, jint precision) { return kernelFor(precision) != nullptr; }

FUSED(jint, listTokens)(JNIEnv*, jclass, jint precision) { return kernelFor(precision)->listTokens; }

FUSED(jlong, newModel)
(JNIEnv* env, jclass, jint precision, jintArray sizes, jfloat epsilon, jfloatArray embeddingNorm, jfloatArray distanceBias) {
  Model* model = create<Model>();
  if (model == nullptr) {
    return 0;
  }
  jint size[5];
  env->GetIntArrayRegion(sizes, 0, 5, size);
  model->kernel = kernelFor(precision);
  model->hidden = size[0];
  model->heads = size[1];
  model->wide = size[2];
  model->activation = static_cast<Activation>(size[3]);
  model->longest = size[4];
  model->epsilon = epsilon;
  model->last = &model->first;
  Small norm(env, embeddingNorm, model->memory);
  Small bias(env, distanceBias, model->memory);
  if (model->memory.refused()) {
    destroy(model);
    return 0;
  }
  model->embeddingNorm = norm.norm(model->hidden);
  model->distanceBias = env->GetArrayLength(distanceBias) == 0 ? nullptr : bias.vector(0);
  return reinterpret_cast<jlong>(model);
}

FUSED(jboolean, addLayer)(JNIEnv* env, jclass, jlong handle, jobjectArray weights, jintArray types, jfloatArray vectors) {
  return addLayer(env, *model(handle), weights, types, vectors);
}

FUSED(void, freeModel)(JNIEnv*, jclass, jlong handle) { destroy(model(handle)); }

FUSED(jlong, newBatch)(JNIEnv*, jclass, jlong handle, jint tokens) {
  return reinterpret_cast<jlong>(newBatch(*model(handle), tokens));
}

FUSED(void, begin)(JNIEnv* env, jclass, jlong handle, jfloatArray embeddings, jintArray lengths) {
  Batch& b = *batch(handle);
  b.sequences = env->GetArrayLength(lengths);
  env->GetIntArrayRegion(lengths, 0, b.sequences, b.starts + 1);
  for (int i = 1; i <= b.sequences; i++) {
    b.starts[i] += b.starts[i - 1];
  }
  b.tokens = b.starts[b.sequences];
  env->GetFloatArrayRegion(embeddings, 0, env->GetArrayLength(embeddings), b.x);
  b.threads.store(0, std::memory_order_relaxed);
  for (int i = 0; i < phases(*b.model); i++) {
    b.phases[i].next.store(0, std::memory_order_relaxed);
    b.phases[i].done.store(0, std::memory_order_relaxed);
  }
}

FUSED(void, work)(JNIEnv*, jclass, jlong handle) {
  Batch& b = *batch(handle);
  b.model->kernel->work(b);
}

FUSED(void, end)(JNIEnv* env, jclass, jlong handle, jfloatArray rows) {
  env->SetFloatArrayRegion(rows, 0, env->GetArrayLength(rows), batch(handle)->x);
}

FUSED(void, freeBatch)(JNIEnv*, jclass, jlong handle) { destroy(batch(handle)); }
