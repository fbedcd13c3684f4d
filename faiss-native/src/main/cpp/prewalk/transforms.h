#pragma once
// Vector transforms, alone and in the chain of an IndexPreTransform.
//
//   transform  fourcc; own fields; then i32 d_in; i32 d_out; u8 is_trained
//   linear     u8 have_bias; vec<f32> A (d_out x d_in); vec<f32> b
//   LTra, rrot linear                     RmDT  vec<i32> map
//   Pcam       f32 eigen_power; f32 epsilon; u8 random_rotation; i32 balanced_bins;
//              vec<f32> mean, eigenvalues, PCAMat; linear
//   PcAm       as Pcam without epsilon    PCAm  without balanced_bins, too
//   Viqm       i32 max_iter; i32 seed; linear
//   VNrm       f32 norm                   VCnt  vec<f32> mean
//   Viqt       vec<f32> mean; u8 do_pca; a Viqm transform; a linear transform
//
// Source: read_VectorTransform in impl/index_read.cpp. Its own size check compares A with dimensions
// that are not read yet, so it checks nothing. A number that is not finite turns every vector into NaN,
// and an IVF add of NaN writes outside memory: hence the finite checks.

#include "magnitudes.h"

namespace faissj::prewalk {

struct Transform {
    std::string kind;
    int64_t d_in = 0, d_out = 0;
    bool trained = false;
    bool reverses = false;
    /// Most that it multiplies a squared norm by; at least 1.
    double gain = 1;
};

namespace detail {

struct Matrix {
    bool present = false;
    bool have_bias = false;
    View<float> a, b;
};

inline Matrix matrix(Bytes& in) {
    Matrix m;
    m.present = true;
    m.have_bias = in.flag("have_bias");
    m.a = in.vector<float>("A");
    m.b = in.vector<float>("b");
    in.require_finite("A", m.a);
    in.require_finite("b", m.b);
    return m;
}

inline void matrix_fits(Bytes& in, Transform& t, const Matrix& m) {
    if (t.trained || m.a.size() != 0) {
        in.equal("A", m.a.size(), in.product("A", t.d_in, t.d_out));
    }
    if ((t.trained && m.have_bias) || m.b.size() != 0) {
        in.equal("b", m.b.size(), t.d_out);
    }
    // |A x + b|^2 <= 2 |A|^2 |x|^2 + 2 |b|^2, with the Frobenius norm of A
    require_squared_norm(in, "b", squared_norm(m.b, 0, m.b.size()));
    t.gain = std::fmax(1, squared_norm(m.a, 0, m.a.size()));
}

inline View<float> pca_fields(Bytes& in, const std::string& kind) {
    in.finite("eigen_power");
    if (kind == "Pcam") {
        in.finite("epsilon");
    }
    in.flag("random_rotation");
    if (kind != "PCAm") {
        in.within("balanced_bins", in.get<int32_t>("balanced_bins"), 0, kMaxDimension);
    }
    View<float> mean = in.vector<float>("mean");
    in.vector<float>("eigenvalues");
    in.vector<float>("PCAMat");
    return mean;
}

} // namespace detail

inline Transform transform(Bytes& in, int depth) {
    Transform t;
    t.kind = printable(in.fourcc("transform"));
    KindScope scope(in, t.kind, depth);
    detail::Matrix matrix;
    View<int32_t> map;
    View<float> mean;
    Transform itq, linear;
    if (t.kind == "rrot" || t.kind == "LTra") {
        matrix = detail::matrix(in);
    } else if (t.kind == "Pcam" || t.kind == "PcAm" || t.kind == "PCAm") {
        detail::pca_fields(in, t.kind);
        matrix = detail::matrix(in);
    } else if (t.kind == "Viqm") {
        in.get<int32_t>("max_iter");
        in.get<int32_t>("seed");
        matrix = detail::matrix(in);
    } else if (t.kind == "RmDT") {
        map = in.vector<int32_t>("map");
    } else if (t.kind == "VNrm") {
        float norm = in.finite("norm");
        in.require(norm == 2, "norm", "2", norm); // for others apply() throws
    } else if (t.kind == "VCnt") {
        mean = in.vector<float>("mean");
        require_squared_norm(in, "mean", squared_norm(mean, 0, mean.size()));
    } else if (t.kind == "Viqt") {
        mean = in.vector<float>("mean");
        require_squared_norm(in, "mean", squared_norm(mean, 0, mean.size()));
        in.flag("do_pca");
        itq = transform(in, depth + 1);
        in.require(itq.kind == "Viqm", "itq", "Viqm", itq.kind);
        linear = transform(in, depth + 1);
        t.gain = linear.gain;
        in.require(linear.kind == "LTra", "pca_then_itq", "LTra", linear.kind);
    } else {
        in.unsupported(t.kind, "a transform of Faiss 1.12.0");
    }

    t.d_in = in.get<int32_t>("d_in");
    t.d_out = in.get<int32_t>("d_out");
    t.trained = in.flag("is_trained");
    in.within("d_in", t.d_in, 1, kMaxDimension);
    in.within("d_out", t.d_out, 1, kMaxDimension);
    t.reverses = t.kind != "Viqt";
    if (matrix.present) {
        detail::matrix_fits(in, t, matrix);
    } else if (t.kind == "RmDT") {
        in.equal("map", map.size(), t.d_out);
        for (uint64_t i = 0; i < map.size(); i++) {
            in.within("map", map[i], -1, t.d_in - 1);
        }
    } else if (t.kind == "VNrm") {
        in.equal("d_out", t.d_out, t.d_in);
    } else if (t.kind == "VCnt") {
        in.equal("d_out", t.d_out, t.d_in);
        in.equal("mean", mean.size(), t.trained ? t.d_in : static_cast<int64_t>(mean.size()));
    } else if (t.trained) {
        in.equal("mean", mean.size(), t.d_in);
        in.require(linear.trained, "is_trained of pca_then_itq", "1", 0);
        in.equal("d_in of pca_then_itq", linear.d_in, t.d_in);
        in.equal("d_out of pca_then_itq", linear.d_out, t.d_out);
    }
    return t;
}

/// IxPT: header; i32 nt; nt transforms; index. Each transform feeds the next, the last one the index.
inline Shape pre_transform(Bytes& in, const Role& role) {
    Shape shape = header(in);
    int32_t count = in.get<int32_t>("number of transforms");
    in.within("number of transforms", count, 0, 64);
    int64_t d = shape.d;
    bool reverses = true;
    for (int32_t i = 0; i < count; i++) {
        Transform t = transform(in, role.depth + 1);
        in.equal("d_in of a transform", t.d_in, d);
        in.require(!shape.trained || t.trained, "is_trained of a transform", "1", 0);
        d = t.d_out;
        reverses = reverses && t.reverses;
        shape.gain *= t.gain;
    }
    Role inner_role = role;
    inner_role.depth++;
    Shape inner = any_index(in, inner_role);
    in.equal("d of the inner index", inner.d, d);
    in.equal("metric of the inner index", inner.metric, shape.metric);
    require_agreement(in, shape, inner);
    shape.contain(inner);
    in.require(shape.gain < kMaxGain, "squared norm of the matrices", "below 1e20", shape.gain);
    shape.reconstructs = reverses && inner.reconstructs;
    shape.random_access = inner.random_access;
    return shape;
}

} // namespace faissj::prewalk
