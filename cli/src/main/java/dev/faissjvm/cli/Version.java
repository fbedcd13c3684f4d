package dev.faissjvm.cli;

import dev.faissjvm.faiss.Faiss;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What {@code faissjvm --version} says. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {
      "faissjvm " + own(),
      "Faiss " + Faiss.version() + ", SIMD variant " + Faiss.variant(),
      "libtorch " + libtorch(),
      "model " + ModelOptions.DEFAULT + " by default",
      "Java " + Runtime.version(),
    };
  }

  /** Returns the version of this program, as its jar says it. */
  static String own() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  /** Returns libtorch's version as its jar says it: loading 400 MB to ask it takes a second. */
  private static String libtorch() {
    String name = "/META-INF/maven/org.bytedeco/pytorch/pom.properties";
    try (InputStream stream = Version.class.getResourceAsStream(name)) {
      if (stream == null) {
        return "not found";
      }
      Properties properties = new Properties();
      properties.load(stream);
      String version = properties.getProperty("version", "unknown");
      int preset = version.indexOf('-');
      return preset < 0 ? version : version.substring(0, preset);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
