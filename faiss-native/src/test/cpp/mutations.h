#pragma once
// Ways to break a file, after what fuzzing Faiss found to matter: single bytes, the header, truncation,
// extreme and off-by-one lengths, nested headers, swapped fields, pieces of other files, and the scalar
// fields that the walk itself met.

#include <cstdint>
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace mutations {

using File = std::vector<uint8_t>;

/// Offsets and sizes of the scalar fields of one file, by name, so that each name is as likely.
struct Fields {
    struct Place {
        uint64_t offset, size;
    };
    std::map<std::string, std::vector<Place>> by_name;
};

class Mutator {
   public:
    Mutator(const std::vector<File>& corpus, uint64_t seed) : corpus_(corpus), random_(seed) {}

    static const char* name(int mode) {
        static const char* kNames[kModes] = {
                "byte",  "header byte",  "truncation", "extreme",     "header extreme", "length",
                "small", "swapped",      "nested",     "splice",      "fourcc",         "two changes",
                "float", "header field", "bits",       "field extreme",  "field near",
                "field small", "two fields"};
        return kNames[mode];
    }

    static constexpr int kModes = 19;

    File mutate(const File& file, const Fields& fields, int mode) {
        File out = file;
        if (file.size() < 16) {
            return out; // what a truncation left
        }
        switch (mode) {
            case 0:
                out[below(out.size())] = static_cast<uint8_t>(random_());
                break;
            case 1:
                out[below(header(out))] = static_cast<uint8_t>(random_());
                break;
            case 2:
                out.resize(below(out.size()));
                break;
            case 3:
                put(out, below(out.size()), extreme(), 8);
                break;
            case 4:
                put(out, below(header(out)), extreme(), 8);
                break;
            case 5:
                change_length(out);
                break;
            case 6:
                put(out, below(header(out)), below(70), random_() % 2 == 0 ? 4 : 8);
                break;
            case 7:
                swap_fields(out);
                break;
            case 8:
                nest(out);
                break;
            case 9:
                splice(out);
                break;
            case 10:
                change_fourcc(out);
                break;
            case 11:
                out = mutate(mutate(out, fields, static_cast<int>(below(8))), fields, static_cast<int>(below(8)));
                break;
            case 12:
                put(out, below(out.size()) & ~uint64_t{3}, float_bits(), 4);
                break;
            case 13:
                put(out, below(header(out)), near(out, 4), 4);
                break;
            case 15:
            case 16:
            case 17:
                change_field(out, fields, mode - 15);
                break;
            case 18:
                change_field(out, fields, static_cast<int>(below(3)));
                change_field(out, fields, static_cast<int>(below(3)));
                break;
            default:
                out[below(out.size())] ^= static_cast<uint8_t>(1u << below(8));
        }
        return out;
    }

   private:
    uint64_t below(uint64_t limit) {
        return limit == 0 ? 0 : random_() % limit;
    }

    static uint64_t header(const File& file) {
        return file.size() < 400 ? file.size() : 400;
    }

    static void put(File& file, uint64_t at, uint64_t value, size_t bytes) {
        for (size_t i = 0; i < bytes && at + i < file.size(); i++) {
            file[at + i] = static_cast<uint8_t>(value >> (8 * i));
        }
    }

    static uint64_t at(const File& file, uint64_t offset, size_t bytes) {
        uint64_t value = 0;
        for (size_t i = 0; i < bytes && offset + i < file.size(); i++) {
            value |= static_cast<uint64_t>(file[offset + i]) << (8 * i);
        }
        return value;
    }

    uint64_t extreme() {
        static const uint64_t kValues[] = {
                0, 1, ~uint64_t{0}, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fffffffffffffff,
                0x8000000000000000, uint64_t{1} << 32, uint64_t{1} << 40, 0x100000001, 1 << 20, 1 << 16, 256, 2};
        return kValues[below(sizeof kValues / sizeof kValues[0])];
    }

    uint64_t float_bits() {
        static const uint32_t kValues[] = {
                0x7f800000, 0xff800000, 0x7fc00000, 0x7f7fffff, 0xff7fffff, 0, 0x80000000, 1, 0x501502f9};
        return kValues[below(sizeof kValues / sizeof kValues[0])];
    }

    /// A value near the one that stands somewhere in the header.
    uint64_t near(const File& file, size_t bytes) {
        uint64_t value = at(file, below(header(file) - bytes), bytes);
        switch (below(5)) {
            case 0:
                return value + 1;
            case 1:
                return value - 1;
            case 2:
                return value * 2;
            case 3:
                return value / 2;
            default:
                return value;
        }
    }

    void change_field(File& file, const Fields& fields, int how) {
        if (fields.by_name.empty()) {
            return;
        }
        auto name = std::next(fields.by_name.begin(), below(fields.by_name.size()));
        const Fields::Place& place = name->second[below(name->second.size())];
        uint64_t old = at(file, place.offset, place.size);
        static const int64_t kSteps[] = {-1, 1, -2, 2, -8, 8, 31, -31, 100};
        uint64_t value = how == 0 ? (place.size == 4 && below(2) == 0 ? float_bits() : extreme())
                : how == 1        ? (below(4) == 0 ? old * 2 : old + kSteps[below(9)])
                                  : below(70);
        put(file, place.offset, value, place.size);
    }

    /// Finds something that looks like a 64-bit length and moves it a little.
    void change_length(File& file) {
        for (int attempt = 0; attempt < 2000 && file.size() > 16; attempt++) {
            uint64_t offset = below(file.size() - 8);
            uint64_t value = at(file, offset, 8);
            if (value != 0 && value < 4 * file.size()) {
                static const int64_t kSteps[] = {-1, 1, -8, 8, 32, -32};
                put(file, offset, below(3) == 0 ? value * 2 : value + kSteps[below(6)], 8);
                return;
            }
        }
    }

    void swap_fields(File& file) {
        size_t bytes = random_() % 2 == 0 ? 4 : 8;
        uint64_t limit = header(file) - (header(file) < bytes ? 0 : bytes);
        uint64_t a = below(limit), b = below(limit);
        uint64_t old_a = at(file, a, bytes), old_b = at(file, b, bytes);
        put(file, a, old_b, bytes);
        put(file, b, old_a, bytes);
    }

    void nest(File& file) {
        // an id map's header is fourcc and 33 or 37 bytes; its own ids would follow the inner index
        File header_bytes(file.begin(), file.begin() + (file.size() < 37 ? file.size() : 37));
        std::memcpy(header_bytes.data(), below(2) == 0 ? "IxMp" : "IxM2", 4);
        uint64_t levels = below(10) == 0 ? 100000 : 1 + below(3);
        File out;
        for (uint64_t i = 0; i < levels; i++) {
            out.insert(out.end(), header_bytes.begin(), header_bytes.end());
        }
        out.insert(out.end(), file.begin(), file.end());
        uint64_t ntotal = file.size() < 16 ? 0 : at(file, 8, 8);
        if (levels <= 3 && ntotal < 100000) {
            for (uint64_t i = 0; i < levels; i++) {
                File ids(8 + 8 * ntotal, 0);
                put(ids, 0, ntotal, 8);
                out.insert(out.end(), ids.begin(), ids.end());
            }
        }
        file = out;
    }

    /// Continues with another file from some point, at the same offset.
    void splice(File& file) {
        const File& other = corpus_[below(corpus_.size())];
        uint64_t offset = below(header(file));
        if (offset < other.size()) {
            file.resize(offset);
            file.insert(file.end(), other.begin() + offset, other.end());
        }
    }

    void change_fourcc(File& file) {
        for (int attempt = 0; attempt < 50; attempt++) {
            uint64_t offset = attempt == 0 ? 0 : below(file.size());
            if (offset + 4 > file.size() || file[offset] != 'I') {
                continue;
            }
            const File& other = corpus_[below(corpus_.size())];
            std::memcpy(file.data() + offset, other.data(), 4);
            return;
        }
    }

    const std::vector<File>& corpus_;
    std::mt19937_64 random_;
};

} // namespace mutations
