#!/usr/bin/env bash
# Builds libfaiss for the SIMD variants named, once: results are kept outside the tree, keyed by source, flags,
# compiler and variant, and linked into OUT/<variant>/libfaissj112.so.
#   cmake/build.sh OPENBLAS_DIR OUT VARIANT...
# FAISS_SOURCE_DIR names a Faiss tree of your own; FAISSJVM_CACHE the cache (default ~/.cache/faissjvm).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
openblas=$(cd "$1" && pwd) out=$2; shift 2
cache=${FAISSJVM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/faissjvm}
mkdir -p "$cache/source" "$cache/native" "$out"
exec 9>"$cache/native/.lock"
flock -n 9 || { echo "another build holds $cache/native/.lock, waiting for it"; flock 9; }

fetch_source() { # the pinned crate carries the whole tree; its checksum in Cargo.lock is the pin
  local lock tree
  lock=$(sha256sum <"$here/source/Cargo.lock" | cut -c1-16)
  tree=$cache/source/$lock
  if [ ! -d "$tree" ]; then
    command -v cargo >/dev/null || { echo "cargo: expected on PATH to fetch Faiss's source; or set FAISS_SOURCE_DIR" >&2; exit 1; }
    rm -rf "$tree.part"
    (cd "$here/source" && cargo vendor --locked --quiet "$tree.part" >/dev/null)
    mv "$tree.part" "$tree"
  fi
  echo "$tree/faiss-sys/faiss"
}

progress() { # variant; ninja's lines in, one line for each tenth out, and what went wrong
  local line done total tenth last=0
  while read -r line; do
    if [[ $line =~ ^([0-9]+)/([0-9]+)\  ]]; then
      done=${BASH_REMATCH[1]} total=${BASH_REMATCH[2]} tenth=$((BASH_REMATCH[1] * 10 / BASH_REMATCH[2]))
      [ "$tenth" -le "$last" ] || { last=$tenth; echo "libfaiss $1: $done of $total files"; }
    elif [[ $line == *error:* || $line == FAILED* ]]; then
      echo "$line"
    fi
  done
}

build() { # variant -> the library in the cache
  local variant=$1 work rc=0 started=$SECONDS
  work=$cache/native/work-$variant-$key
  echo "libfaiss $variant: building from source, 5 to 10 minutes on two cores, kept for every later build"
  cmake -S "$here" -B "$work" -G Ninja -DCMAKE_BUILD_TYPE=Release -DFAISSJVM_VARIANT="$variant" \
    -DFAISS_SOURCE_DIR="$source" -DOPENBLAS_DIR="$openblas" >"$work.log" 2>&1 || rc=$?
  [ $rc = 0 ] || { tail -n 30 "$work.log" >&2; exit $rc; }
  NINJA_STATUS='%f/%t ' cmake --build "$work" --target variant 2>&1 | tee -a "$work.log" | progress "$variant"
  strip --strip-unneeded "$work/faiss/faiss/libfaissj112.so"
  "$here/own_size.sh" "$work/faiss/faiss/libfaissj112.so"
  mkdir -p "$cache/native/$variant-$key"
  mv "$work/faiss/faiss/libfaissj112.so" "$cache/native/$variant-$key/libfaissj112.so"
  rm -rf "$work" "$work.log"
  echo "libfaiss $variant: built in $((SECONDS - started)) s"
}

source=${FAISS_SOURCE_DIR:-}
compiler=$(c++ -dumpfullversion -dumpmachine)
identity=$source
[ -z "$source" ] && identity=$(cat "$here/source/Cargo.lock")
key=$(printf '%s' "$identity" "$compiler" "$(cat "$here"/CMakeLists.txt "$here"/*.cpp "$here"/local.map "$here"/own_size.sh)" "$(sha256sum <"$openblas/libopenblas.so.0")" | sha256sum | cut -c1-16)
[ -n "$source" ] || source=$(fetch_source)
# "native" is the variant that this processor runs best.
native() {
  local flags; flags=" $(grep -m1 '^flags' /proc/cpuinfo) "
  has() { local flag; for flag in "$@"; do [[ $flags == *" $flag "* ]] || return 1; done; }
  has avx2 fma f16c popcnt || { echo generic; return; }
  if has avx512f avx512cd avx512vl avx512dq avx512bw; then echo avx512; else echo avx2; fi
}
wanted=()
for variant in "$@"; do
  [ "$variant" != native ] || variant=$(native)
  [[ " ${wanted[*]} " == *" $variant "* ]] || wanted+=("$variant")
done
for folder in "$out"/*/; do # a variant of an earlier build that is not wanted now would be shipped
  variant=$(basename "$folder")
  [[ " ${wanted[*]} source " == *" $variant "* ]] || rm -rf "$folder"
done
for variant in "${wanted[@]}"; do
  kept=$cache/native/$variant-$key/libfaissj112.so
  [ -f "$kept" ] || build "$variant"
  mkdir -p "$out/$variant"
  cmp -s "$kept" "$out/$variant/libfaissj112.so" || cp "$kept" "$out/$variant/libfaissj112.so"
done
ln -sfn "$source" "$out/source"
