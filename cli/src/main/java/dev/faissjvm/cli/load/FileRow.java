package dev.faissjvm.cli.load;

import java.util.Map;

/**
 * One row of a file.
 *
 * @param line where it stands, from 1
 * @param group the first part of its key
 * @param id the second part
 * @param text what is searched
 * @param fields everything else, in the file's order: {@link String}, {@link java.math.BigDecimal}
 *     or {@link Boolean}
 */
public record FileRow(
    long line, String group, String id, String text, Map<String, Object> fields) {}
