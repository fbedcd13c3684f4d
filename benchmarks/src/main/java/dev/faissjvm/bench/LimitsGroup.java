package dev.faissjvm.bench;

import java.io.IOException;
import java.util.List;

/**
 * What the machine can do at best, measured in the same run: memory bandwidth and matrix product.
 */
final class LimitsGroup {

  private static final String MIB = "512";
  private static final String SIZE = "1024";
  private static final String ONE = "1 thread";
  private static final String MEMORY = "memory read, ";
  private static final String PRODUCT = "sgemm " + SIZE + ", ";

  /** The cases that say what one thread can do. */
  static final String MEMORY_OF_ONE = MEMORY + ONE;

  static final String PRODUCT_OF_ONE = PRODUCT + ONE;

  private final Setting setting;

  LimitsGroup(Setting setting) {
    this.setting = setting;
  }

  void run() throws IOException {
    String cores = String.valueOf(Runtime.getRuntime().availableProcessors());
    try (Child driver = setting.startDriver()) {
      for (String threads : List.of("1", cores)) {
        String name = threads.equals("1") ? ONE : threads + " threads";
        measure(driver, MEMORY + name, "GB/s", "bandwidth", MIB, threads);
        measure(driver, PRODUCT + name, "GF/s", "sgemm", SIZE, threads);
      }
    }
  }

  private void measure(Child driver, String name, String unit, String... request)
      throws IOException {
    Contestant machine =
        new Contestant() {
          @Override
          public String name() {
            return "machine";
          }

          @Override
          public double sample() throws IOException {
            return driver.askNumber(request);
          }
        };
    setting.sideBySide().run("limits", name, unit, List.of(machine));
  }
}
