#pragma once
// malloc with a guard page behind every block of 64 bytes or more, once switched on: a read or write past
// the end of a vector, or of one that is freed, is a SIGSEGV at once instead of luck. Sizes are rounded up to 16.
//
// Replaces the C allocator of the whole process (glibc only). Pages come from one reserved range; when that,
// or the kernel's number of mappings, is used up, blocks come from glibc as usual.

#include <sys/mman.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

extern "C" {
void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);
void __libc_free(void*);
}

namespace guarded_heap {

constexpr size_t kPage = 4096;
constexpr size_t kPages = size_t{1} << 22; // 16 GiB of addresses
constexpr size_t kSmallest = 64;

inline char* region = nullptr;
inline uint32_t* pages_of = nullptr; // by first page
inline size_t* size_of = nullptr;
inline size_t next_page = 0;
inline size_t bytes_left = 0;

/// From now on, in this process; at most so many bytes alive at a time, more being refused.
inline void enable(size_t limit_bytes) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    pages_of = static_cast<uint32_t*>(
            mmap(nullptr, kPages * sizeof(uint32_t), PROT_READ | PROT_WRITE, flags, -1, 0));
    size_of = static_cast<size_t*>(
            mmap(nullptr, kPages * sizeof(size_t), PROT_READ | PROT_WRITE, flags, -1, 0));
    bytes_left = limit_bytes;
    region = static_cast<char*>(mmap(nullptr, kPages * kPage, PROT_NONE, flags, -1, 0));
}

inline bool owns(const void* p) {
    return region != nullptr && p >= region && p < region + kPages * kPage;
}

inline size_t first_page(const void* p) {
    size_t page = (static_cast<const char*>(p) - region) / kPage;
    while (pages_of[page] == 0) {
        page--;
    }
    return page;
}

inline void* allocate(size_t size, size_t alignment) {
    if (region == nullptr || size < kSmallest) {
        return __libc_memalign(alignment, size);
    }
    if (size > bytes_left) {
        errno = ENOMEM;
        return nullptr;
    }
    size_t rounded = (size + alignment - 1) / alignment * alignment;
    size_t pages = (rounded + kPage - 1) / kPage;
    if (next_page + pages + 1 >= kPages || alignment > kPage) {
        return __libc_memalign(alignment, size);
    }
    char* start = region + next_page * kPage;
    if (mprotect(start, pages * kPage, PROT_READ | PROT_WRITE) != 0) {
        return __libc_memalign(alignment, size);
    }
    pages_of[next_page] = static_cast<uint32_t>(pages);
    size_of[next_page] = size;
    next_page += pages + 1;
    bytes_left -= size;
    char* block = start + pages * kPage - rounded;
    std::memset(block, 0xa5, rounded < 65536 ? rounded : 65536);
    return block;
}

inline void release(void* p) {
    size_t page = first_page(p);
    char* start = region + page * kPage;
    bytes_left += size_of[page];
    madvise(start, pages_of[page] * kPage, MADV_DONTNEED);
    mprotect(start, pages_of[page] * kPage, PROT_NONE);
}

} // namespace guarded_heap

#ifndef __SANITIZE_ADDRESS__ // which brings an allocator of its own, and guards it
extern "C" {

void* malloc(size_t size) {
    return guarded_heap::region == nullptr ? __libc_malloc(size) : guarded_heap::allocate(size, 16);
}

void* calloc(size_t count, size_t size) {
    size_t bytes;
    if (guarded_heap::region == nullptr) {
        return __libc_calloc(count, size);
    }
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return nullptr;
    }
    void* p = guarded_heap::allocate(bytes, 16);
    return p == nullptr ? nullptr : std::memset(p, 0, bytes);
}

void free(void* p) {
    if (guarded_heap::owns(p)) {
        guarded_heap::release(p);
    } else {
        __libc_free(p);
    }
}

void* realloc(void* p, size_t size) {
    if (!guarded_heap::owns(p)) {
        return __libc_realloc(p, size);
    }
    size_t old = guarded_heap::size_of[guarded_heap::first_page(p)];
    void* moved = guarded_heap::allocate(size, 16);
    if (moved != nullptr) {
        std::memcpy(moved, p, old < size ? old : size);
        guarded_heap::release(p);
    }
    return moved;
}

void* memalign(size_t alignment, size_t size) {
    return guarded_heap::allocate(size, alignment < 16 ? 16 : alignment);
}

void* aligned_alloc(size_t alignment, size_t size) {
    return memalign(alignment, size);
}

int posix_memalign(void** out, size_t alignment, size_t size) {
    *out = memalign(alignment, size);
    return *out == nullptr ? ENOMEM : 0;
}
}
#endif
