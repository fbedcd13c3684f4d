#pragma once
// What one index of the file tells the index around it, and what the index around it demands.
//
// Faiss nests indexes (an IDMap around a PreTransform around an IVF around its coarse quantizer). Whether
// a number is safe often depends on the outside: the ids of an IVF may be any 64-bit number, unless an
// IDMap uses them as positions in its own array. Role carries such demands inwards, Shape the facts
// outwards.
//
// Index header (read_index_header): i32 d, i64 ntotal, 2 x i64 unused, u8 is_trained, i32 metric,
// [f32 metric_arg if metric > 1]. Binary: i32 d, i32 code_size, i64 ntotal, u8 is_trained, i32 metric.

#include "bytes.h"

namespace faissj::prewalk {

constexpr int kMaxDepth = 8;
constexpr int64_t kMaxDimension = int64_t{1} << 20;
constexpr int64_t kMaxTotal = int64_t{1} << 40;
constexpr int64_t kMaxLists = int64_t{1} << 28;

/// Metric numbers of Faiss 1.12.0 (MetricType.h).
enum Metric : int { kInnerProduct = 0, kL2 = 1, kLp = 4, kCanberra = 20, kGower = 25 };

struct Role {
    int depth = 0;
    /// The ids this index returns are used as positions in an array of its ntotal entries.
    bool positions = false;
    /// Distances to what this index holds have to be finite numbers: see magnitudes.h.
    bool measured = false;
    /// The vectors of a flat graph may be left out: the caller has them.
    bool rows_outside = false;

    Role inside() const {
        Role inner = *this;
        inner.depth++;
        inner.rows_outside = false;
        return inner;
    }

    Role inside_as_positions() const {
        Role inner = inside();
        inner.positions = true;
        return inner;
    }

    Role as_storage() const {
        Role inner = inside();
        inner.measured = true;
        return inner;
    }

    Role as_quantizer() const {
        Role inner;
        inner.depth = depth + 1;
        inner.positions = true;
        inner.measured = true;
        return inner;
    }
};

struct Shape {
    /// Fourccs from the outside in, joined by '>'; where an index holds two, the second follows '|'.
    std::string kinds;
    int64_t d = 0;
    int64_t ntotal = 0;
    int metric = 0;
    bool trained = false;
    /// reconstruct() works by position and does not throw; needed where Faiss calls it in a parallel region.
    bool reconstructs = false;
    /// get_distance_computer() does not throw; needed for storage of graphs and as a refine index.
    bool random_access = false;
    /// Inverted lists, when this index is an IVF; else 0.
    uint64_t nlist = 0;
    /// Parts of a multi-index quantizer; else 0.
    uint64_t parts = 0;
    /// Most that transforms on the way multiply a squared norm by; at least 1.
    double gain = 1;

    std::string kind() const {
        return kinds.substr(0, 4);
    }

    void contain(const Shape& inner) {
        kinds += ">" + inner.kinds;
        gain *= inner.gain;
    }

    void contain_second(const Shape& inner) {
        kinds += "|" + inner.kinds;
        gain *= inner.gain;
    }
};

/// Sets the kind in messages for one scope, and refuses a nesting that is too deep.
class KindScope {
   public:
    KindScope(Bytes& in, const std::string& kind, int depth) : in_(in), outer_(in.kind) {
        in.within("nesting", depth, 0, kMaxDepth - 1);
        in.kind = kind;
    }

    ~KindScope() {
        in_.kind = outer_;
    }

    KindScope(const KindScope&) = delete;
    KindScope& operator=(const KindScope&) = delete;

   private:
    Bytes& in_;
    std::string outer_;
};

inline bool known_metric(int64_t metric) {
    return (metric >= kInnerProduct && metric <= kLp) || (metric >= kCanberra && metric <= kGower);
}

inline Shape header(Bytes& in) {
    Shape shape;
    shape.kinds = in.kind;
    shape.d = in.get<int32_t>("d");
    shape.ntotal = in.get<int64_t>("ntotal");
    in.get<int64_t>("header padding");
    in.get<int64_t>("header padding");
    shape.trained = in.flag("is_trained");
    shape.metric = in.get<int32_t>("metric");
    in.require(known_metric(shape.metric), "metric", "0 to 4 or 20 to 25", shape.metric);
    if (shape.metric > 1) {
        in.get<float>("metric_arg");
    }
    in.within("d", shape.d, 1, kMaxDimension);
    in.within("ntotal", shape.ntotal, 0, kMaxTotal - 1);
    return shape;
}

/// A header of a kind that knows inner product and L2 only: others throw inside parallel regions.
inline Shape header_ip_or_l2(Bytes& in) {
    Shape shape = header(in);
    in.within("metric", shape.metric, kInnerProduct, kL2);
    return shape;
}

inline Shape binary_header(Bytes& in) {
    Shape shape;
    shape.kinds = in.kind;
    shape.d = in.get<int32_t>("d");
    int32_t code_size = in.get<int32_t>("code_size");
    shape.ntotal = in.get<int64_t>("ntotal");
    shape.trained = in.flag("is_trained");
    shape.metric = in.get<int32_t>("metric");
    in.within("d", shape.d, 8, kMaxDimension);
    in.equal("d modulo 8", shape.d % 8, 0);
    in.equal("code_size", code_size, shape.d / 8);
    in.within("ntotal", shape.ntotal, 0, kMaxTotal - 1);
    in.require(known_metric(shape.metric), "metric", "0 to 4 or 20 to 25", shape.metric);
    return shape;
}

/// The part of the agreement that holds for every index inside another one.
inline void require_agreement(Bytes& in, const Shape& outer, const Shape& inner) {
    in.equal("ntotal of the inner index", inner.ntotal, outer.ntotal);
    in.require(!outer.trained || inner.trained, "is_trained of the inner index", "1", 0);
}

/// Walks the next index; its fourcc is read here.
Shape any_index(Bytes& in, const Role& role);
Shape any_binary_index(Bytes& in, const Role& role);

} // namespace faissj::prewalk
