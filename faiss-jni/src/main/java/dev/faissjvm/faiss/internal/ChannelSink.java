package dev.faissjvm.faiss.internal;

import dev.faissjvm.faiss.raw.Sink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Where native code puts the bytes of an index: a channel, and a digest on the way. What the
 * channel throws crosses native code as a failure without a face and is thrown again behind it.
 */
final class ChannelSink extends Sink {
  private static final int CHUNK = 1 << 24;

  private final WritableByteChannel channel;
  private final @Nullable MessageDigest digest;
  private @Nullable Throwable failure;

  private ChannelSink(WritableByteChannel channel, @Nullable MessageDigest digest) {
    this.channel = channel;
    this.digest = digest;
  }

  static void write(
      WritableByteChannel channel, @Nullable MessageDigest digest, IndexFiles.Writing writing)
      throws IOException {
    if (channel instanceof SelectableChannel selectable && !selectable.isBlocking()) {
      throw new IllegalBlockingModeException();
    }
    try (ChannelSink sink = new ChannelSink(channel, digest)) {
      try {
        writing.to(sink);
      } catch (RuntimeException e) {
        sink.rethrow();
        throw NativeCall.translate("write", e);
      }
    }
  }

  @Override
  public void accept(long address, long sizeBytes) {
    try {
      for (long done = 0; done < sizeBytes; ) {
        ByteBuffer part = Address.bytes(address + done, (int) Math.min(CHUNK, sizeBytes - done));
        done += part.remaining();
        if (digest != null) {
          digest.update(part.duplicate());
        }
        while (part.hasRemaining()) {
          channel.write(part);
        }
      }
    } catch (Throwable e) { // whatever it is, it must not cross native code by itself
      failure = e;
      throw new IllegalStateException("write failed", e);
    }
  }

  private void rethrow() throws IOException {
    if (failure instanceof IOException io) {
      throw io;
    }
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (failure instanceof Error error) {
      throw error;
    }
  }
}
