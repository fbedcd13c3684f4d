package dev.faissjvm.cli.vectors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of a NumPy file of one two-dimensional float32 array.
 *
 * <pre>
 * 0x93 "NUMPY" | major minor | length: u16 (version 1) or u32 (2, 3), little-endian | a Python dict
 * </pre>
 *
 * @param count vectors
 * @param dimension floats a vector
 * @param size bytes up to the first float
 */
record NpyHeader(long count, int dimension, long size) {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_LENGTH = 1 << 16;

  /** Holds any count and dimension, and is a multiple of 64, as NumPy aligns the floats. */
  static final int WRITTEN_SIZE = 128;

  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE =
      Pattern.compile("'shape'\\s*:\\s*\\(\\s*(\\d{1,18})\\s*,\\s*(\\d{1,18})\\s*,?\\s*\\)");

  static NpyHeader read(FileChannel channel, Path file) throws IOException {
    ByteBuffer fixed = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
    VectorReader.fill(channel, fixed, file);
    for (int i = 0; i < MAGIC.length; i++) {
      if (fixed.get(i) != MAGIC[i]) {
        throw VectorReader.unexpected(file, "a NumPy file", "other bytes");
      }
    }
    int major = fixed.get(6);
    if (major < 1 || major > 3) {
      throw VectorReader.unexpected(file, "NumPy format 1 to 3", String.valueOf(major));
    }
    long length = Short.toUnsignedInt(fixed.getShort(8));
    long start = fixed.capacity();
    if (major > 1) {
      ByteBuffer high = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
      VectorReader.fill(channel, high, file);
      length |= (long) Short.toUnsignedInt(high.getShort(0)) << Short.SIZE;
      start += high.capacity();
    }
    if (length > MAX_LENGTH) {
      throw VectorReader.unexpected(
          file, "a header of at most " + MAX_LENGTH + " bytes", length + "");
    }
    ByteBuffer text = ByteBuffer.allocate((int) length);
    VectorReader.fill(channel, text, file);
    return parse(new String(text.array(), StandardCharsets.UTF_8), start + length, file);
  }

  private static NpyHeader parse(String dict, long size, Path file) throws IOException {
    String type = found(TYPE, dict, "a type", file).group(1);
    if (!type.equals("<f4")) {
      throw VectorReader.unexpected(file, "float32 (<f4)", type);
    }
    if (found(ORDER, dict, "fortran_order", file).group(1).equals("True")) {
      throw VectorReader.unexpected(file, "rows one after the other", "Fortran order");
    }
    Matcher shape = found(SHAPE, dict, "a shape of two numbers", file);
    long count = Long.parseLong(shape.group(1));
    return new NpyHeader(count, VectorReader.checked(file, Long.parseLong(shape.group(2))), size);
  }

  private static Matcher found(Pattern pattern, String dict, String what, Path file)
      throws IOException {
    Matcher matcher = pattern.matcher(dict);
    if (!matcher.find()) {
      throw VectorReader.unexpected(file, what, dict.strip());
    }
    return matcher;
  }

  /** {@return the bytes of the head, padded with spaces so that the floats are aligned} */
  static byte[] bytes(String type, long count, int dimension) {
    String dict =
        "{'descr': '"
            + type
            + "', 'fortran_order': False, 'shape': ("
            + count
            + ", "
            + dimension
            + "), }";
    int fixed = MAGIC.length + 4;
    // The head keeps its size when the count is filled in at the end.
    ByteBuffer bytes = ByteBuffer.allocate(WRITTEN_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (WRITTEN_SIZE - fixed));
    bytes.put(dict.getBytes(StandardCharsets.US_ASCII));
    while (bytes.remaining() > 1) {
      bytes.put((byte) ' ');
    }
    bytes.put((byte) '\n');
    return bytes.array();
  }
}
