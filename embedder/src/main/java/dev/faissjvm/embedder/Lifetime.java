package dev.faissjvm.embedder;

import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/** From open to closed: calls run side by side, closing waits for them and comes once. */
final class Lifetime {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  /**
   * Loads a model while no other is loaded: two threads that load native libraries at once can hang
   * the JVM.
   */
  static synchronized <T> T loadAlone(Supplier<T> load) {
    return load.get();
  }

  /**
   * Runs a call that closing waits for.
   *
   * @throws IllegalStateException if closed
   */
  <R> R whileOpen(Supplier<R> call) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("embedder: expected an open one, got a closed one");
      }
      return call.get();
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Waits for running calls, then frees things in their order; a second call does nothing.
   *
   * @throws IllegalStateException if called from within a call
   */
  void close(Runnable... frees) {
    if (lock.getReadHoldCount() > 0) {
      throw new IllegalStateException("embedder: cannot be closed from within one of its calls");
    }
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        for (Runnable free : frees) {
          free.run();
        }
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
