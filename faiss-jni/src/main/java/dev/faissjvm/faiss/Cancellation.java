package dev.faissjvm.faiss;

import dev.faissjvm.faiss.internal.Address;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Ends searches early: given to calls through {@link SearchOptions.Builder#cancelWith}, cancelled
 * from any thread. Only calls that were given it end; Faiss's own interruption, which belongs to
 * the whole process, is not used.
 *
 * <p><b>Threads.</b> Safe for use by many threads and calls at once. Once cancelled, it stays so.
 *
 * <p><b>Errors.</b> A call that is ended throws {@link java.util.concurrent.CancellationException};
 * arrays that it was given are then filled in part. The index is as it was.
 *
 * <pre>{@code
 * Cancellation cancellation = new Cancellation();
 * SearchOptions options = SearchOptions.builder().cancelWith(cancellation).build();
 * CompletableFuture<Neighbors> hits =
 *     CompletableFuture.supplyAsync(() -> index.search(queries, 10, options));
 * cancellation.cancel(); // hits completes with a CancellationException, unless it has already
 * }</pre>
 */
public final class Cancellation {
  private static final VarHandle FLAG =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private final ByteBuffer flag = ByteBuffer.allocateDirect(Integer.BYTES);
  private final long address = Address.of(flag);

  /** Not cancelled yet. */
  public Cancellation() {}

  /** Ends the calls that run with this, and every later one. */
  public void cancel() {
    FLAG.setVolatile(flag, 0, 1);
  }

  /** {@return whether {@link #cancel} was called} */
  public boolean isCancelled() {
    return (int) FLAG.getVolatile(flag, 0) != 0;
  }

  /** Of an int that is not 0 once cancelled; valid as long as this is reachable. */
  long address() {
    return address;
  }
}
