#!/usr/bin/env bash
# The compiler that JavaCPP's Builder is given (binding.sh): mends the glue, then compiles it. JavaCPP 1.5.13 calls JNI
# again without having looked whether a Java method that it called threw; -Xcheck:jni warns of it, and JNI leaves what
# happens then open. CheckedJniTest of faiss-jni looks whether all is mended.
set -euo pipefail
for file in "$@"; do
  case $file in
  *.cpp)
    # 1. A read-only heap buffer throws in array(): then arrayOffset() is not asked any more.
    # 2. An object that native code calls back is bound to its pointer unless that ended in an OutOfMemoryError.
    # 3. What a callback throws may throw in its toString(): then the C++ exception has no text.
    sed -i -E \
      -e 's/ = (env->CallIntMethod\(arg[0-9]+, JavaCPP_arrayOffsetMID\);)$/ = env->ExceptionCheck() ? 0 : \1/' \
      -e 's/^( *)(\(\(JavaCPP_[^;]*\)rptr\)->obj = env->NewWeakGlobalRef\(obj\);)$/\1if (!env->ExceptionCheck()) \2/' \
      -e 's/^( *)(jstring str = \(jstring\)env->CallObjectMethod\(exc, JavaCPP_toStringMID\);)$/\1\2\n\1if (env->ExceptionCheck()) {\n\1    env->ExceptionClear();\n\1    str = NULL;\n\1}/' \
      "$file"
    ;;
  esac
done
exec g++ "$@"
