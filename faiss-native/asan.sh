#!/usr/bin/env bash
# AddressSanitizer over everything in C++: libfaiss, the shim, the pre-walk and the embedder's kernels, built with it in a
# tree and a cache of their own; then the tests of faiss-jni and of the kernels run over them, and the pre-walk's fuzzer.
# Not part of the gate (./check --asan): the first run builds libfaiss once more, some 15 minutes on two cores.
#   faiss-native/asan.sh PYTHON NEWEST_PYTHON [MVN_ARGUMENT...]     such as -Dtest=DefectsTest
# MUTANTS=5 damaged files for each file and way of damaging it; LIBFAISS=plain leaves libfaiss as it is, which takes three
# minutes: then only the shim's own accesses are watched, and what libfaiss copies. Ends with an error on any finding.
set -euo pipefail
home=$(cd "$(dirname "$0")/.." && pwd)
python=$1 newest=$2 mutants=${MUTANTS:-5}; shift 2
cache=${FAISSJVM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/faissjvm}
work=$cache/asan${LIBFAISS:+-$LIBFAISS}
variant=generic
! grep -qw avx2 /proc/cpuinfo || variant=avx2
mkdir -p "$cache/source" "$work/bin" "$work/tree" "$work/binding"

# The compilers of cmake/build.sh, of JavaCPP and of embedder/native.sh, and no strip: a report should name functions. CMake
# looks for the one of C++ beside the one of C. The sanitizer itself comes with the process.
for name in cc c++ g++; do
  printf '#!/bin/bash\nexec %s -fsanitize=address -fno-omit-frame-pointer "${@/#-Wl,-z,defs/-Wl,-z,undefs}" -O1 -g1\n' \
    "$(command -v $name)" >"$work/bin/$name"
done
printf '#!/bin/sh\n' >"$work/bin/strip"
chmod +x "$work/bin"/*
ln -sfn "$cache/source" "$work/source"
ln -sfn "$cache/models" "$work/models"
for raw in "$cache"/binding/raw-*; do # JavaCPP's own glue needs no watching
  [ ! -d "$raw" ] || [ -d "$work/binding/${raw##*/}" ] || cp -a "$raw" "$work/binding/"
done
if [ "${LIBFAISS:-}" = plain ]; then
  mkdir -p "$work/native"
  for built in "$cache/native/$variant"-*; do
    [ -d "$work/native/${built##*/}" ] || cp -a "$built" "$work/native/"
  done
fi
for part in pom.xml README.md .mvn cmake faiss-native faiss-jni embedder; do
  tar -C "$home" --exclude=target -cf - "$part" | tar -C "$work/tree" -xf -
done
sed -i '/<module>/{/faiss-native\|faiss-jni<\|embedder/!d}' "$work/tree/pom.xml"

maven() { # modules, arguments
  (cd "$work/tree" && PATH=$work/bin:$PATH FAISSJVM_CACHE=$work mvn -q -B --no-transfer-progress -pl "$1" \
    -Dspotless.check.skip=true -Dsurefire.failIfNoSpecifiedTests=false -Dfaiss.variants=$variant -Dfaiss.python="$python" -Dfaiss.python.newest="$newest" "${@:2}")
}
echo "asan: building"
maven faiss-native,faiss-jni,embedder test-compile
lib=$(find "$work/tree/faiss-native/target/libfaiss" -name libfaissj112.so)
[ "${LIBFAISS:-}" = plain ] || nm -D "$lib" | grep __asan_init >/dev/null || { echo "$lib: expected AddressSanitizer in it" >&2; exit 1; }

# The JVM has uses of its own for SIGSEGV; leaks are counted by the tests themselves, and the memory that a damaged file
# may take, so not much of what is freed is held back.
export ASAN_OPTIONS=handle_segv=0:detect_leaks=0:abort_on_error=1:allocator_may_return_null=1:quarantine_size_mb=16
# The plain library's arrays are from malloc (cmake/huge_pages.cpp), and the shim deletes some of them.
[ "${LIBFAISS:-}" != plain ] || ASAN_OPTIONS+=:alloc_dealloc_mismatch=0
echo "asan: the tests of faiss-jni"
# With the library that throws: a JVM and a Python that bring none would leave the sanitizer without.
sanitizer="$(c++ -print-file-name=libasan.so) $(c++ -print-file-name=libstdc++.so)"
LD_PRELOAD=$sanitizer maven faiss-native,faiss-jni test '-Dtest=!HugePagesTest' "$@" # its arrays come from the sanitizer
echo "asan: the embedder's kernels"
LD_PRELOAD=$sanitizer maven embedder test -Dtest=KernelTest

openblas=$work/tree/faiss-native/target/openblas/org/bytedeco/openblas/linux-x86_64
compile() { # name, flags
  echo "asan: compiling the fuzzer, $1"
  "$work/bin/c++" -std=c++17 -fopenmp "${@:2}" -I "$home/faiss-native/src/main/cpp" \
    -I "$work/tree/faiss-native/target/libfaiss/source" "$home/faiss-native/src/test/cpp/prewalk_fuzz.cpp" -o "$work/$1"
}
# The walk alone also under the sanitizer of undefined behaviour; Faiss itself reads floats that are not aligned.
compile walk -DWALK_ONLY -fsanitize=undefined -fno-sanitize-recover=all
compile use "$lib" "$openblas/libopenblas.so.0" "-Wl,-rpath,${lib%/*}:$openblas" "-Wl,-rpath-link,$openblas"
files=("$work"/tree/faiss-jni/target/python-files/*.faiss)
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 ASAN_OPTIONS=detect_leaks=0:abort_on_error=1:allocator_may_return_null=1
# And those in states and of kinds that the tests of faiss-jni do not make.
variants=$work/variants
"$python" "$home/faiss-native/src/test/python/make_files.py" "$variants" --variants
unusual=("$variants"/*.faiss)
"$work/walk" --mutants $((20 * mutants)) "${files[@]}"
"$work/walk" --mutants "$mutants" "${unusual[@]}"
"$work/use" --good "${files[@]}" "${unusual[@]}"
"$work/use" --mutants "$mutants" --keep "$work" "${files[@]}"
"$work/use" --mutants 1 --keep "$work" "${unusual[@]}"
echo "asan: nothing found"
