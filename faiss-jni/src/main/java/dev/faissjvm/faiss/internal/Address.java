package dev.faissjvm.faiss.internal;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** A pointer to memory that it does not own. */
public final class Address extends Pointer {
  public Address(long address) {
    this.address = address;
  }

  /** Returns native memory as a direct buffer, valid as long as the memory is. */
  public static ByteBuffer bytes(long address, int size) {
    return new BytePointer(new Address(address)).capacity(size).asByteBuffer();
  }

  /** Returns where a direct buffer starts; the caller keeps the buffer reachable. */
  public static long of(Buffer direct) {
    return new Pointer(direct).address();
  }
}
