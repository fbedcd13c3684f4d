// What kind an index is.
#pragma once

#include <atomic>
#include <typeinfo>

namespace faissj {

// A dynamic_cast for what every search asks: one that fails walks up both hierarchies, which takes longer than a small
// index is searched. So the last class that is no T is remembered.
template <class T, class I>
const T* as(const I* index) {
    if (!index) return nullptr;
    static std::atomic<const std::type_info*> last{nullptr};
    const std::type_info* type = &typeid(*index);
    if (type == last.load(std::memory_order_relaxed)) return nullptr;
    auto found = dynamic_cast<const T*>(index);
    if (!found) last.store(type, std::memory_order_relaxed);
    return found;
}

} // namespace faissj
