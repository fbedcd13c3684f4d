#pragma once
// The reader of the pre-walk: a cursor over bytes that somebody else wrote.
//
// Nothing here allocates in proportion to a number found in the file: a length is compared with the
// bytes that are left before anything is sized by it, and vectors are views into the caller's memory.
// The file format is little-endian and packed, so elements are read by memcpy, never through a cast.
//
// Two kinds of refusal: UnsupportedKind (a kind of index that the grammar does not know, or that is
// never read from a file) and Damage (a known kind whose fields disagree). Both are runtime_errors, and
// both messages have the form "thing: expected X, got Y; offset=N, kind=IwFl".

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>
#include <type_traits>

/// A fuzzer may define this to learn where the fields of a file stand.
#ifndef FAISSJ_PREWALK_ON_FIELD
#define FAISSJ_PREWALK_ON_FIELD(what, offset, size)
#endif

namespace faissj::prewalk {

/// A known kind of index whose bytes do not add up.
struct Damage : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A fourcc that the grammar has no rules for, or that must not be read from a file.
struct UnsupportedKind : std::runtime_error {
    UnsupportedKind(const std::string& message, std::string fourcc_in)
            : std::runtime_error(message), fourcc(std::move(fourcc_in)) {}
    std::string fourcc;
};

/// Elements of type T somewhere in the file, at any alignment.
template <class T>
class View {
   public:
    View() = default;
    View(const uint8_t* first, uint64_t count) : first_(first), count_(count) {}

    uint64_t size() const {
        return count_;
    }

    T operator[](uint64_t i) const {
        T value;
        std::memcpy(&value, first_ + i * sizeof(T), sizeof(T));
        return value;
    }

    const uint8_t* bytes() const {
        return first_;
    }

   private:
    const uint8_t* first_ = nullptr;
    uint64_t count_ = 0;
};

inline std::string text(const std::string& value) {
    return value;
}

inline std::string text(const char* value) {
    return value;
}

template <class V, std::enable_if_t<std::is_integral_v<V>, int> = 0>
std::string text(V value) {
    return std::to_string(value);
}

inline std::string text(double value) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%g", value);
    return buffer;
}

/// The four bytes as they would be printed; what is not printable ASCII becomes '?'.
inline std::string printable(uint32_t fourcc) {
    std::string out(4, '?');
    for (int i = 0; i < 4; i++) {
        unsigned char c = static_cast<unsigned char>(fourcc >> (8 * i));
        if (c > 0x20 && c < 0x7f) {
            out[i] = static_cast<char>(c);
        }
    }
    return out;
}

/// Inverted lists that stand in another file.
struct OnDiskLists {
    bool found = false;
    std::string filename;
    uint64_t bytes = 0;
};

class Bytes {
   public:
    Bytes(const uint8_t* data, uint64_t size) : data_(data), size_(size) {}

    uint64_t offset() const {
        return offset_;
    }

    uint64_t size() const {
        return size_;
    }

    uint64_t left() const {
        return size_ - offset_;
    }

    /// The kind of index being walked, for messages.
    std::string kind = "none";

    /// Where the caller allows lists in another file; else null.
    OnDiskLists* on_disk = nullptr;

    template <class E, class G>
    [[noreturn]] void fail(const char* what, const E& expected, const G& got) const {
        throw Damage(message(what, text(expected), text(got)));
    }

    [[noreturn]] void unsupported(const std::string& fourcc, const char* expected) const {
        throw UnsupportedKind(message("kind of index", expected, fourcc), fourcc);
    }

    /// Fails unless ok.
    template <class G>
    void require(bool ok, const char* what, const char* expected, const G& got) const {
        if (!ok) {
            fail(what, expected, got);
        }
    }

    /// Fails unless the two integers are the same number, whatever their types.
    template <class G, class E>
    void equal(const char* what, G got, E expected) const {
        if (static_cast<__int128>(got) != static_cast<__int128>(expected)) {
            fail(what, expected, got);
        }
    }

    /// Fails unless low <= got <= high.
    template <class G>
    void within(const char* what, G got, int64_t low, int64_t high) const {
        __int128 wide = static_cast<__int128>(got);
        if (wide < low || wide > high) {
            fail(what, std::to_string(low) + " to " + std::to_string(high), got);
        }
    }

    /// The product, or a failure when it does not fit 64 bits.
    uint64_t product(const char* what, uint64_t a, uint64_t b) const {
        uint64_t result;
        if (__builtin_mul_overflow(a, b, &result)) {
            fail(what, "a product below 2^64", text(a) + " * " + text(b));
        }
        return result;
    }

    template <class T>
    T get(const char* what) {
        static_assert(!std::is_same_v<T, bool>, "use flag()");
        T value;
        std::memcpy(&value, take(what, 1, sizeof(T)), sizeof(T));
        FAISSJ_PREWALK_ON_FIELD(what, offset_ - sizeof(T), sizeof(T));
        return value;
    }

    bool flag(const char* what) {
        uint8_t value = get<uint8_t>(what);
        require(value <= 1, what, "0 or 1", static_cast<int>(value));
        return value == 1;
    }

    /// A float that is a number.
    float finite(const char* what) {
        float value = get<float>(what);
        require(std::isfinite(value), what, "a finite number", value);
        return value;
    }

    /// count elements without a length in front.
    template <class T>
    View<T> elements(const char* what, uint64_t count) {
        return View<T>(take(what, count, sizeof(T)), count);
    }

    /// READVECTOR: a 64-bit count, then the elements.
    template <class T>
    View<T> vector(const char* what) {
        uint64_t count = get<uint64_t>(what);
        return elements<T>(what, count);
    }

    /// A vector whose length is known beforehand.
    template <class T>
    View<T> vector(const char* what, uint64_t count) {
        uint64_t got = get<uint64_t>(what);
        equal(what, got, count);
        return elements<T>(what, count);
    }

    /// A vector of floats, each of them a number.
    View<float> numbers(const char* what, uint64_t count) {
        View<float> values = vector<float>(what, count);
        require_finite(what, values);
        return values;
    }

    void require_finite(const char* what, const View<float>& values) const {
        for (uint64_t i = 0; i < values.size(); i++) {
            if (!std::isfinite(values[i])) {
                fail(what, "finite numbers", text(values[i]) + " at " + text(i));
            }
        }
    }

    uint32_t fourcc(const char* what) {
        return get<uint32_t>(what);
    }

    /// The next fourcc without reading it.
    std::string next_kind() const {
        uint32_t value = 0;
        if (left() < 4) {
            return "none";
        }
        std::memcpy(&value, data_ + offset_, 4);
        return printable(value);
    }

   private:
    const uint8_t* take(const char* what, uint64_t count, uint64_t element_size) {
        if (count > left() / element_size) {
            fail(what,
                 "at most " + text(left() / element_size) + " elements of " + text(element_size) +
                         " bytes",
                 count);
        }
        const uint8_t* at = data_ + offset_;
        offset_ += count * element_size;
        return at;
    }

    std::string message(const char* what, const std::string& expected, const std::string& got) const {
        return std::string(what) + ": expected " + expected + ", got " + got +
                "; offset=" + std::to_string(offset_) + ", kind=" + kind;
    }

    const uint8_t* data_;
    uint64_t size_;
    uint64_t offset_ = 0;
};

} // namespace faissj::prewalk
