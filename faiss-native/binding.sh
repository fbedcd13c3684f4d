#!/usr/bin/env bash
# Generates the Java peers of Faiss and of the shim, and compiles their glue, once: results are kept beside those of
# cmake/build.sh, keyed by sources and compiler, and copied to OUT/java and OUT/lib.
#   faiss-native/binding.sh JAVACPP_JAR JSPECIFY_JAR OPENBLAS_DIR LIBFAISS_OUT OUT
# LIBFAISS_OUT is what cmake/build.sh left: source/ and one folder a variant.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
javacpp=$1 jspecify=$2 openblas=$(cd "$3" && pwd) libfaiss=$(cd "$4" && pwd) out=$5
cache=${FAISSJVM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/faissjvm}/binding
java_home=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")
own_size=$here/../cmake/own_size.sh
mkdir -p "$cache" "$out/java" "$out/lib"
exec 9>"$cache/.lock"
flock -n 9 || { echo "another build holds $cache/.lock, waiting for it"; flock 9; }

presets=$here/src/main/java/dev/faissjvm/faiss/presets
hash_of() { cat "$@" | sha256sum | cut -c1-16; }
compiler=$(c++ -dumpfullversion -dumpmachine)
headers=$(cd "$libfaiss/source" && find faiss -name '*.h' | sort | xargs sha256sum)
common=$(printf '%s' "$compiler" "$headers" "$(basename "$javacpp")" "$(hash_of "$here/binding.sh" "$here/glue.sh" "$own_size")" | sha256sum | cut -c1-16)
raw_key=$common-$(hash_of "$presets/FaissPresets.java")
shim_key=$raw_key-$(find "$here/src/main/cpp" "$presets/ShimPresets.java" -type f | sort | xargs cat | sha256sum | cut -c1-16)

builder() { java -Xmx2g -cp "$classes:$1" org.bytedeco.javacpp.tools.Builder -classpath "$1:$classes" \
  -Dplatform.compiler="$here/glue.sh" -Dplatform.includepath="$libfaiss/source:$here/src/main/cpp" -Xcompiler "-L$variant" -Xcompiler "-L$openblas" \
  -Xcompiler -O2 -Xcompiler "-ffile-prefix-map=$libfaiss/source/=" -Xcompiler "-ffile-prefix-map=$(readlink -f "$libfaiss/source")/=" \
  -Xcompiler "-ffile-prefix-map=$here/src/main/cpp/=" -Xcompiler "-ffile-prefix-map=$work/=" -Xcompiler -fopenmp \
  -Xcompiler "-Wl,-rpath-link,$openblas" "${@:2}"; }

generate() { # presets class, what it is, classes to see -> java/ and lib/ in the folder $kept of the cache
  work=$cache/work-$1; rm -rf "$work"; mkdir -p "$work/classes"
  javac -nowarn -proc:none -d "$work/classes" -cp "$classes" "$presets"/*.java
  echo "binding: parsing $2"
  builder "$work/classes" -nogenerate -d "$work/java" "dev.faissjvm.faiss.presets.$1" >"$work/parse.log" 2>&1 ||
    { tail -n 40 "$work/parse.log" >&2; exit 1; }
  javac -nowarn -proc:none -d "$work/classes" -cp "$classes:$work/classes" $(find "$work/java" -name '*.java') 2>"$work/javac.log" ||
    { tail -n 40 "$work/javac.log" >&2; exit 1; }
  echo "binding: compiling $2"
  (cd "$work" && builder "$work/classes" -d "$work/lib" $(cd "$work/java" && find . -name '*.java' | sed 's|^\./||;s|\.java$||;s|/|.|g')) >"$work/build.log" 2>&1 ||
    { grep -E 'error|Error' "$work/build.log" | head -n 40 >&2; exit 1; }
  "$own_size" "$work"/lib/*.so
  mkdir -p "$work/kept"
  mv "$work/java" "$work/kept/java"
  mv "$work/lib" "$work/kept/lib"
  mv "$work/kept" "$kept"
  rm -rf "$work"
}

variant=
for folder in "$libfaiss"/*/; do [ -f "$folder/libfaissj112.so" ] && variant=${folder%/}; done
[ -n "$variant" ] || { echo "$libfaiss: expected a folder with libfaissj112.so, got none; run cmake/build.sh first" >&2; exit 1; }

classes=$javacpp:$jspecify
kept=$cache/raw-$raw_key
[ -d "$kept" ] || generate FaissPresets "Faiss's headers, 3 minutes, kept for every later build"
raw=$kept
kept=$cache/shim-$shim_key
if [ ! -d "$kept" ]; then
  # The shim names Faiss's peers, so their classes are wanted once more.
  peers=$cache/work-peers; rm -rf "$peers"; mkdir -p "$peers"
  javac -nowarn -proc:none -d "$peers" -cp "$classes" "$presets"/*.java $(find "$raw/java" -name '*.java') 2>"$peers/javac.log"
  classes=$classes:$peers
  generate ShimPresets "the shim"
  rm -rf "$peers"
fi
copy_changed() { mkdir -p "$2" && (cd "$1" && find . -type f) | while read -r file; do
  mkdir -p "$2/$(dirname "$file")"; cmp -s "$1/$file" "$2/$file" || cp "$1/$file" "$2/$file"; done; }
for part in "$raw" "$kept"; do
  copy_changed "$part/java" "$out/java"
  copy_changed "$part/lib" "$out/lib/dev/faissjvm/faiss/raw/linux-x86_64"
done
bootstrap=$out/lib/dev/faissjvm/faiss/lib/linux-x86_64/libfaissjbootstrap.so
mkdir -p "$(dirname "$bootstrap")"
cp -L "$(c++ -print-file-name=libgomp.so.1)" "$(dirname "$bootstrap")/libgomp.so.1" # not on every machine that has a JVM
if [ ! "$bootstrap" -nt "$here/src/main/cpp/bootstrap.c" ]; then
  cc -O2 -fPIC -shared -s -I"$java_home/include" -I"$java_home/include/linux" -o "$bootstrap" "$here/src/main/cpp/bootstrap.c"
  "$own_size" "$bootstrap"
fi
for folder in "$libfaiss"/*/; do
  variant=$(basename "$folder")
  [ ! -f "$folder/libfaissj112.so" ] || copy_changed "${folder%/}" "$out/lib/dev/faissjvm/faiss/lib/$variant/linux-x86_64"
done
