#pragma once
// Binary indexes: vectors of d bits.
//
//   IBxF        binary header; vec<u8>
//   IBwF        binary header; u64 nlist, nprobe; binary index quantizer; direct_map; lists
//   IBFf        binary header; float index
//   IBHf, IBHc  binary header; [u8, u8, i32]; HNSW; binary index storage
//   IBMp, IBM2  binary header; binary index; vec<i64> id_map
//   IBHh        binary header; i32 b, nflip; u64 n; i32 size_bits; vec<u8> bit string of n (hash, size);
//               n x (vec<i64> ids, vec<u8> vectors)
//   IBHm        binary header; IBxF index; i32 b, nhash, nflip;
//               nhash x (i32 id_bits; u64 n; vec<u8> bit string of n (hash, size, size x id))
//
// Source: read_index_binary, read_binary_hash_invlists, read_binary_multi_hash_map in
// impl/index_read.cpp; IndexBinaryHash.cpp (FlipEnumerator), BitstringReader (no bound checks).

#include "ivf_kinds.h"
#include "nesting_kinds.h"

namespace faissj::prewalk {

namespace detail {

/// Reads like Faiss's BitstringReader, with a bound.
class BitString {
   public:
    BitString(Bytes& in, const View<uint8_t>& bits) : in_(in), bits_(bits) {}

    uint64_t read(int count) {
        in_.require(
                static_cast<uint64_t>(count) <= bits_.size() * 8 - at_,
                "bit string",
                "no more bits than it holds",
                at_ + count);
        uint64_t value = 0;
        for (int i = 0; i < count; i++, at_++) {
            value |= static_cast<uint64_t>((bits_[at_ / 8] >> (at_ % 8)) & 1) << i;
        }
        return value;
    }

   private:
    Bytes& in_;
    View<uint8_t> bits_;
    uint64_t at_ = 0;
};

/// A search visits every hash within nflip bits.
inline void require_few_flips(Bytes& in, int b, int nflip) {
    constexpr double kMaxProbes = 1 << 20;
    in.within("b", b, 1, 57); // read from any bit of an unaligned 64-bit word
    in.within("nflip", nflip, 0, b);
    double probes = 1, choices = 1;
    for (int i = 1; i <= nflip; i++) {
        choices = choices * (b - i + 1) / i;
        probes += choices;
    }
    in.require(probes <= kMaxProbes, "hashes within nflip", "at most 2^20", probes);
}

} // namespace detail

inline Shape binary_flat(Bytes& in) {
    Shape shape = binary_header(in);
    codes(in, shape, shape.d / 8);
    return stores_codes(shape);
}

inline Shape binary_ivf(Bytes& in, const Role& role) {
    Shape shape = binary_header(in);
    IvfBytes ivf = ivf_after_header(in, role, shape, any_binary_index);
    inverted_lists(in, array_lists_of(ivf, ivf.shape.d / 8, role), ivf.map);
    return ivf.shape;
}

inline Shape binary_from_float(Bytes& in, const Role& role) {
    Shape shape = binary_header(in);
    Shape inner = any_index(in, role.inside());
    in.equal("d of the inner index", inner.d, shape.d);
    require_agreement(in, shape, inner);
    shape.contain(inner);
    return shape;
}

inline Shape binary_hnsw(Bytes& in, const Role& role) {
    Shape shape = binary_header(in);
    if (in.kind == "IBHc") {
        cagra_fields(in);
    }
    hnsw(in, shape.ntotal);
    std::string kind = in.next_kind();
    in.require(kind == "IBxF", "storage", "IBxF", kind); // Faiss asserts it
    Shape storage = any_binary_index(in, role.inside());
    in.equal("d of the storage", storage.d, shape.d);
    require_agreement(in, shape, storage);
    shape.contain(storage);
    return stores_codes(shape);
}

inline Shape binary_id_mapped(Bytes& in, const Role& role) {
    Shape shape = binary_header(in);
    Shape inner = any_binary_index(in, role.inside_as_positions());
    in.equal("d of the inner index", inner.d, shape.d);
    require_agreement(in, shape, inner);
    id_map(in, role, shape);
    shape.contain(inner);
    return shape;
}

inline Shape binary_hash(Bytes& in, const Role& role) {
    Shape shape = binary_header(in);
    int32_t b = in.get<int32_t>("b");
    int32_t nflip = in.get<int32_t>("nflip");
    uint64_t buckets = in.get<uint64_t>("number of buckets");
    int32_t size_bits = in.get<int32_t>("bits of a bucket's size");
    detail::require_few_flips(in, b, nflip);
    in.within("b", b, 1, shape.d);
    in.within("bits of a bucket's size", size_bits, 0, 40);
    in.require(
            buckets <= in.left() / 16, "number of buckets", "no more than the file holds", buckets);
    uint64_t bits = buckets * (b + size_bits);
    detail::BitString heads(in, in.vector<uint8_t>("bucket heads", (bits + 7) / 8));
    uint64_t sum = 0;
    for (uint64_t i = 0; i < buckets; i++) {
        heads.read(b);
        uint64_t size = heads.read(size_bits);
        View<int64_t> ids = in.vector<int64_t>("ids of a bucket", size);
        require_ids_below(in, ids, role.positions ? shape.ntotal : 0);
        in.vector<uint8_t>(
                "vectors of a bucket", in.product("vectors of a bucket", size, shape.d / 8));
        sum += size;
    }
    in.equal("sum of the bucket sizes", sum, shape.ntotal);
    return shape;
}

inline void multi_hash_map(Bytes& in, int b, int64_t ntotal) {
    int32_t id_bits = in.get<int32_t>("id_bits");
    uint64_t buckets = in.get<uint64_t>("number of buckets");
    in.within("id_bits", id_bits, 0, 40);
    in.within("number of buckets", buckets, 0, ntotal); // none of them is empty
    uint64_t bits = (b + id_bits) * buckets + ntotal * id_bits;
    View<uint8_t> content = in.vector<uint8_t>("buckets", (bits + 7) / 8);
    detail::BitString reader(in, content);
    for (uint64_t i = 0; i < buckets; i++) {
        reader.read(b);
        uint64_t size = reader.read(id_bits);
        for (uint64_t j = 0; j < size; j++) {
            uint64_t id = reader.read(id_bits);
            in.require(static_cast<int64_t>(id) < ntotal, "id of a bucket", "below ntotal", id);
        }
    }
}

inline Shape binary_multi_hash(Bytes& in, const Role& role) {
    Shape shape = binary_header(in);
    std::string kind = in.next_kind();
    in.require(kind == "IBxF", "storage", "IBxF", kind);
    Shape storage = any_binary_index(in, role.inside());
    int32_t b = in.get<int32_t>("b");
    int32_t nhash = in.get<int32_t>("nhash");
    int32_t nflip = in.get<int32_t>("nflip");
    in.equal("d of the storage", storage.d, shape.d);
    require_agreement(in, shape, storage);
    detail::require_few_flips(in, b, nflip);
    in.within("nhash", nhash, 1, shape.d);
    in.within("b * nhash", int64_t{b} * nhash, 1, shape.d);
    for (int32_t i = 0; i < nhash; i++) {
        multi_hash_map(in, b, shape.ntotal);
    }
    shape.contain(storage);
    return shape;
}

} // namespace faissj::prewalk
