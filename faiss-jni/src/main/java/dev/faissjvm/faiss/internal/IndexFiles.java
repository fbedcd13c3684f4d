package dev.faissjvm.faiss.internal;

import dev.faissjvm.faiss.raw.Bytes;
import dev.faissjvm.faiss.raw.FaissIndex;
import dev.faissjvm.faiss.raw.Shim;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.function.Function;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Bytes to index and back. A file is brought into native memory whole, walked there, and read from
 * there: what was checked is what is read, whatever happens to the file meanwhile.
 */
public final class IndexFiles {
  private static final int CHUNK = 1 << 24;

  private IndexFiles() {}

  /** An index whose vectors stand in mapped bytes; the bytes must outlive it. */
  public record Mapped(FaissIndex index, Pointer bytes) {}

  public static FaissIndex read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return read(channel, channel.size());
    } catch (dev.faissjvm.faiss.IndexFormatException e) {
      throw named(file, e);
    }
  }

  public static FaissIndex read(ReadableByteChannel channel, long sizeBytes) throws IOException {
    return read(channel, sizeBytes, bytes -> Shim.readIndex(bytes, sizeBytes));
  }

  /** Reads by another reader, which is given the bytes for the time of its call. */
  public static FaissIndex read(
      ReadableByteChannel channel, long sizeBytes, Function<Bytes, FaissIndex> reader)
      throws IOException {
    Checks.atLeast("size", 0, sizeBytes);
    NativeLibrary.load();
    Bytes bytes = allocate(sizeBytes);
    try {
      fill(bytes, channel, sizeBytes);
      return reader.apply(bytes);
    } catch (RuntimeException e) {
      throw NativeCall.translate("read", e);
    } finally {
      Shim.bytesFree(bytes);
    }
  }

  public static Mapped map(Path file, long offset, long sizeBytes) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    NativeLibrary.load();
    Bytes bytes = mapBytes(file, offset, sizeBytes);
    try {
      return new Mapped(Shim.mapIndex(bytes, sizeBytes), bytes);
    } catch (RuntimeException e) {
      Shim.bytesFree(bytes);
      RuntimeException translated = NativeCall.translate("map", e);
      throw translated instanceof dev.faissjvm.faiss.IndexFormatException format
          ? named(file, format)
          : translated;
    }
  }

  public static Bytes mapBytes(Path file, long offset, long sizeBytes) throws IOException {
    try {
      return Shim.bytesMap(file.toString(), offset, sizeBytes);
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

  public static void write(FaissIndex index, Path file) throws IOException {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new NoSuchFileException(String.valueOf(folder), null, "folder expected");
    }
    Path temporary = folder.resolve(target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      Shim.writeIndex(index, temporary.toString());
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (RuntimeException e) {
      throw unwrapped(NativeCall.translate("write", e));
    } finally {
      Files.deleteIfExists(temporary);
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void fill(Bytes bytes, ReadableByteChannel channel, long sizeBytes)
      throws IOException {
    long address = Shim.bytesAddress(bytes);
    for (long done = 0; done < sizeBytes; ) {
      int part = (int) Math.min(CHUNK, sizeBytes - done);
      ByteBuffer target = buffer(address + done, part);
      while (target.hasRemaining()) {
        if (channel.read(target) < 0) {
          throw new EOFException(
              "index: expected " + sizeBytes + " bytes, got " + (done + target.position()));
        }
      }
      done += part;
    }
  }

  private static ByteBuffer buffer(long address, int size) {
    Address pointer = new Address(address);
    return new BytePointer(pointer).capacity(size).asByteBuffer();
  }

  private static IOException unwrapped(RuntimeException translated) {
    if (translated instanceof UncheckedIOException io) {
      return new IOException(io.getMessage(), io);
    }
    throw translated;
  }

  private static dev.faissjvm.faiss.IndexFormatException named(
      Path file, dev.faissjvm.faiss.IndexFormatException refusal) {
    return new dev.faissjvm.faiss.IndexFormatException(file + ": " + refusal.getMessage(), refusal);
  }

  /** A pointer to memory that it does not own. */
  private static final class Address extends Pointer {
    Address(long address) {
      this.address = address;
    }
  }
}
