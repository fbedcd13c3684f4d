/* Loaded before every other native library, so it depends on none: no OpenMP, no libstdc++. */
#include <jni.h>
#include <stdlib.h>

/* libgomp reads these once, when it is loaded. Threads that spin after a parallel region take the cores away from
 * OpenBLAS, libtorch and other callers, so they spin for some 30 microseconds only, which is as long as a single text
 * has between two regions: to wake them takes longer. The environment's own setting is left alone. */
JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM* vm, void* reserved) {
    (void)vm;
    (void)reserved;
    if (getenv("OMP_WAIT_POLICY") == NULL) {
        setenv("OMP_WAIT_POLICY", "passive", 0);
        setenv("GOMP_SPINCOUNT", "3000", 0);
    }
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
