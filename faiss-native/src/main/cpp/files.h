// Files and bytes. An index is read from memory that was walked first (prewalk/), so that Faiss's reader, which trusts its
// input, never meets a length or a link that lies. Reading uses up the memory behind it as it goes.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <faiss/impl/io.h>
#include <faiss/impl/zerocopy_io.h>
#include <faiss/index_io.h>

#include "huge_pages.h"
#include "operations.h"
#include "prewalk/prewalk.h"

namespace faissj {

struct Bytes {
    uint8_t* base = nullptr; // what munmap gets, page-aligned
    size_t mapped = 0;
    uint8_t* data = nullptr;
    int64_t size = 0;
    std::atomic<int> owners{1};
};

inline std::string reason() { return std::string(strerror(errno)); }

inline Bytes* bytesAllocate(int64_t sizeBytes) {
    auto bytes = std::make_unique<Bytes>();
    bytes->mapped = std::max<int64_t>(sizeBytes, 1);
    void* memory = mmap(nullptr, bytes->mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    madvise(memory, bytes->mapped, MADV_HUGEPAGE); // as an index's own arrays: cmake/huge_pages.cpp
    bytes->base = bytes->data = static_cast<uint8_t*>(memory);
    bytes->size = sizeBytes;
    return bytes.release();
}

inline Bytes* bytesMap(const char* path, int64_t offset, int64_t sizeBytes) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) ioFailure(std::string(path) + ": " + reason());
    struct stat status;
    bool whole = fstat(file, &status) == 0 && S_ISREG(status.st_mode) && offset >= 0 && sizeBytes >= 0 &&
            offset <= status.st_size && sizeBytes <= status.st_size - offset;
    if (!whole) {
        close(file);
        ioFailure(format("%s: expected a file of at least %lld bytes", path, (long long)(offset + sizeBytes)));
    }
    auto bytes = std::make_unique<Bytes>();
    int64_t page = offset % sysconf(_SC_PAGESIZE);
    bytes->mapped = std::max<int64_t>(sizeBytes + page, 1);
    void* memory = mmap(nullptr, bytes->mapped, PROT_READ, MAP_SHARED, file, offset - page);
    std::string failure = memory == MAP_FAILED ? reason() : "";
    close(file);
    if (memory == MAP_FAILED) ioFailure(std::string(path) + ": cannot be mapped, " + failure);
    bytes->base = static_cast<uint8_t*>(memory);
    bytes->data = bytes->base + page;
    bytes->size = sizeBytes;
    return bytes.release();
}

inline void bytesShare(Bytes* bytes) { bytes->owners++; }

inline void bytesFree(Bytes* bytes) {
    if (--bytes->owners > 0) return;
    munmap(bytes->base, bytes->mapped);
    delete bytes;
}
inline int64_t bytesAddress(const Bytes* bytes) { return reinterpret_cast<int64_t>(bytes->data); }

// Room for more, for a stream that does not say how long it is; what was there stays.
inline void bytesGrow(Bytes* bytes, int64_t sizeBytes) {
    void* memory = mremap(bytes->base, bytes->mapped, sizeBytes, MREMAP_MAYMOVE);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    bytes->base = bytes->data = static_cast<uint8_t*>(memory);
    bytes->mapped = bytes->size = sizeBytes;
}

inline prewalk::Summary walked(const Bytes* bytes, int64_t sizeBytes, prewalk::OnDiskLists* lists = nullptr, bool rowsOutside = false) {
    if (sizeBytes < 0 || sizeBytes > bytes->size) badArgument("size: expected at most what was allocated");
    try {
        return prewalk::walk(bytes->data, sizeBytes, lists, rowsOutside);
    } catch (const std::runtime_error& refusal) {
        badFormat(refusal.what());
    }
}

// Gives pages back once they are read: the bytes and the index never stand in memory whole side by side.
struct ConsumingReader : faiss::IOReader {
    static constexpr size_t STEP = size_t(8) << 20;
    uint8_t* data;
    size_t size, position = 0, released = 0;
    ConsumingReader(Bytes* bytes, size_t size) : data(bytes->data), size(size) {}
    size_t operator()(void* out, size_t itemSize, size_t items) override {
        if (itemSize == 0 || items == 0) return 0;
        items = std::min(items, (size - position) / itemSize);
        for (size_t left = itemSize * items; left > 0;) {
            size_t part = std::min(left, STEP);
            memcpy(out, data + position, part);
            out = static_cast<char*>(out) + part;
            position += part;
            left -= part;
            if (position - released >= STEP) {
                size_t end = position & ~((size_t(2) << 20) - 1); // whole huge pages
                madvise(data + released, end - released, MADV_DONTNEED);
                released = end;
            }
        }
        return items;
    }
};

// Faiss builds an IVFPQ's table of up to 2 GiB at load, whatever the file's size; here it stays in proportion.
inline void precompute(faiss::Index* index, int64_t sizeBytes) {
    auto ivf = const_cast<faiss::IndexIVFPQ*>(innermost<faiss::IndexIVFPQ>(index));
    if (!ivf || !ivf->is_trained) return;
    double table = double(ivf->nlist) * ivf->pq.M * ivf->pq.ksub * sizeof(float);
    if (table > 4.0 * sizeBytes + (64 << 20)) return;
    ivf->use_precomputed_table = 0;
    ivf->precompute_table();
}

inline faiss::Index* readFrom(faiss::IOReader* reader, int64_t sizeBytes, const std::string& kinds,
                              int flags = 0) {
    useThreads(1);
    // Residual quantizers and independent quantizers need at load what the flag would leave out.
    bool ivfPq = (kinds.find("IwPQ") != std::string::npos || kinds.find("IwQR") != std::string::npos) &&
            kinds.find("IwIQ") == std::string::npos;
    if (ivfPq) flags |= faiss::IO_FLAG_SKIP_PRECOMPUTE_TABLE;
    std::unique_ptr<faiss::Index> index(faiss::read_index(reader, flags));
    if (ivfPq) precompute(index.get(), sizeBytes);
    return index.release();
}

inline std::string kindsOfFloats(const Bytes* bytes, int64_t sizeBytes, prewalk::OnDiskLists* lists = nullptr) {
    prewalk::Summary summary = walked(bytes, sizeBytes, lists);
    if (summary.binary) badFormat("file: expected an index over floats, got a binary one");
    return summary.kinds;
}

inline faiss::Index* readIndex(Bytes* bytes, int64_t sizeBytes) {
    std::string kinds = kindsOfFloats(bytes, sizeBytes);
    ConsumingReader reader(bytes, sizeBytes);
    std::unique_ptr<faiss::Index> index(readFrom(&reader, sizeBytes, kinds));
    if (auto ivf = innermost<faiss::IndexIVF>(index.get())) onHugePages(ivf);
    return index.release();
}

// Whatever Faiss makes of the bytes: a damaged file can end the process.
inline faiss::Index* readUnchecked(Bytes* bytes, int64_t sizeBytes) {
    useThreads(1);
    ConsumingReader reader(bytes, sizeBytes);
    return faiss::read_index(&reader);
}

inline faiss::Index* mapIndex(const Bytes* bytes, int64_t sizeBytes) {
    std::string kinds = kindsOfFloats(bytes, sizeBytes);
    if (kinds.find("IHN2") != std::string::npos)
        unsupported("map: two-level graphs load aligned words, which a file does not promise; read it instead");
    faiss::ZeroCopyIOReader reader(bytes->data, sizeBytes);
    return readFrom(&reader, sizeBytes, kinds);
}

// Gathers Faiss's many small writes: one call to Java a megabyte.
class SinkWriter : public faiss::IOWriter {
  public:
    explicit SinkWriter(Sink* sink) : sink(sink) { buffer.reserve(CAPACITY); }
    size_t operator()(const void* data, size_t itemSize, size_t items) override {
        size_t size = itemSize * items;
        const char* bytes = static_cast<const char*>(data);
        if (buffer.size() + size > CAPACITY) finish();
        if (size >= CAPACITY) sink->accept(reinterpret_cast<int64_t>(bytes), size);
        else buffer.insert(buffer.end(), bytes, bytes + size);
        return items;
    }
    void finish() {
        if (!buffer.empty()) sink->accept(reinterpret_cast<int64_t>(buffer.data()), buffer.size());
        buffer.clear();
    }

  private:
    static constexpr size_t CAPACITY = size_t(1) << 20;
    Sink* sink;
    std::vector<char> buffer;
};

inline bool isOverRows(const faiss::Index* index); // graph.h

inline void writeTo(faiss::IOWriter* writer, const faiss::Index* index) {
    faiss::write_index(index, writer, isOverRows(index) ? faiss::IO_FLAG_SKIP_STORAGE : 0);
}

inline void writeIndex(const faiss::Index* index, Sink* sink) {
    SinkWriter writer(sink);
    writeTo(&writer, index);
    writer.finish();
}

struct CountingWriter : faiss::IOWriter {
    int64_t sizeBytes = 0;
    size_t operator()(const void*, size_t itemSize, size_t items) override {
        sizeBytes += itemSize * items;
        return items;
    }
};

inline int64_t writtenBytes(const faiss::Index* index) {
    CountingWriter writer;
    writeTo(&writer, index);
    return writer.sizeBytes;
}

} // namespace faissj
