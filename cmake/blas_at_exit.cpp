// When a process exits, OpenBLAS gives its memory back. A JVM exits while its threads are in native calls, and one that
// multiplies then would end the process with SIGSEGV instead. So libfaiss calls OpenBLAS through here (--wrap in
// CMakeLists.txt): exit waits for the calls that run, each of them short, and later ones never return, as in the JVM itself.
#include <unistd.h>
#include <atomic>

namespace {

constexpr int MOST_MILLIS = 10'000; // for one call: then as it would be without this

std::atomic<int> running{0};
std::atomic<bool> exiting{false};

struct Call {
    Call() {
        running++;
        if (!exiting) return;
        running--;
        for (;;) pause();
    }
    ~Call() { running--; }
};

// Destroyed before any library's own end.
struct Exit {
    ~Exit() {
        exiting = true;
        for (int millis = 0; running > 0 && millis < MOST_MILLIS; millis++) usleep(1000);
    }
} atExit;

} // namespace

// Fortran takes addresses alone.
#define PARAMETERS6 void *a, void *b, void *c, void *d, void *e, void *f
#define PARAMETERS7 PARAMETERS6, void* g
#define PARAMETERS8 PARAMETERS7, void* h
#define PARAMETERS9 PARAMETERS8, void* i
#define PARAMETERS10 PARAMETERS9, void* j
#define PARAMETERS13 PARAMETERS10, void *k, void *l, void *m
#define PARAMETERS14 PARAMETERS13, void* n
#define ARGUMENTS6 a, b, c, d, e, f
#define ARGUMENTS7 ARGUMENTS6, g
#define ARGUMENTS8 ARGUMENTS7, h
#define ARGUMENTS9 ARGUMENTS8, i
#define ARGUMENTS10 ARGUMENTS9, j
#define ARGUMENTS13 ARGUMENTS10, k, l, m
#define ARGUMENTS14 ARGUMENTS13, n

#define WRAP(name, count)                          \
    extern "C" int __real_##name(PARAMETERS##count); \
    extern "C" int __wrap_##name(PARAMETERS##count) { \
        Call call;                                 \
        return __real_##name(ARGUMENTS##count);    \
    }

WRAP(sgemm_, 13)
WRAP(dgemm_, 13)
WRAP(ssyrk_, 10)
WRAP(sgeqrf_, 8)
WRAP(sorgqr_, 9)
WRAP(sgetrf_, 6)
WRAP(dgetrf_, 6)
WRAP(sgetri_, 7)
WRAP(dgetri_, 7)
WRAP(sgesvd_, 14)
WRAP(dgesvd_, 14)
WRAP(sgelsd_, 14)
WRAP(dsyev_, 9)
