package dev.faissjvm.faiss.presets;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the SIMD variant of libfaiss for this processor: {@code avx512}, {@code avx2} or {@code
 * generic}, the best that it can run and that was built. {@code -Dfaiss.variant=avx2} forces one.
 *
 * <p><b>Threads.</b> Call from one thread, before any other native library is loaded: the bootstrap
 * library, loaded here, sets {@code OMP_WAIT_POLICY=passive} and {@code GOMP_SPINCOUNT=3000} unless
 * the former is set; libgomp reads them once.
 */
public final class VariantChoice {
  /** The system property that forces a variant. */
  public static final String PROPERTY = "faiss.variant";

  static final String FOLDER = "/dev/faissjvm/faiss/lib/";
  private static final String PLATFORM = "linux-x86_64";
  private static final List<String> ALL = List.of("generic", "avx2", "avx512");
  private static boolean bootstrapped;

  private VariantChoice() {}

  /**
   * Loads the bootstrap library once; without it in the class path (as when generating) does
   * nothing.
   */
  public static synchronized void bootstrap() {
    if (bootstrapped) {
      return;
    }
    URL library = VariantChoice.class.getResource(FOLDER + PLATFORM + "/libfaissjbootstrap.so");
    if (library == null) {
      return;
    }
    try {
      File file = Loader.cacheResource(library);
      System.load(file.getPath());
    } catch (IOException e) {
      throw (UnsatisfiedLinkError)
          new UnsatisfiedLinkError("bootstrap library: cannot be unpacked; resource=" + library)
              .initCause(e);
    }
    bootstrapped = true;
  }

  /**
   * {@return the variants in the class path that this processor runs, best first; only the forced
   * one where {@value #PROPERTY} is set}
   *
   * @throws UnsatisfiedLinkError if the forced variant is unknown, absent, or not for this
   *     processor
   */
  public static List<String> candidates() {
    bootstrap();
    int level = bootstrapped ? cpuLevel() : 0;
    String forced = System.getProperty(PROPERTY);
    List<String> built = built();
    if (forced != null && bootstrapped) {
      return List.of(check(forced, level, built));
    }
    List<String> candidates = new ArrayList<>();
    for (int i = level; i >= 0; i--) {
      if (built.contains(ALL.get(i))) {
        candidates.add(ALL.get(i));
      }
    }
    return candidates;
  }

  /** {@return the best variant the processor can run, whether it was built or not} */
  public static String best() {
    bootstrap();
    return ALL.get(bootstrapped ? cpuLevel() : 0);
  }

  /** {@return the variants found in the class path} */
  public static List<String> built() {
    return ALL.stream().filter(variant -> resource(variant) != null).toList();
  }

  static String preloadResource(String variant) {
    return FOLDER + variant + "/";
  }

  private static String check(String forced, int level, List<String> built) {
    int wanted = ALL.indexOf(forced);
    String problem =
        wanted < 0
            ? "expected one of " + ALL
            : wanted > level
                ? "expected one that this processor runs, at best " + ALL.get(level)
                : !built.contains(forced) ? "expected one that was built, of " + built : null;
    if (problem != null) {
      throw new UnsatisfiedLinkError(PROPERTY + ": " + problem + ", got " + forced);
    }
    return forced;
  }

  private static @Nullable URL resource(String variant) {
    return VariantChoice.class.getResource(FOLDER + variant + "/" + PLATFORM + "/libfaissj112.so");
  }

  /** 0 generic, 1 avx2, 2 avx512: the highest level whose every flag the processor has. */
  private static native int cpuLevel();
}
