// A vector transform by itself, as it stands in front of an index: made, trained, applied and kept in a file.
#pragma once

#include <faiss/VectorTransform.h>

#include "files.h"

namespace faissj {

struct Transform {
    std::unique_ptr<faiss::VectorTransform> of;
};

inline Transform* transformOwned(faiss::VectorTransform* made) {
    return new Transform{std::unique_ptr<faiss::VectorTransform>(made)};
}

// The factory of indexes is the only one that there is; a centring transform has no word in it.
inline Transform* createTransform(int dimension, const char* factory) {
    useThreads(1);
    if (std::string(factory) == "Center") return transformOwned(new faiss::CenteringTransform(dimension));
    std::unique_ptr<faiss::Index> index(faiss::index_factory(dimension, (std::string(factory) + ",Flat").c_str()));
    auto chain = dynamic_cast<faiss::IndexPreTransform*>(index.get());
    if (!chain || chain->chain.size() != 1) badArgument(format("factory: expected one transform, got %s", factory));
    faiss::VectorTransform* made = chain->chain[0];
    chain->chain.clear();
    return transformOwned(made);
}
inline void destroyTransform(Transform* transform) { delete transform; }

inline int transformInput(const Transform* transform) { return transform->of->d_in; }
inline int transformOutput(const Transform* transform) { return transform->of->d_out; }
inline bool transformTrained(const Transform* transform) { return transform->of->is_trained; }

inline void trainTransform(Transform* transform, int64_t n, const float* vectors, int threads) {
    useThreads(threads);
    checkRows("vectors", transform->of->d_in, n, vectors);
    transform->of->train(n, vectors);
}

inline void applyTransform(const Transform* transform, int64_t n, const float* vectors, float* out, int threads) {
    useThreads(threads);
    checkRows("vectors", transform->of->d_in, n, vectors);
    transform->of->apply_noalloc(n, vectors, out);
}

inline void reverseTransform(const Transform* transform, int64_t n, const float* vectors, float* out, int threads) {
    useThreads(threads);
    checkRows("vectors", transform->of->d_out, n, vectors);
    auto linear = dynamic_cast<const faiss::LinearTransform*>(transform->of.get());
    if ((linear && !linear->is_orthonormal) || dynamic_cast<const faiss::ITQTransform*>(transform->of.get()))
        unsupported("reverse: only a rotation can be undone, and this matrix is none");
    transform->of->reverse_transform(n, vectors, out);
}

inline Transform* readTransform(Bytes* bytes, int64_t sizeBytes) {
    if (sizeBytes < 0 || sizeBytes > bytes->size) badArgument("size: expected at most what was allocated");
    try {
        prewalk::Bytes in(bytes->data, sizeBytes);
        prewalk::Transform walked = prewalk::transform(in, 0);
        in.kind = walked.kind;
        in.require(walked.gain < prewalk::kMaxGain, "squared norm of the matrix", "below 1e20", walked.gain);
        in.require(in.left() == 0, "bytes after the transform", "0", in.left());
    } catch (const std::runtime_error& refusal) {
        badFormat(refusal.what());
    }
    ConsumingReader reader(bytes, sizeBytes);
    return transformOwned(faiss::read_VectorTransform(&reader));
}

inline void writeTransform(const Transform* transform, Sink* sink) {
    SinkWriter writer(sink);
    faiss::write_VectorTransform(transform->of.get(), &writer);
    writer.finish();
}

} // namespace faissj
