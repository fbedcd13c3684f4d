#pragma once
// The pre-walk: follows the bytes of a Faiss 1.12.0 file with a grammar of our own and checks every length,
// range, link and agreement, before faiss::read_index sees them.
//
// Why: the reader of 1.12.0 sizes memory by numbers from the file and checks hardly any of them; what it
// loads, searching follows without checks; and an exception inside one of its parallel regions ends the
// process. After the walk, reading allocates in proportion to the file (except a few tables, bounded
// here), and search, reconstruct, add and remove stay inside what was read.
//
//   bytes.h            the cursor, refusals        quantizers.h       PQ, SQ, additive, RaBitQ
//   shape.h            what indexes tell others    lists.h            inverted lists, direct maps
//   transforms.h       chains of transforms        graphs.h           HNSW, NSG, NN-descent
//   magnitudes.h       numbers too large to compare
//   flat_kinds.h, ivf_kinds.h, fast_scan_kinds.h, nesting_kinds.h, binary_kinds.h   the indexes
//
// Refused though Faiss reads them: the lattice (IxLa: its search crashes), the formats of before 2018
// (IxHE, IxPQ, IxPo, IxRQ, IvFl, IvFL, IvPQ, IvQR, IvSQ, IwSQ), lists outside the file (ilod), unless the
// caller asks for them, or left out (il00), graphs without their storage (unless the caller has it), and untrained residual quantizers (reading them crashes).
//
// Not checked: the payload itself. A changed vector, code or plausible number loads and gives other results.

#include "binary_kinds.h"
#include "fast_scan_kinds.h"

namespace faissj::prewalk {

struct Summary {
    bool binary = false;
    /// Fourccs from the outside in, "IxMp>IwFl>IxF2". Of two indexes inside one the second follows '|':
    /// "IxRF>IwPQ>IxF2|IxF2". Transforms are not in it.
    std::string kinds;
    int64_t d = 0;
    int64_t ntotal = 0;
    int metric = 0;
};

namespace detail {

/// The additive family of a kind; nullptr when it has none.
inline const AdditiveFamily* additive_family(const std::string& kind) {
    static const struct {
        const char* kind;
        AdditiveFamily family;
    } kFamilies[] = {
            {"IxRq", AdditiveFamily::kResidual},          {"IxLS", AdditiveFamily::kLocalSearch},
            {"IxPR", AdditiveFamily::kProductResidual},   {"IxPL", AdditiveFamily::kProductLocalSearch},
            {"IwRQ", AdditiveFamily::kResidual},          {"IwLS", AdditiveFamily::kLocalSearch},
            {"IwPR", AdditiveFamily::kProductResidual},   {"IwPL", AdditiveFamily::kProductLocalSearch},
            {"IRfs", AdditiveFamily::kResidual},          {"ILfs", AdditiveFamily::kLocalSearch},
            {"IPRf", AdditiveFamily::kProductResidual},   {"IPLf", AdditiveFamily::kProductLocalSearch},
            {"IVRf", AdditiveFamily::kResidual},          {"IVLf", AdditiveFamily::kLocalSearch},
            {"NPRf", AdditiveFamily::kProductResidual},   {"NPLf", AdditiveFamily::kProductLocalSearch},
    };
    for (const auto& row : kFamilies) {
        if (kind == row.kind) {
            return &row.family;
        }
    }
    return nullptr;
}

inline bool is_one_of(const std::string& kind, std::initializer_list<const char*> kinds) {
    for (const char* candidate : kinds) {
        if (kind == candidate) {
            return true;
        }
    }
    return false;
}

inline Shape additive_index(Bytes& in, AdditiveFamily family, const Role& role) {
    if (in.kind[0] == 'I' && in.kind[1] == 'x') {
        return additive(in, family);
    }
    if (in.kind[0] == 'I' && in.kind[1] == 'w') {
        return ivf_additive(in, family, role);
    }
    if (is_one_of(in.kind, {"IVRf", "IVLf", "NPRf", "NPLf"})) {
        return ivf_additive_fast_scan(in, family, role);
    }
    return additive_fast_scan(in, family);
}

inline Shape flat_codes_index(Bytes& in, const Role& role) {
    if (in.kind == "IxSQ") {
        return scalar(in, role);
    }
    if (in.kind == "IxPq") {
        return product(in, role);
    }
    if (in.kind == "IxHe") {
        return lsh(in, role);
    }
    if (in.kind == "Ixrq") {
        return rabit(in);
    }
    if (in.kind == "Ix2L") {
        return two_layer(in, role);
    }
    if (in.kind == "Imiq") {
        return multi_index_quantizer(in);
    }
    if (in.kind == "ImRQ") {
        return residual_coarse_quantizer(in);
    }
    if (in.kind == "IPfs") {
        return product_fast_scan(in);
    }
    return flat(in, role);
}

inline Shape ivf_index(Bytes& in, const Role& role) {
    if (in.kind == "IwSq") {
        return ivf_scalar(in, role);
    }
    if (in.kind == "IwPQ" || in.kind == "IwQR") {
        return ivf_product(in, role);
    }
    if (in.kind == "IwPf") {
        return ivf_product_fast_scan(in, role);
    }
    if (in.kind == "Iwrq") {
        return ivf_rabit(in, role);
    }
    if (in.kind == "IwSh") {
        return ivf_spectral_hash(in, role);
    }
    if (in.kind == "IwIQ") {
        return ivf_independent_quantizer(in, role);
    }
    return ivf_flat(in, role);
}

inline Shape nesting_index(Bytes& in, const Role& role) {
    if (in.kind == "IxMp" || in.kind == "IxM2") {
        return id_mapped(in, role);
    }
    if (in.kind == "IxPT") {
        return pre_transform(in, role);
    }
    if (in.kind == "IxRF") {
        return refine(in, role);
    }
    if (in.kind == "IRMf" || in.kind == "IRMh") {
        return row_min_max(in, role);
    }
    if (in.kind == "INNf") {
        return nn_descent_index(in, role);
    }
    if (in.kind[1] == 'N') {
        return nsg_index(in, role);
    }
    return hnsw_index(in, role);
}

} // namespace detail

inline Shape any_index(Bytes& in, const Role& role) {
    std::string kind = printable(in.fourcc("kind of index"));
    KindScope scope(in, kind, role.depth);
    if (const AdditiveFamily* family = detail::additive_family(kind)) {
        return detail::additive_index(in, *family, role);
    }
    if (detail::is_one_of(
                kind,
                {"IxF2", "IxFI", "IxFl", "IxSQ", "IxPq", "IxHe", "Ixrq", "Ix2L", "Imiq", "ImRQ", "IPfs"})) {
        return detail::flat_codes_index(in, role);
    }
    if (detail::is_one_of(
                kind, {"IwFl", "IwFd", "IwSq", "IwPQ", "IwQR", "IwPf", "Iwrq", "IwSh", "IwIQ"})) {
        return detail::ivf_index(in, role);
    }
    if (detail::is_one_of(kind, {"IxMp", "IxM2", "IxPT", "IxRF", "IRMf", "IRMh", "INNf", "INSf", "INSp",
                                 "INSs", "IHNf", "IHNp", "IHNs", "IHN2", "IHNc", "IHc2"})) {
        return detail::nesting_index(in, role);
    }
    in.unsupported(kind, "a kind of Faiss 1.12.0 that can be read safely");
}

inline Shape any_binary_index(Bytes& in, const Role& role) {
    std::string kind = printable(in.fourcc("kind of index"));
    KindScope scope(in, kind, role.depth);
    if (kind == "IBxF") {
        return binary_flat(in);
    }
    if (kind == "IBwF") {
        return binary_ivf(in, role);
    }
    if (kind == "IBFf") {
        return binary_from_float(in, role);
    }
    if (kind == "IBHf" || kind == "IBHc") {
        return binary_hnsw(in, role);
    }
    if (kind == "IBMp" || kind == "IBM2") {
        return binary_id_mapped(in, role);
    }
    if (kind == "IBHh") {
        return binary_hash(in, role);
    }
    if (kind == "IBHm") {
        return binary_multi_hash(in, role);
    }
    in.unsupported(kind, "a binary kind of Faiss 1.12.0");
}

/// Walks one index, float or binary, from the first byte to the last.
///
/// With rows_outside the index may be a graph without its storage: the caller has its vectors.
/// Throws UnsupportedKind for a kind without rules, Damage for anything else that does not fit.
/// on_disk, where given, allows one index whose lists stand in another file, and says which.
inline Summary walk(
        const uint8_t* data,
        size_t size,
        OnDiskLists* on_disk = nullptr,
        bool rows_outside = false) {
    Bytes in(data, size);
    in.on_disk = on_disk;
    bool binary = in.next_kind().compare(0, 2, "IB") == 0;
    Role role;
    role.rows_outside = rows_outside;
    Shape shape = binary ? any_binary_index(in, role) : any_index(in, role);
    if (shape.kind() == "IwQR" && !shape.trained && in.left() != 0) {
        // write_index stores the second quantizer always, read_index reads it only when trained
        in.kind = "IwQR";
        refine_codes(in, shape);
    }
    in.require(in.left() == 0, "bytes after the index", "0", in.left());
    Summary summary;
    summary.binary = binary;
    summary.kinds = shape.kinds;
    summary.d = shape.d;
    summary.ntotal = shape.ntotal;
    summary.metric = shape.metric;
    return summary;
}

} // namespace faissj::prewalk
