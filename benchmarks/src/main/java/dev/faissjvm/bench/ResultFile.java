package dev.faissjvm.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * All results of one run, as JSON.
 *
 * @param format the version of this form, 1
 * @param started when the run began, ISO 8601
 * @param machine where it ran
 * @param results what was measured
 */
public record ResultFile(int format, String started, Machine machine, List<Result> results) {

  /** The only form there is so far. */
  static final int FORMAT = 1;

  /** The group of what is only drawn: tried once, to choose what is measured. */
  static final String CURVES = "curves";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * Copies the results.
   *
   * @param format the version of this form
   * @param started when the run began
   * @param machine where it ran
   * @param results what was measured
   */
  public ResultFile {
    results = List.copyOf(results);
  }

  static ResultFile read(Path file) throws IOException {
    ResultFile read = JSON.readValue(file.toFile(), ResultFile.class);
    if (read.format() != FORMAT) {
      throw new IOException(
          file.getFileName() + ": expected format " + FORMAT + ", got " + read.format());
    }
    return read;
  }

  void write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    JSON.writeValue(file.toFile(), this);
  }

  /** The results that runs are compared by. */
  List<Result> measured() {
    return results.stream().filter(result -> !result.group().equals(CURVES)).toList();
  }

  /** The results of a group, in the order in which they were measured. */
  List<Result> group(String name) {
    return results.stream().filter(result -> result.group().equals(name)).toList();
  }
}
