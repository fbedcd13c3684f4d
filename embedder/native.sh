#!/usr/bin/env bash
# Compiles the encoder's kernels, each for the instructions that it is for, into one library that needs none of them to
# be loaded, and nothing but the C library.
#   embedder/native.sh OUT
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source=$here/src/main/cpp out=$1/dev/faissjvm/embedder/fused/linux-x86_64
library=$out/libfaissjvm-embedder.so
[ ! -f "$library" ] || [ -n "$(find "$source" "$0" -newer "$library" -type f)" ] || exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
java=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")/include

flags="-O3 -std=c++17 -fPIC -fvisibility=hidden -fno-exceptions -fno-rtti -fopenmp-simd -fno-math-errno -fno-trapping-math
  -Wall -Wextra -Werror -Wno-uninitialized -Wno-maybe-uninitialized -ffile-prefix-map=$source/="
avx2="-mavx2 -mfma -mf16c"
avx512="$avx2 -mavx512f -mavx512dq -mavx512bw -mavx512vl -mprefer-vector-width=512"
kernel() { # name, product, instructions
  c++ $flags $3 "-DFUSED_PRODUCT=$2" "-DFUSED_KERNEL=$1" -c "$source/kernel.cpp" -o "$work/$1.o"
}
kernel kFloat32Avx2 "Vectors<Float32>" "$avx2"
kernel kFloat32Avx512 "Vectors<Float32>" "$avx512"
kernel kBfloat16Avx512 "Vectors<Bfloat16>" "$avx512 -mavx512bf16"
kernel kBfloat16Amx "Tiles<Bfloat16>" "$avx512 -mamx-tile -mamx-bf16 -mamx-int8"
kernel kInt8Avx512 "Vectors<Int8>" "$avx512 -mavx512vnni"
kernel kInt8Amx "Tiles<Int8>" "$avx512 -mamx-tile -mamx-bf16 -mamx-int8"
c++ $flags -I"$java" -I"$java/linux" -c "$source/jni.cpp" -o "$work/jni.o"
cc -shared -s -Wl,-z,defs -Wl,--build-id=none -o "$work/library" "$work"/*.o
"$here/../cmake/own_size.sh" "$work/library"
mv "$work/library" "$library"
