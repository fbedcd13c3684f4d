package dev.faissjvm.embedder.model;

import dev.faissjvm.embedder.EmbedderException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The table of contents of one safetensors file.
 *
 * <pre>
 * +--------+----------------------+------------------------------------------+
 * | u64 LE | that many bytes JSON | data: the tensors, one after another     |
 * +--------+----------------------+------------------------------------------+
 * {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, "__metadata__": {...}}
 * </pre>
 *
 * <p>Every length is checked against the file before anything is mapped: the header fits, offsets
 * are in order, tensors neither overlap nor leave holes, and a tensor's bytes are what its shape
 * and type need.
 *
 * <p><b>Threads.</b> Immutable.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
final class Safetensors {
  /** The largest header accepted, as in the reference implementation. */
  static final long MAX_HEADER_BYTES = 100_000_000;

  private static final Map<String, Integer> TYPE_BYTES =
      Map.ofEntries(
          Map.entry("BOOL", 1),
          Map.entry("U8", 1),
          Map.entry("I8", 1),
          Map.entry("F8_E5M2", 1),
          Map.entry("F8_E4M3", 1),
          Map.entry("I16", 2),
          Map.entry("U16", 2),
          Map.entry("F16", 2),
          Map.entry("BF16", 2),
          Map.entry("I32", 4),
          Map.entry("U32", 4),
          Map.entry("F32", 4),
          Map.entry("F64", 8),
          Map.entry("I64", 8),
          Map.entry("U64", 8));

  private record Entry(String name, String type, List<Long> shape, long begin, long end) {}

  private final Path file;
  private final String displayName;
  private final long dataStart;
  private final Map<String, Entry> entries;

  private Safetensors(Path file, long dataStart, Map<String, Entry> entries) {
    this.file = file;
    this.displayName = JsonFile.displayName(file);
    this.dataStart = dataStart;
    this.entries = entries;
  }

  /**
   * Reads and checks the header.
   *
   * @throws EmbedderException if the file is missing or its header says what cannot be
   */
  static Safetensors open(Path file) {
    String name = JsonFile.displayName(file);
    if (!Files.isRegularFile(file)) {
      throw new EmbedderException(name + ": expected a file, got none; path=" + file);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      ByteBuffer prefix = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      readFully(channel, prefix, 0, name);
      long headerBytes = prefix.getLong(0);
      if (headerBytes < 2 || headerBytes > Math.min(MAX_HEADER_BYTES, size - 8)) {
        throw new EmbedderException(
            name
                + ": header length: expected 2 to "
                + Math.min(MAX_HEADER_BYTES, size - 8)
                + " bytes, got "
                + Long.toUnsignedString(headerBytes)
                + "; fileBytes="
                + size);
      }
      ByteBuffer header = ByteBuffer.allocate((int) headerBytes);
      readFully(channel, header, 8, name);
      JsonFile json = JsonFile.parse(name, header.array());
      return new Safetensors(file, 8 + headerBytes, contents(json, name, size - 8 - headerBytes));
    } catch (IOException e) {
      throw new EmbedderException(name + ": cannot be read; path=" + file, e);
    }
  }

  private static void readFully(FileChannel channel, ByteBuffer into, long at, String name)
      throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into, at + into.position()) < 0) {
        throw new EmbedderException(
            name
                + ": expected at least "
                + (at + into.capacity())
                + " bytes, got "
                + channel.size());
      }
    }
  }

  private static Map<String, Entry> contents(JsonFile json, String file, long dataBytes) {
    List<Entry> list = new ArrayList<>();
    for (String name : json.fields()) {
      if (!name.equals("__metadata__")) {
        list.add(entry(json.object(name), name, file));
      }
    }
    list.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long at = 0;
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Entry entry : list) {
      if (entry.begin() != at || entry.end() < entry.begin() || entry.end() > dataBytes) {
        throw new EmbedderException(
            file
                + ": "
                + entry.name()
                + ": data_offsets: expected to start at "
                + at
                + " and to end by "
                + dataBytes
                + ", got ["
                + entry.begin()
                + ", "
                + entry.end()
                + "]");
      }
      at = entry.end();
      entries.put(entry.name(), entry);
    }
    if (at != dataBytes) {
      throw new EmbedderException(
          file + ": data: expected " + at + " bytes after the header, got " + dataBytes);
    }
    return entries;
  }

  private static Entry entry(JsonFile json, String name, String file) {
    String type = json.text("dtype");
    List<Long> shape = Arrays.stream(json.wholes("shape")).boxed().toList();
    long[] offsets = json.wholes("data_offsets");
    if (offsets.length != 2) {
      throw new EmbedderException(
          file + ": " + name + ": data_offsets: expected two, got " + offsets.length);
    }
    Integer bytes = TYPE_BYTES.get(type);
    if (bytes != null) {
      long size = bytes;
      try {
        for (long dimension : shape) {
          size = Math.multiplyExact(size, dimension);
        }
      } catch (ArithmeticException e) {
        size = -1;
      }
      if (size != offsets[1] - offsets[0]) {
        throw new EmbedderException(
            file
                + ": "
                + name
                + ": data_offsets: expected "
                + type
                + " "
                + shape
                + " to take "
                + (offsets[1] - offsets[0])
                + " bytes, got a shape that does not");
      }
    }
    return new Entry(name, type, shape, offsets[0], offsets[1]);
  }

  Set<String> names() {
    return entries.keySet();
  }

  String displayName() {
    return displayName;
  }

  /**
   * Maps one tensor.
   *
   * @return the tensor, or null if the file has none of that name
   * @throws EmbedderException if its type is not a float one, or it cannot be mapped
   */
  @Nullable Weight map(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      return null;
    }
    WeightType type =
        switch (entry.type()) {
          case "F32" -> WeightType.F32;
          case "F16" -> WeightType.F16;
          case "BF16" -> WeightType.BF16;
          default ->
              throw new EmbedderException(
                  displayName
                      + ": "
                      + name
                      + ": dtype: expected F32, F16 or BF16, got "
                      + entry.type());
        };
    long bytes = entry.end() - entry.begin();
    if (bytes > Integer.MAX_VALUE) {
      throw new EmbedderException(
          displayName
              + ": "
              + name
              + ": expected a tensor of at most 2 GiB, got "
              + bytes
              + " bytes");
    }
    List<Integer> shape = new ArrayList<>();
    for (long dimension : entry.shape()) {
      shape.add(Math.toIntExact(dimension));
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() < dataStart + entry.end()) {
        throw new EmbedderException(
            displayName
                + ": expected at least "
                + (dataStart + entry.end())
                + " bytes, got "
                + channel.size());
      }
      ByteBuffer mapped =
          channel.map(FileChannel.MapMode.READ_ONLY, dataStart + entry.begin(), bytes);
      return new Weight(name, type, List.copyOf(shape), mapped);
    } catch (IOException e) {
      throw new EmbedderException(displayName + ": cannot be mapped; path=" + file, e);
    }
  }
}
