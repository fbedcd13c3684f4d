package dev.faissjvm.faiss;

import dev.faissjvm.faiss.internal.NativeHandle;
import dev.faissjvm.faiss.internal.NativeLibrary;

/**
 * The native library as a whole: loading it early, which version and SIMD variant it is, what lives
 * in it.
 *
 * <p><b>Threads.</b> Call {@link #load()} once, from one thread, before other native libraries such
 * as libtorch: it sets {@code OMP_WAIT_POLICY=passive} and {@code GOMP_SPINCOUNT=3000} for the
 * process, unless the former is set. Everything else loads by itself.
 *
 * <p><b>Errors.</b> {@link NativeLibraryException} lists what was tried.
 *
 * <pre>{@code
 * Faiss.load(); // before libtorch
 * println("Faiss " + Faiss.version() + ", " + Faiss.variant()); // Faiss 1.12.0, avx2
 * }</pre>
 */
public final class Faiss {
  private Faiss() {}

  /**
   * Loads the native libraries, unless they are.
   *
   * @throws NativeLibraryException if they cannot be loaded on this machine
   */
  public static void load() {
    NativeLibrary.load();
  }

  /** {@return Faiss's version, such as {@code 1.12.0}} */
  public static String version() {
    return NativeLibrary.load().version();
  }

  /**
   * {@return the SIMD variant in use: {@code avx512}, {@code avx2} or {@code generic}; the best of
   * those in the class path that this processor runs, or the one that {@code -Dfaiss.variant}
   * names}
   */
  public static String variant() {
    return NativeLibrary.load().variant();
  }

  /** {@return indexes and vector sets that are open, for leak tests and metrics} */
  public static long open() {
    return NativeHandle.open();
  }
}
