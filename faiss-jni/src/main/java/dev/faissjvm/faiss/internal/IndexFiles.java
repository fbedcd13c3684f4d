package dev.faissjvm.faiss.internal;

import dev.faissjvm.faiss.IndexFormatException;
import dev.faissjvm.faiss.raw.Bytes;
import dev.faissjvm.faiss.raw.FaissIndex;
import dev.faissjvm.faiss.raw.Shim;
import dev.faissjvm.faiss.raw.Sink;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.javacpp.Pointer;

/**
 * Bytes to index and back. A file is brought into native memory whole, compared with its sidecar if
 * it has one, walked there, and read from there: what was checked is what is read, whatever happens
 * to the file meanwhile.
 */
public final class IndexFiles {
  private static final int CHUNK = 1 << 24;

  private IndexFiles() {}

  /** An index whose vectors stand in mapped bytes; the bytes must outlive it. */
  public record Mapped<T>(T index, Pointer bytes) {}

  /** What bytes become: one of the shim's reading functions. */
  public interface Reader<T> {
    T read(Bytes bytes, long sizeBytes);
  }

  /** What an index becomes: one of the shim's writing functions. */
  public interface Writing {
    void to(Sink sink);
  }

  public static <T> T read(Path file, boolean requireChecksum, Reader<T> reader)
      throws IOException {
    Set<String> digests = digests(file, requireChecksum, "index");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long sizeBytes = channel.size();
      return read(
          filled(channel, sizeBytes),
          sizeBytes,
          (bytes, size) -> {
            verify(file, digests, bytes, size);
            return reader.read(bytes, size);
          });
    } catch (UncheckedIOException e) {
      throw unwrapped(e);
    } catch (IndexFormatException e) {
      throw named(file, e);
    }
  }

  /** Reads from where the channel is, so many bytes; the reader has them for its call. */
  public static <T> T read(ReadableByteChannel channel, long sizeBytes, Reader<T> reader)
      throws IOException {
    return read(filled(channel, Checks.atLeast("size", 0, sizeBytes)), sizeBytes, reader);
  }

  /** Reads from where the channel is, to its end. */
  public static <T> T read(ReadableByteChannel channel, Reader<T> reader) throws IOException {
    requireBlocking(channel);
    NativeLibrary.load();
    Bytes bytes = allocate(CHUNK);
    long size = 0;
    boolean whole = false;
    try {
      for (long room = CHUNK; ; room *= 2) {
        size += fill(bytes, channel, size, room);
        if (size < room) {
          break;
        }
        Shim.bytesGrow(bytes, 2 * room);
      }
      whole = true;
    } catch (RuntimeException e) {
      throw NativeCall.translate("read", e);
    } finally {
      if (!whole) {
        Shim.bytesFree(bytes);
      }
    }
    return read(bytes, size, reader);
  }

  /** Reads what remains in a buffer. */
  public static <T> T read(ByteBuffer source, Reader<T> reader) {
    NativeLibrary.load();
    long sizeBytes = source.remaining();
    Bytes bytes = allocate(sizeBytes);
    Address.bytes(Shim.bytesAddress(bytes), (int) sizeBytes).put(source);
    return read(bytes, sizeBytes, reader);
  }

  private static <T> T read(Bytes bytes, long sizeBytes, Reader<T> reader) {
    try {
      return reader.read(bytes, sizeBytes);
    } catch (RuntimeException e) {
      throw NativeCall.translate("read", e);
    } finally {
      Shim.bytesFree(bytes);
    }
  }

  public static <T> Mapped<T> map(Path file, Reader<T> reader) throws IOException {
    Set<String> digests = digests(file, false, "index");
    return map(file, 0, Files.size(file), digests, reader);
  }

  public static <T> Mapped<T> map(Path file, long offset, long sizeBytes, Reader<T> reader)
      throws IOException {
    return map(file, offset, sizeBytes, Set.of(), reader);
  }

  private static <T> Mapped<T> map(
      Path file, long offset, long sizeBytes, Set<String> digests, Reader<T> reader)
      throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    NativeLibrary.load();
    Bytes bytes = mapBytes(file, offset, sizeBytes);
    try {
      verify(file, digests, bytes, sizeBytes);
      return new Mapped<>(reader.read(bytes, sizeBytes), bytes);
    } catch (RuntimeException e) {
      Shim.bytesFree(bytes);
      RuntimeException translated = NativeCall.translate("map", e);
      if (translated instanceof UncheckedIOException io) {
        throw unwrapped(io);
      }
      throw translated instanceof IndexFormatException format ? named(file, format) : translated;
    }
  }

  public static Bytes mapBytes(Path file, long offset, long sizeBytes) throws IOException {
    try {
      return Shim.bytesMap(file.toFile().getPath(), offset, sizeBytes);
    } catch (UnsupportedOperationException e) {
      throw new UnsupportedOperationException(
          "map: expected a file of the default file system, got " + file.toUri() + "; read it", e);
    } catch (RuntimeException e) {
      throw unwrapped(NativeCall.translate("map", e));
    }
  }

  public static Bytes allocate(long sizeBytes) {
    try {
      return Shim.bytesAllocate(sizeBytes);
    } catch (RuntimeException e) {
      throw NativeCall.translate("allocate " + sizeBytes + " bytes", e);
    }
  }

  /** Frees what a mapped index stands on; of an index that was read there is nothing. */
  public static void free(Pointer bytes) {
    if (bytes instanceof Bytes owned) {
      Shim.bytesFree(owned);
    }
  }

  /** Replaces a file; its sidecar too, if it is asked for or there already. */
  public static void write(Writing writing, Path file, boolean checksum) throws IOException {
    if (!checksum && !Checksum.present(file)) {
      AtomicFile.replace(file, channel -> write(writing, channel));
      return;
    }
    MessageDigest digest = Checksum.digest();
    Set<String> digests = new LinkedHashSet<>();
    AtomicFile.replace(
        file,
        channel -> ChannelSink.write(channel, digest, writing),
        () -> {
          digests.add(Checksum.hex(digest));
          Set<String> both = new LinkedHashSet<>(digests);
          both.addAll(Checksum.allowed(file));
          Checksum.write(file, both);
        });
    Checksum.write(file, digests);
  }

  public static void write(Writing writing, WritableByteChannel channel) throws IOException {
    ChannelSink.write(channel, null, writing);
  }

  /** Writes the lists of IVF indexes to a new file, and over them the first index. */
  public static void writeOverLists(
      List<FaissIndex> indexes, Path file, Path lists, boolean checksum) throws IOException {
    Path target = lists.toAbsolutePath();
    requireApart(file, target);
    int n = indexes.size();
    long[] all = indexes.stream().mapToLong(Pointer::address).toArray();
    MessageDigest digest = checksum || Checksum.present(target) ? Checksum.digest() : null;
    AtomicFile.create(
        target,
        channel -> ChannelSink.write(channel, digest, sink -> Shim.writeLists(all, n, sink)));
    if (digest != null) {
      Checksum.write(target, Set.of(Checksum.hex(digest)));
    }
    write(sink -> Shim.writeIndexOverLists(all, n, target.toString(), sink), file, checksum);
  }

  private static void requireApart(Path file, Path lists) {
    Path index = file.toAbsolutePath();
    if (lists.equals(index)
        || lists.equals(Checksum.sidecar(index))
        || index.equals(Checksum.sidecar(lists))) {
      throw new IllegalArgumentException(
          "lists: expected another file than the index and their sidecars, got " + lists);
    }
  }

  /**
   * Reads an index whose lists stand in another file of its folder, which is mapped. If a checksum
   * is required, it is required of both: what is compared are the mapped lists, so what searches
   * will read.
   */
  public static FaissIndex readOverLists(Path file, boolean requireChecksum) throws IOException {
    String folder = String.valueOf(file.toAbsolutePath().getParent());
    FaissIndex index =
        read(file, requireChecksum, (bytes, size) -> Shim.readIndexOverLists(bytes, size, folder));
    boolean good = false;
    try {
      if (requireChecksum) {
        verifyLists(index);
      }
      good = true;
      return index;
    } finally {
      if (!good) {
        Shim.destroy(index);
      }
    }
  }

  private static void verifyLists(FaissIndex index) throws IOException {
    Path lists = Path.of(NativeLibrary.text(Shim.listsFile(index)));
    Set<String> digests = digests(lists, true, "lists");
    long sizeBytes = Shim.listsBytes(index);
    if (Files.size(lists) != sizeBytes) { // the sidecar is of the whole file
      String message =
          lists + ": expected lists of " + sizeBytes + " bytes, got " + Files.size(lists);
      throw new IndexFormatException(message, new IOException(message));
    }
    Checksum.verify(lists, digests, Shim.listsAddress(index), sizeBytes);
  }

  private static Set<String> digests(Path file, boolean required, String what) throws IOException {
    Set<String> digests = Checksum.allowed(file);
    if (required && digests.isEmpty()) {
      throw new NoSuchFileException(
          Checksum.sidecar(file).toString(), null, "sha-256 of the " + what + " expected");
    }
    return digests;
  }

  private static void verify(Path file, Set<String> digests, Bytes bytes, long sizeBytes) {
    if (digests.isEmpty()) {
      return;
    }
    try {
      Checksum.verify(file, digests, Shim.bytesAddress(bytes), sizeBytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Bytes filled(ReadableByteChannel channel, long sizeBytes) throws IOException {
    requireBlocking(channel);
    NativeLibrary.load();
    Bytes bytes = allocate(sizeBytes);
    long got = 0;
    try {
      got = fill(bytes, channel, 0, sizeBytes);
      if (got < sizeBytes) {
        throw new EOFException("index: expected " + sizeBytes + " bytes, got " + got);
      }
      return bytes;
    } finally {
      if (got < sizeBytes) {
        Shim.bytesFree(bytes);
      }
    }
  }

  /** Returns how many bytes came before the end, or before the room was full. */
  private static long fill(Bytes bytes, ReadableByteChannel channel, long from, long to)
      throws IOException {
    long address = Shim.bytesAddress(bytes);
    for (long done = from; done < to; ) {
      int part = (int) Math.min(CHUNK, to - done);
      ByteBuffer target = Address.bytes(address + done, part);
      while (target.hasRemaining()) {
        if (channel.read(target) < 0) {
          return done + target.position() - from;
        }
      }
      done += part;
    }
    return to - from;
  }

  private static void requireBlocking(ReadableByteChannel channel) {
    if (channel instanceof SelectableChannel selectable && !selectable.isBlocking()) {
      throw new IllegalBlockingModeException();
    }
  }

  private static IOException unwrapped(RuntimeException translated) {
    if (translated instanceof UncheckedIOException io) {
      return new IOException(io.getMessage(), io);
    }
    throw translated;
  }

  private static IndexFormatException named(Path file, IndexFormatException refusal) {
    String message = String.valueOf(refusal.getMessage());
    return message.startsWith(file.toString())
        ? refusal
        : new IndexFormatException(file + ": " + message, refusal);
  }
}
