package dev.faissjvm.lucene;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.CompoundDirectory;
import org.apache.lucene.codecs.CompoundFormat;
import org.apache.lucene.codecs.lucene90.Lucene90CompoundFormat;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.store.ChecksumIndexInput;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.MMapDirectory;

/**
 * Where the bytes of a Lucene file lie in the file system.
 *
 * @param file the file that holds them, which may be a compound file
 * @param offset of their first byte
 */
record FileRegion(Path file, long offset) {
  private static final int COMPARED_BYTES = 64;

  /**
   * Finds the bytes of {@code name}, if they lie in a file system just as {@code in} reads them and
   * may be mapped: Lucene maps them too. Directories that keep, cache or change bytes elsewhere
   * have none.
   */
  static Optional<FileRegion> find(SegmentReadState state, String name, IndexInput in)
      throws IOException {
    Directory directory = state.directory;
    if (directory instanceof FaissCompoundDirectory compound && compound.isOutside(name)) {
      return check(compound.directory(), compound.outsideName(name), 0, in);
    }
    if (directory instanceof CompoundDirectory) {
      CompoundFormat format = state.segmentInfo.getCodec().compoundFormat();
      if (!(format instanceof Lucene90CompoundFormat) && !(format instanceof FaissCompoundFormat)) {
        return Optional.empty();
      }
      String data = IndexFileNames.segmentFileName(state.segmentInfo.name, "", "cfs");
      return check(state.segmentInfo.dir, data, offsetInCompound(state.segmentInfo, name), in);
    }
    return check(directory, name, 0, in);
  }

  private static Optional<FileRegion> check(
      Directory directory, String name, long offset, IndexInput in) throws IOException {
    if (!(FilterDirectory.unwrap(directory) instanceof MMapDirectory files)) {
      return Optional.empty();
    }
    Path path = files.getDirectory().resolve(name);
    if (!Files.isRegularFile(path) || Files.size(path) < offset + in.length()) {
      return Optional.empty();
    }
    int compared = (int) Math.min(COMPARED_BYTES, in.length());
    try (FileChannel channel = FileChannel.open(path)) {
      boolean same =
          sameBytes(channel, offset, in, 0, compared)
              && sameBytes(channel, offset, in, in.length() - compared, compared);
      return same ? Optional.of(new FileRegion(path, offset)) : Optional.empty();
    }
  }

  private static boolean sameBytes(
      FileChannel channel, long offset, IndexInput in, long position, int count)
      throws IOException {
    byte[] read = new byte[count];
    in.seek(position);
    in.readBytes(read, 0, count);
    ByteBuffer stored = ByteBuffer.allocate(count);
    while (stored.hasRemaining()) {
      if (channel.read(stored, offset + position + stored.position()) < 0) {
        return false;
      }
    }
    return Arrays.equals(read, stored.array());
  }

  /** Reads the entries of {@code Lucene90CompoundFormat}; its reader keeps them to itself. */
  private static long offsetInCompound(SegmentInfo segment, String name) throws IOException {
    String entries = IndexFileNames.segmentFileName(segment.name, "", "cfe");
    String wanted = IndexFileNames.stripSegmentName(name);
    try (ChecksumIndexInput in = segment.dir.openChecksumInput(entries, IOContext.READONCE)) {
      CodecUtil.checkIndexHeader(in, "Lucene90CompoundEntries", 0, 0, segment.getId(), "");
      for (int left = in.readVInt(); left > 0; left--) {
        boolean found = in.readString().equals(wanted);
        long offset = in.readLong();
        in.readLong();
        if (found) {
          return offset;
        }
      }
    }
    throw new NoSuchFileException(name, null, "not in " + entries);
  }
}
