/* Loaded before every other native library, so it depends on none: no OpenMP, no libstdc++. */
#include <jni.h>
#include <stdlib.h>

/* libgomp reads OMP_WAIT_POLICY once, when it is loaded. Threads that spin after a parallel region take the cores away
 * from OpenBLAS, libtorch and other callers; the environment's own setting is left alone. */
JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM* vm, void* reserved) {
    (void)vm;
    (void)reserved;
    setenv("OMP_WAIT_POLICY", "passive", 0);
    return JNI_VERSION_1_8;
}

JNIEXPORT jint JNICALL Java_dev_faissjvm_faiss_presets_VariantChoice_cpuLevel(JNIEnv* env, jclass type) {
    (void)env;
    (void)type;
    __builtin_cpu_init();
    int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c") &&
            __builtin_cpu_supports("popcnt");
    int avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
            __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
            __builtin_cpu_supports("avx512bw");
    return avx512 ? 2 : avx2 ? 1 : 0;
}
