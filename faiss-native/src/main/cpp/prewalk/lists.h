#pragma once
// Inverted lists and the direct map that points into them.
//
//   direct map  i8 type (0 none, 1 array, 2 hash table); vec<i64>; if 2: vec<(i64 id, i64 entry)>
//               entry = list << 32 | offset; -1 in the array: no such id
//   ilar        u64 nlist; u64 code_size; 'full' vec<u64> sizes, or 'sprs' vec<u64> of (list, size) pairs;
//               then per list that is not empty its codes, then its i64 ids
//   ilbl        u64 nlist; u64 code_size (2^64 - 1); u64 n_per_block; u64 block_size;
//               per list vec<i64> ids; vec<u8> codes
//   ilod        u64 nlist; u64 code_size; vec<(u64 size, capacity, offset)>; vec<(u64 offset, capacity)> free slots;
//               vec<char> the name of another file, which is opened and mapped; u64 its size:
//               refused unless the caller asks for it
//   il00        no lists at all; the first search would follow a null pointer: refused
//
// Source: read_direct_map and read_InvertedLists in impl/index_read.cpp, invlists/BlockInvertedLists.cpp,
// DirectMap::get (an entry is used unchecked).

#include <vector>

#include "shape.h"

namespace faissj::prewalk {

struct DirectMapBytes {
    enum Type { kNone = 0, kArray = 1, kHashtable = 2 };
    int type = kNone;
    View<int64_t> array;
    View<int64_t> pairs; // id, entry, id, entry ...
};

inline DirectMapBytes direct_map(Bytes& in) {
    DirectMapBytes map;
    map.type = in.get<uint8_t>("direct map type");
    in.within("direct map type", map.type, DirectMapBytes::kNone, DirectMapBytes::kHashtable);
    map.array = in.vector<int64_t>("direct map array");
    if (map.type == DirectMapBytes::kHashtable) {
        uint64_t count = in.get<uint64_t>("direct map pairs");
        in.require(count <= in.left() / 16, "direct map pairs", "no more than the file holds", count);
        map.pairs = in.elements<int64_t>("direct map pairs", 2 * count);
    }
    in.require(
            map.type == DirectMapBytes::kArray || map.array.size() == 0,
            "direct map array",
            "none unless the type is 1",
            map.array.size());
    return map;
}

/// What the index around the lists knows about them.
struct ListsExpected {
    uint64_t nlist = 0;
    uint64_t code_size = 0;
    int64_t ntotal = 0;
    /// Entries that count in ntotal without being in a list (duplicates of IndexIVFFlatDedup).
    uint64_t outside = 0;
    /// Ids must be below this; 0: any id.
    int64_t id_limit = 0;
    /// Fast-scan lists: vectors in a block, and bytes of one.
    bool blocks = false;
    uint64_t block_vectors = 0;
    uint64_t block_bytes = 0;
};

inline void require_ids_below(Bytes& in, const View<int64_t>& ids, int64_t limit) {
    if (limit == 0) {
        return;
    }
    for (uint64_t i = 0; i < ids.size(); i++) {
        int64_t id = ids[i];
        if (id < 0 || id >= limit) {
            in.fail("id used as a position", "0 to " + text(limit - 1), id);
        }
    }
}

/// The sizes of array lists; sparse ones are the only place where a count is not backed by bytes.
inline std::vector<uint64_t> array_list_sizes(Bytes& in, uint64_t nlist) {
    constexpr uint64_t kUnbackedLists = uint64_t{1} << 20;
    std::vector<uint64_t> sizes;
    std::string layout = printable(in.fourcc("list sizes"));
    if (layout == "full") {
        View<uint64_t> full = in.vector<uint64_t>("list sizes", nlist);
        sizes.reserve(nlist);
        for (uint64_t i = 0; i < nlist; i++) {
            sizes.push_back(full[i]);
        }
        return sizes;
    }
    in.require(layout == "sprs", "list sizes", "full or sprs", layout);
    in.require(
            nlist <= kUnbackedLists || nlist <= in.size() / 8,
            "nlist of sparse lists",
            "at most 2^20 or an eighth of the file's bytes",
            nlist);
    View<uint64_t> pairs = in.vector<uint64_t>("list sizes");
    in.equal("list sizes modulo 2", pairs.size() % 2, 0);
    sizes.assign(nlist, 0);
    for (uint64_t i = 0; i < pairs.size(); i += 2) {
        in.require(pairs[i] < nlist, "list number", "less than nlist", pairs[i]);
        sizes[pairs[i]] = pairs[i + 1];
    }
    return sizes;
}

inline std::vector<uint64_t> array_lists(Bytes& in, const ListsExpected& expected) {
    uint64_t code_size = in.get<uint64_t>("code_size of the lists");
    in.equal("code_size of the lists", code_size, expected.code_size);
    std::vector<uint64_t> sizes = array_list_sizes(in, expected.nlist);
    for (uint64_t size : sizes) {
        if (size != 0) {
            in.require(
                    size <= in.left() / (code_size + 8),
                    "list size",
                    "no more than the file holds",
                    size);
            in.elements<uint8_t>("codes of a list", size * code_size);
            require_ids_below(in, in.elements<int64_t>("ids of a list", size), expected.id_limit);
        }
    }
    return sizes;
}

inline std::vector<uint64_t> block_lists(Bytes& in, const ListsExpected& expected) {
    in.equal("code_size of the lists", in.get<uint64_t>("code_size of the lists"), ~uint64_t{0});
    in.equal("n_per_block", in.get<uint64_t>("n_per_block"), expected.block_vectors);
    in.equal("block_size", in.get<uint64_t>("block_size"), expected.block_bytes);
    in.require(
            expected.nlist <= in.left() / 16,
            "nlist",
            "no more than the file holds",
            expected.nlist);
    std::vector<uint64_t> sizes;
    for (uint64_t i = 0; i < expected.nlist; i++) {
        View<int64_t> ids = in.vector<int64_t>("ids of a list");
        require_ids_below(in, ids, expected.id_limit);
        uint64_t blocks = (ids.size() + expected.block_vectors - 1) / expected.block_vectors;
        in.vector<uint8_t>(
                "codes of a list", in.product("codes of a list", blocks, expected.block_bytes));
        sizes.push_back(ids.size());
    }
    return sizes;
}

/// Lists in another file: each must lie inside the size that the file is said to have.
inline std::vector<uint64_t> on_disk_lists(Bytes& in, const ListsExpected& expected, OnDiskLists& on_disk) {
    constexpr uint64_t kMaxName = 4096;
    in.require(
            !on_disk.found && expected.id_limit == 0 && expected.outside == 0,
            "inverted lists",
            "lists in another file only once, and with ids of their own",
            "others");
    uint64_t code_size = in.get<uint64_t>("code_size of the lists");
    in.equal("code_size of the lists", code_size, expected.code_size);
    in.equal("lists", in.get<uint64_t>("lists"), expected.nlist);
    in.require(expected.nlist <= in.left() / 24, "lists", "no more than the file holds", expected.nlist);
    View<uint64_t> table = in.elements<uint64_t>("lists", 3 * expected.nlist);
    uint64_t slots = in.get<uint64_t>("free slots");
    in.require(slots <= in.left() / 16, "free slots", "no more than the file holds", slots);
    in.elements<uint64_t>("free slots", 2 * slots);
    View<uint8_t> name = in.vector<uint8_t>("name of the file with the lists");
    in.within("length of the name of the file with the lists", name.size(), 1, kMaxName);
    for (uint64_t i = 0; i < name.size(); i++) {
        on_disk.filename.push_back(static_cast<char>(name[i]));
    }
    on_disk.bytes = in.get<uint64_t>("size of the file with the lists");
    std::vector<uint64_t> sizes;
    for (uint64_t i = 0; i < expected.nlist; i++) {
        uint64_t size = table[3 * i], capacity = table[3 * i + 1], offset = table[3 * i + 2];
        in.require(size <= capacity, "list size", "at most its capacity", size);
        in.require(
                capacity == 0 ||
                        (offset <= on_disk.bytes && capacity <= (on_disk.bytes - offset) / (code_size + 8)),
                "list",
                "one inside the file with the lists",
                offset);
        sizes.push_back(size);
    }
    on_disk.found = true;
    return sizes;
}

inline void require_entry(
        Bytes& in,
        int64_t entry,
        const std::vector<uint64_t>& sizes) {
    uint64_t list = static_cast<uint64_t>(entry) >> 32;
    uint64_t offset = static_cast<uint64_t>(entry) & 0xffffffff;
    if (entry < 0 || list >= sizes.size() || offset >= sizes[list]) {
        in.fail("direct map entry", "an entry of a list", entry);
    }
}

inline void require_map_fits(
        Bytes& in,
        const DirectMapBytes& map,
        const std::vector<uint64_t>& sizes,
        int64_t ntotal) {
    if (map.type == DirectMapBytes::kArray) {
        in.equal("direct map array", map.array.size(), ntotal);
    }
    for (uint64_t i = 0; i < map.array.size(); i++) {
        if (map.array[i] != -1) {
            require_entry(in, map.array[i], sizes);
        }
    }
    for (uint64_t i = 1; i < map.pairs.size(); i += 2) {
        require_entry(in, map.pairs[i], sizes);
    }
}

/// Walks the lists, then checks the map against their sizes.
inline void inverted_lists(Bytes& in, const ListsExpected& expected, const DirectMapBytes& map) {
    std::string layout = printable(in.fourcc("inverted lists"));
    bool elsewhere = layout == "ilod" && in.on_disk != nullptr && !expected.blocks;
    if (!elsewhere && (layout == "ilod" || layout == "il00")) {
        in.unsupported(layout, layout == "ilod" ? "lists inside the file" : "lists");
    }
    in.require(
            elsewhere || layout == (expected.blocks ? "ilbl" : "ilar"),
            "inverted lists",
            expected.blocks ? "ilbl" : "ilar",
            layout);
    uint64_t nlist = in.get<uint64_t>("nlist of the lists");
    in.equal("nlist of the lists", nlist, expected.nlist);
    std::vector<uint64_t> sizes = elsewhere ? on_disk_lists(in, expected, *in.on_disk)
            : expected.blocks               ? block_lists(in, expected)
                                            : array_lists(in, expected);

    uint64_t sum = expected.outside;
    for (uint64_t size : sizes) {
        sum += size; // each size is bounded by the file's bytes
    }
    if (expected.blocks || expected.outside != 0) {
        // Faiss 1.12.0 forgets to lower ntotal when it removes from fast-scan lists
        in.within("sum of the list sizes", sum, 0, expected.ntotal);
    } else {
        in.equal("sum of the list sizes", sum, expected.ntotal);
    }
    require_map_fits(in, map, sizes, expected.ntotal);
}

} // namespace faissj::prewalk
