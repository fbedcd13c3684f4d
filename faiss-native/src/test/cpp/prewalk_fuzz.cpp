// Fuzzes the pre-walk: breaks good index files, and whatever still passes the walk is read by the real libfaiss
// and used, in a child process with limits on time and memory. A child that dies is a hole in the grammar.
//
// Build (S: the Faiss source tree, L: the folder of libfaissj112.so, B: the folder of libopenblas.so.0):
//   g++ -std=c++17 -O1 -g -fopenmp -I src/main/cpp -I $S src/test/cpp/prewalk_fuzz.cpp
//       $L/libfaissj112.so -Wl,-rpath,$L:$B -Wl,-rpath-link,$B -o prewalk_fuzz
//   The walk alone under sanitizers, without libfaiss: add -DWALK_ONLY -fsanitize=address,undefined; asan.sh does.
// Files: python src/test/python/make_files.py DIR, and the same with --variants.
// Run:
//   OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 ./prewalk_fuzz [options] DIR/*.faiss
//     --good            walk and use the files as they are (refusals are listed)
//     --mutants N       per file and mode of mutation (default 10)
//     --seed N          (default 1); the same seed makes the same mutants
//     --seconds N       stop after so long
//     --guard           a guard page behind every block of memory: finds reads just outside, slower
//     --loud            let the children print what Faiss says
//     --keep DIR        write the mutants whose child died there
// Exit status 1 when a child died or hung.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "mutations.h"

namespace {
/// Where the walk in progress notes its fields, if anywhere.
mutations::Fields* noting = nullptr;
} // namespace

#define FAISSJ_PREWALK_ON_FIELD(what, offset, size) \
    if (noting != nullptr)                          \
    noting->by_name[kind + " " + (what)].push_back({(offset), (size)})

#include "prewalk/prewalk.h"

#ifndef WALK_ONLY
#include <faiss/impl/io.h>
#include <faiss/impl/zerocopy_io.h>
#include <faiss/index_io.h>

#include "exercise.h"
#include "guarded_heap.h"
#endif

namespace {

using mutations::File;
using faissj::prewalk::Summary;

constexpr int kOutOfMemory = 3;
constexpr unsigned kHangSeconds = 10;

/// Children keep their stdout and stderr.
bool loud = false;

struct Options {
    bool good = false, guard = false;
    uint64_t mutants = 10, seed = 1;
    double seconds = 1e9;
    std::string keep;
    std::vector<std::string> files;
};

struct Counts {
    uint64_t mutants = 0, refused = 0, unsupported = 0, used = 0, crashed = 0, hung = 0, memory = 0;
    long worst_extra_kib = 0;
};

Options parse(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; i++) {
        std::string arg = argv[i];
        if (arg == "--good") {
            options.good = true;
        } else if (arg == "--loud") {
            loud = true;
        } else if (arg == "--guard") {
            options.guard = true;
        } else if (arg == "--mutants") {
            options.mutants = std::strtoull(argv[++i], nullptr, 10);
        } else if (arg == "--seed") {
            options.seed = std::strtoull(argv[++i], nullptr, 10);
        } else if (arg == "--seconds") {
            options.seconds = std::atof(argv[++i]);
        } else if (arg == "--keep") {
            options.keep = argv[++i];
        } else {
            options.files.push_back(arg);
        }
    }
    return options;
}

File read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return File(std::istreambuf_iterator<char>(in), {});
}

#ifndef WALK_ONLY

void silence() {
    if (std::freopen("/dev/null", "w", stderr) == nullptr ||
        std::freopen("/dev/null", "w", stdout) == nullptr) {
        _exit(kOutOfMemory);
    }
}

uint64_t virtual_bytes() {
    uint64_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    return pages * 4096;
}

/// Reads and uses the index; never returns.
[[noreturn]] void use(const File& file, const Summary& summary, bool zero_copy, bool guard) {
    std::signal(SIGABRT, SIG_DFL);
    alarm(guard ? 3 * kHangSeconds : kHangSeconds);
    uint64_t budget = 4 * file.size() + (uint64_t{200} << 20);
    if (guard) {
        guarded_heap::enable(budget);
#ifndef __SANITIZE_ADDRESS__ // which reserves terabytes
    } else {
        rlimit limit{virtual_bytes() + budget, RLIM_INFINITY};
        setrlimit(RLIMIT_AS, &limit);
#endif
    }
    bool out_of_memory = false;
    exercise::attempt(&out_of_memory, [&] {
        faiss::VectorIOReader copying;
        copying.data = file;
        faiss::ZeroCopyIOReader mapped(file.data(), file.size());
        faiss::IOReader* reader =
                zero_copy ? static_cast<faiss::IOReader*>(&mapped) : static_cast<faiss::IOReader*>(&copying);
        if (summary.binary) {
            exercise::BinaryIndex binary(
                    faiss::read_index_binary(reader), summary.kinds, zero_copy);
            out_of_memory |= binary.run();
        } else {
            exercise::FloatIndex index(faiss::read_index(reader), summary.kinds, zero_copy);
            out_of_memory |= index.run();
        }
    });
    _exit(out_of_memory ? kOutOfMemory : 0);
}

/// What became of the child: "", "memory", "hang", or the signal.
std::string outcome_of_use(
        const File& file, const Summary& summary, bool zero_copy, bool guard, Counts& counts) {
    std::fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        if (!loud) {
            silence();
        }
        use(file, summary, zero_copy, guard);
    }
    int status = 0;
    rusage usage;
    wait4(child, &status, 0, &usage);
    counts.used++;
    counts.worst_extra_kib = std::max(
            counts.worst_extra_kib, usage.ru_maxrss - static_cast<long>(4 * file.size() / 1024));
    if (WIFSIGNALED(status)) {
        bool hung = WTERMSIG(status) == SIGALRM;
        (hung ? counts.hung : counts.crashed)++;
        return hung ? "hang" : "signal " + std::to_string(WTERMSIG(status));
    }
    if (WEXITSTATUS(status) == kOutOfMemory) {
        counts.memory++;
        return "memory";
    }
    return "";
}

#else

std::string outcome_of_use(const File&, const Summary&, bool, bool, Counts& counts) {
    counts.used++;
    return "";
}

#endif

/// Walks a copy that ends where the file ends, so that a sanitizer sees every read behind it.
bool passes(const File& file, Summary& summary, Counts& counts, std::string* why = nullptr) {
    std::vector<uint8_t> exact(file);
    exact.shrink_to_fit();
    try {
        summary = faissj::prewalk::walk(exact.data(), exact.size());
        return true;
    } catch (const faissj::prewalk::UnsupportedKind& e) {
        counts.unsupported++;
        if (why != nullptr) {
            *why = std::string("unsupported: ") + e.what();
        }
    } catch (const std::runtime_error& e) {
        counts.refused++;
        if (why != nullptr) {
            *why = std::string("refused: ") + e.what();
        }
    }
    return false;
}

void report(const Options& options, const std::string& name, const char* how, const File& file,
            const std::string& outcome, const std::string& kinds) {
    static int number = 0;
    std::printf("%s: %s, %s, kinds=%s\n", outcome.c_str(), name.c_str(), how, kinds.c_str());
    std::fflush(stdout);
    if (!options.keep.empty()) {
        std::string base = name.substr(name.rfind('/') + 1);
        std::ofstream out(options.keep + "/" + std::to_string(options.seed) + "-" +
                                  std::to_string(number++) + "-" + base,
                          std::ios::binary);
        out.write(reinterpret_cast<const char*>(file.data()), file.size());
    }
}

void use_good_files(const Options& options, const std::vector<File>& corpus, Counts& counts) {
    for (size_t i = 0; i < corpus.size(); i++) {
        Summary summary;
        std::string why;
        counts.mutants++;
        if (!passes(corpus[i], summary, counts, &why)) {
            std::printf("%s: %s\n", options.files[i].c_str(), why.c_str());
            continue;
        }
        for (bool zero_copy : {false, true}) {
            std::string outcome =
                    outcome_of_use(corpus[i], summary, zero_copy, options.guard, counts);
            if (!outcome.empty()) {
                report(options, options.files[i], zero_copy ? "good, zero copy" : "good", corpus[i],
                       outcome, summary.kinds);
            }
        }
    }
}

void use_mutants(const Options& options, const std::vector<File>& corpus, Counts& counts) {
    auto start = std::chrono::steady_clock::now();
    mutations::Mutator mutator(corpus, options.seed);
    std::vector<mutations::Fields> fields(corpus.size());
    for (size_t i = 0; i < corpus.size(); i++) {
        Summary summary;
        Counts ignored;
        noting = &fields[i];
        passes(corpus[i], summary, ignored);
    }
    noting = nullptr;
    for (uint64_t round = 0; round < options.mutants; round++) {
        for (size_t i = 0; i < corpus.size(); i++) {
            std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
            if (spent.count() > options.seconds) {
                return;
            }
            for (int mode = 0; mode < mutations::Mutator::kModes; mode++) {
                File mutant = mutator.mutate(corpus[i], fields[i], mode);
                Summary summary;
                counts.mutants++;
                if (mutant == corpus[i] || !passes(mutant, summary, counts)) {
                    continue;
                }
                bool zero_copy = counts.used % 4 == 3;
                std::string outcome =
                        outcome_of_use(mutant, summary, zero_copy, options.guard, counts);
                if (!outcome.empty()) {
                    report(options, options.files[i], mutations::Mutator::name(mode), mutant, outcome,
                           summary.kinds);
                }
            }
        }
    }
}

} // namespace

int main(int argc, char** argv) {
    Options options = parse(argc, argv);
    std::vector<File> corpus;
    for (const std::string& path : options.files) {
        corpus.push_back(read_file(path));
    }
    Counts counts;
    if (options.good) {
        use_good_files(options, corpus, counts);
    } else {
        use_mutants(options, corpus, counts);
    }
    std::printf("files=%zu mutants=%llu refused=%llu unsupported=%llu used=%llu crashed=%llu hung=%llu "
                "memory=%llu worst_rss_beyond_4x_file_kib=%ld seed=%llu\n",
                corpus.size(), (unsigned long long)counts.mutants, (unsigned long long)counts.refused,
                (unsigned long long)counts.unsupported, (unsigned long long)counts.used,
                (unsigned long long)counts.crashed, (unsigned long long)counts.hung,
                (unsigned long long)counts.memory, counts.worst_extra_kib,
                (unsigned long long)options.seed);
    return counts.crashed + counts.hung == 0 ? 0 : 1;
}
