package dev.faissjvm.bench;

import dev.faissjvm.faiss.VectorIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What an index costs beneath Java, as the C++ driver finds on the same library: the memory that it
 * holds once it is read, and what a query's search reads of codes and centroids, by Faiss's own
 * counters.
 */
final class NativeCost implements AutoCloseable {

  private static final String K = "10";

  private final Child driver;
  private final Path file;

  NativeCost(Setting setting) throws IOException {
    this.driver = setting.startDriver();
    this.file = Files.createTempFile(setting.cache(), "cost", ".faiss");
  }

  /**
   * What one index costs.
   *
   * @param megabytes of the allocator
   * @param bytesRead by the search of one query, on average
   */
  record Cost(double megabytes, double bytesRead) {}

  /** Looks at an index as it is set now. */
  Cost of(VectorIndex index, VectorFile queries) throws IOException {
    index.write(file);
    double megabytes = driver.askNumber("load", file.toString(), "-");
    return new Cost(megabytes, driver.askNumber("work", queries.file().toString(), K));
  }

  @Override
  public void close() throws IOException {
    driver.close();
    Files.delete(file);
  }
}
