package dev.faissjvm.cli;

import dev.faissjvm.faiss.Faiss;
import picocli.CommandLine.IVersionProvider;

/** What {@code faissjvm --version} says. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {
      "faissjvm " + own(),
      "Faiss " + Faiss.version() + ", SIMD variant " + Faiss.variant(),
      "Java " + Runtime.version(),
    };
  }

  /** Returns the version of this program, as its jar says it. */
  static String own() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }
}
