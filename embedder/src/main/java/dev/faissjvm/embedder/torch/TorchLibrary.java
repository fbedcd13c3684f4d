package dev.faissjvm.embedder.torch;

import dev.faissjvm.embedder.EmbedderException;
import java.net.URL;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas_full;
import org.bytedeco.pytorch.Argument;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.FunctionSchema;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Type;
import org.bytedeco.pytorch.global.torch;

/**
 * Loads libtorch, once a process.
 *
 * <p>The libraries are loaded one by one, in the order in which they need each other, instead of
 * through JavaCPP's search: that takes a third of the time and leaves out a second copy of
 * OpenBLAS. They come from JavaCPP's cache, where every other user of the same jars finds them, so
 * a process that has loaded OpenBLAS for something else goes on with that one.
 *
 * <p><b>Threads.</b> Two threads that load native libraries at once can hang JDK 17 for good. Loads
 * of this class wait for each other; a program that loads others should do so from one thread.
 */
final class TorchLibrary {
  private static final String LOAD_LIBRARIES = "org.bytedeco.javacpp.loadlibraries";
  private static final String MAX_PHYSICAL_BYTES = "org.bytedeco.javacpp.maxPhysicalBytes";
  private static final String OPENBLAS = "/org/bytedeco/openblas/";
  private static final String PYTORCH = "/org/bytedeco/pytorch/";

  private static final String[][] LIBRARIES = {
    {OPENBLAS, "gcc_s@.1", "libgcc_s.so.1"},
    {OPENBLAS, "quadmath@.0", "libquadmath.so.0"},
    {OPENBLAS, "gfortran@.5", "libgfortran.so.5"},
    {OPENBLAS, "openblas@.0", "libopenblas.so.0"},
    {OPENBLAS, "jniopenblas_full", "libjniopenblas_full.so"},
    {PYTORCH, "gomp@.1", "libgomp.so.1"},
    {PYTORCH, "c10", "libc10.so"},
    {PYTORCH, "torch_cpu", "libtorch_cpu.so"},
    {PYTORCH, "torch", "libtorch.so"},
    {PYTORCH, "jnitorch", "libjnitorch.so"},
  };

  /** Every peer class that this package names; initialised while JavaCPP's own search is off. */
  private static final Class<?>[] PEERS = {
    openblas_full.class,
    torch.class,
    torch.ScalarType.class,
    Argument.class,
    Dispatcher.class,
    DoubleOptional.class,
    FunctionSchema.class,
    GenericList.class,
    IValue.class,
    IValueVector.class,
    InferenceMode.class,
    OperatorHandle.class,
    Scalar.class,
    Tensor.class,
    TensorOptional.class,
    TensorOptions.class,
    TensorVector.class,
    Type.class,
    Type.TypePtr.class,
  };

  private static boolean loaded;

  private TorchLibrary() {}

  /**
   * Loads everything on the first call and does nothing on later ones.
   *
   * @throws EmbedderException if a library is missing or cannot be loaded
   */
  static synchronized void load() {
    if (loaded) {
      return;
    }
    if (System.getProperty(MAX_PHYSICAL_BYTES) == null) {
      // Otherwise JavaCPP refuses allocations once the process is larger than 4 x -Xmx.
      System.setProperty(MAX_PHYSICAL_BYTES, "0");
    }
    String before = System.getProperty(LOAD_LIBRARIES);
    try {
      System.setProperty(LOAD_LIBRARIES, "true");
      Loader.load(Pointer.class);
      for (String[] library : LIBRARIES) {
        load(library[0], library[1], library[2]);
      }
      System.setProperty(LOAD_LIBRARIES, "false");
      for (Class<?> peer : PEERS) {
        Class.forName(peer.getName(), true, peer.getClassLoader());
      }
      // One thread a call: the calls come from as many threads as there are cores.
      openblas_full.openblas_set_num_threads(1);
      torch.set_num_threads(1);
      loaded = true;
    } catch (ClassNotFoundException | LinkageError e) {
      throw new EmbedderException(
          "libtorch: cannot be loaded; platform=" + Loader.getPlatform() + ": " + e.getMessage(),
          e);
    } finally {
      if (before == null) {
        System.clearProperty(LOAD_LIBRARIES);
      } else {
        System.setProperty(LOAD_LIBRARIES, before);
      }
    }
  }

  private static void load(String folder, String name, String file) {
    String resource = folder + Loader.getPlatform() + "/" + file;
    URL url = TorchLibrary.class.getResource(resource);
    if (url == null) {
      throw new EmbedderException(
          "libtorch: expected "
              + resource
              + " on the class path, got none; platform="
              + Loader.getPlatform()
              + "; add the jars of org.bytedeco:pytorch and org.bytedeco:openblas for it");
    }
    Loader.loadLibrary(org.bytedeco.pytorch.presets.torch.class, new URL[] {url}, name);
  }
}
