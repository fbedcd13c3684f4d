package dev.faissjvm.faiss.internal;

import dev.faissjvm.faiss.NativeLibraryException;
import dev.faissjvm.faiss.presets.VariantChoice;
import dev.faissjvm.faiss.raw.RawFaiss;
import dev.faissjvm.faiss.raw.Shim;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/**
 * Loads the libraries once, in one thread (two at once can hang JDK 17), in the order that matters:
 * the bootstrap, which speaks to libgomp before it is there; JavaCPP's own limit on the process's
 * memory, off, since an index is larger than the heap; then Faiss, compared with the pin.
 */
public final class NativeLibrary {
  private static final String PIN = "1.12.0";
  private static final String MEMORY_LIMIT = "org.bytedeco.javacpp.maxPhysicalBytes";
  private static @Nullable NativeLibrary loaded;

  private final String version;
  private final String variant;

  private NativeLibrary(String version, String variant) {
    this.version = version;
    this.variant = variant;
  }

  public static synchronized NativeLibrary load() {
    if (loaded == null) {
      loaded = tryLoad();
    }
    return loaded;
  }

  public String version() {
    return version;
  }

  public String variant() {
    return variant;
  }

  private static NativeLibrary tryLoad() {
    try {
      VariantChoice.bootstrap();
      if (System.getProperty(MEMORY_LIMIT) == null) {
        System.setProperty(MEMORY_LIMIT, "0");
      }
      String variant = VariantChoice.candidates().stream().findFirst().orElse("none");
      Loader.load(RawFaiss.class);
      Loader.load(Shim.class);
      String version = text(Shim.version());
      String options = text(Shim.compileOptions());
      String expected =
          variant.equals("generic") ? "GENERIC" : variant.toUpperCase(java.util.Locale.ROOT);
      if (!version.equals(PIN) || !options.contains(expected)) {
        throw new UnsatisfiedLinkError(
            "libfaissj112: expected " + PIN + " " + expected + ", got " + version + " " + options);
      }
      Shim.setOpenBlasThreads(1);
      return new NativeLibrary(version, variant);
    } catch (LinkageError e) {
      throw new NativeLibraryException(
          "faiss: native libraries expected to load, got: "
              + e.getMessage()
              + "; platform="
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + ", variants built="
              + VariantChoice.built()
              + ", "
              + VariantChoice.PROPERTY
              + "="
              + System.getProperty(VariantChoice.PROPERTY),
          e);
    }
  }

  /** Takes over native text; JavaCPP has null for an empty one. */
  public static String text(@Nullable BytePointer pointer) {
    try (pointer) {
      return pointer == null ? "" : pointer.getString(java.nio.charset.StandardCharsets.UTF_8);
    }
  }
}
