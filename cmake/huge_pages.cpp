// Where libfaiss's large arrays lie: in huge pages, if the system gives them to those who ask (the setting "madvise" of
// /sys/kernel/mm/transparent_hugepage/enabled, the default of most). A search that reads many vectors otherwise waits for
// page tables as much as for the vectors. local.map keeps these definitions to libfaiss; what they return belongs to
// free(), as with the ones they stand for, so any library may delete it.
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <new>

namespace {

constexpr size_t HUGE_PAGE = size_t(2) << 20;

// From here on, what alignment may waste is little.
constexpr size_t LARGE = 2 * HUGE_PAGE;

void* largeMemory(size_t bytes) {
    void* memory = aligned_alloc(HUGE_PAGE, bytes);
    // A refusal is no failure: the memory is there, in small pages.
    if (memory) madvise(memory, bytes / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
    return memory;
}

} // namespace

#ifndef __SANITIZE_ADDRESS__ // which has its own

void* operator new(size_t bytes) {
    void* memory;
    while (!(memory = bytes >= LARGE ? largeMemory(bytes) : malloc(bytes ? bytes : 1))) {
        std::new_handler handler = std::get_new_handler();
        if (!handler) throw std::bad_alloc();
        handler();
    }
    return memory;
}

void* operator new[](size_t bytes) { return operator new(bytes); }

// Faiss's AlignedTable, never asked for more than a cache line.
extern "C" int posix_memalign(void** memory, size_t alignment, size_t bytes) noexcept {
    *memory = bytes >= LARGE && alignment <= HUGE_PAGE ? largeMemory(bytes) : aligned_alloc(alignment, bytes);
    return *memory ? 0 : ENOMEM;
}

#endif
