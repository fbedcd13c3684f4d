package dev.faissjvm.faiss.presets;

import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.tools.Info;
import org.bytedeco.javacpp.tools.InfoMap;
import org.bytedeco.javacpp.tools.InfoMapper;

/**
 * Maps {@code shim.h}, the few functions that faiss-jni crosses by, to {@code
 * dev.faissjvm.faiss.raw.Shim}. They live in a glue library of their own, so that a change here
 * does not generate Faiss's peers anew.
 */
@Properties(
    inherit = org.bytedeco.javacpp.presets.javacpp.class,
    value =
        @Platform(
            value = "linux-x86_64",
            compiler = "cpp17",
            define = {"FINTEGER int"},
            include = {"shim.h", "shim_binary.h", "shim_numeric.h"},
            link = "faissj112",
            preload = {"gcc_s@.1", "gomp@.1", "quadmath@.0", "gfortran@.5", "openblas@.0"},
            preloadresource = "/org/bytedeco/openblas/"),
    target = "dev.faissjvm.faiss.raw",
    global = "dev.faissjvm.faiss.raw.Shim")
public class ShimPresets extends FaissPresets implements InfoMapper {
  /** Called by JavaCPP's loader and generator. */
  public ShimPresets() {}

  @Override
  public void map(InfoMap infos) {
    infos.put(new Info("faiss::Index").pointerTypes("FaissIndex"));
    infos.put(new Info("faiss::IndexBinary").pointerTypes("IndexBinary"));
    infos.put(new Info("faissj::Sink").virtualize());
    infos.put(
        new Info("int64_t")
            .cppTypes("int64_t")
            .cast()
            .valueTypes("long")
            .pointerTypes("LongPointer", "LongBuffer", "long[]"));
  }
}
