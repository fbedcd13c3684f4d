package dev.faissjvm.lucene;

import dev.faissjvm.faiss.IndexFormatException;
import dev.faissjvm.faiss.VectorIndex;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/**
 * An accelerator's file, open; the first search reads it into native memory. A graph is the links
 * alone: its vectors stay where the flat file has them.
 */
final class OpenAccelerator implements Closeable {
  private final Accelerator accelerator;
  private final IndexInput file;
  private final OpenFlatFile flat;
  private @Nullable VectorIndex index;
  private boolean closed;

  private OpenAccelerator(Accelerator accelerator, IndexInput file, OpenFlatFile flat) {
    this.accelerator = accelerator;
    this.file = file;
    this.flat = flat;
  }

  /** Opens the file; a graph in it is searched over {@code flat}, which stays the caller's. */
  static OpenAccelerator open(
      SegmentReadState state, String name, Accelerator accelerator, OpenFlatFile flat)
      throws IOException {
    IndexInput file = state.directory.openInput(name, state.context);
    try {
      accelerator.check(file);
      return new OpenAccelerator(accelerator, file, flat);
    } catch (Throwable failure) {
      IOUtils.closeWhileHandlingException(file);
      throw failure;
    }
  }

  Accelerator accelerator() {
    return accelerator;
  }

  /** The index, until this is closed. */
  synchronized VectorIndex index() throws IOException {
    if (closed) {
      throw new AlreadyClosedException("vectors are closed; file=" + file);
    }
    if (index == null) {
      index = read();
    }
    return index;
  }

  /** Reads a copy, the caller's to close. */
  VectorIndex read() throws IOException {
    IndexInput body = file.slice("accelerator", accelerator.bodyOffset(), accelerator.bodyLength());
    InputChannel channel = new InputChannel(body);
    long length = accelerator.bodyLength();
    try {
      return accelerator.overRows()
          ? flat.vectors().readGraph(channel, length, flat.flat().similarity().metric())
          : VectorIndex.read(channel, length);
    } catch (IndexFormatException damaged) {
      throw damaged(String.valueOf(damaged.getMessage()), damaged);
    }
  }

  /** The file's bytes say what cannot be. */
  CorruptIndexException damaged(String what, @Nullable Throwable cause) {
    return new CorruptIndexException("accelerator: " + what, file, cause);
  }

  void checkIntegrity() throws IOException {
    CodecUtil.checksumEntireFile(file);
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    if (index != null) {
      index.close();
      index = null;
    }
    file.close();
  }

  /** Lucene's input as a channel. */
  private static final class InputChannel implements ReadableByteChannel {
    private final IndexInput in;
    private final byte[] buffer = new byte[1 << 16];

    InputChannel(IndexInput in) {
      this.in = in;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      long left = in.length() - in.getFilePointer();
      int count = (int) Math.min(Math.min(buffer.length, target.remaining()), left);
      if (left == 0) {
        return -1;
      }
      in.readBytes(buffer, 0, count);
      target.put(buffer, 0, count);
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
