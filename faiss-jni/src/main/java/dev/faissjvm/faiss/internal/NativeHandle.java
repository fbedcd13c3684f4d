package dev.faissjvm.faiss.internal;

import java.lang.System.Logger.Level;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Owns one thing in native memory: many may use it at once, one may change it, {@code close()}
 * waits for both, and what is forgotten is freed after garbage collection and logged. A stamped
 * lock, since taking it allocates nothing.
 */
public final class NativeHandle implements AutoCloseable {
  /**
   * Says where a forgotten handle was made; off unless set, since a stack trace costs more than a
   * search.
   */
  public static final String TRACK_LEAKS = "faiss.trackLeaks";

  private static final System.Logger LOG = System.getLogger("dev.faissjvm.faiss");
  private static final Cleaner CLEANER = Cleaner.create();
  private static final AtomicLong OPEN = new AtomicLong();

  private final String what;
  private final Release release;
  private final Cleaner.Cleanable cleanable;
  private final StampedLock lock = new StampedLock();
  private final ReentrantLock gate = new ReentrantLock();
  private final AtomicInteger waitingAlone = new AtomicInteger();
  private final Set<Thread> lending = ConcurrentHashMap.newKeySet();
  private boolean closed;

  /**
   * Takes over.
   *
   * @param what the owner, for messages
   * @param free frees the memory; must not lead back to the owner
   */
  public NativeHandle(String what, Runnable free) {
    this.what = what;
    this.release =
        new Release(
            what, free, Boolean.getBoolean(TRACK_LEAKS) ? new Throwable("made here") : null);
    OPEN.incrementAndGet();
    this.cleanable = CLEANER.register(this, release);
  }

  public static long open() {
    return OPEN.get();
  }

  /** Enters together with others; the stamp goes to {@link #exit}. */
  public long enter() {
    refuseBorrower();
    if (waitingAlone.get() == 0) {
      return checked(lock.readLock());
    }
    gate.lock();
    try {
      return checked(lock.readLock());
    } finally {
      gate.unlock();
    }
  }

  /** Enters alone; the stamp goes to {@link #exit}. */
  public long enterAlone() {
    return checked(lockAlone());
  }

  /**
   * Enters together with others, to call code of the caller's, which must not come back here; the
   * stamp goes to {@link #exitLending}.
   */
  public long enterLending() {
    long stamp = enter();
    lending.add(Thread.currentThread());
    return stamp;
  }

  public void exitLending(long stamp) {
    lending.remove(Thread.currentThread());
    exit(stamp);
  }

  public void exit(long stamp) {
    try {
      lock.unlock(stamp);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Asks together with others.
   *
   * @param operation what it is for, for messages
   * @param question calls native code
   */
  public <T> T ask(String operation, Supplier<T> question) {
    long stamp = enter();
    try {
      return question.get();
    } catch (RuntimeException e) {
      throw NativeCall.translate(operation, e);
    } finally {
      exit(stamp);
    }
  }

  private void refuseBorrower() {
    if (!lending.isEmpty() && lending.contains(Thread.currentThread())) {
      throw new IllegalStateException(
          what + ": expected no call from the stream that it is written to or read from, got one");
    }
  }

  private long lockAlone() {
    refuseBorrower();
    waitingAlone.incrementAndGet();
    gate.lock();
    try {
      return lock.writeLock();
    } finally {
      gate.unlock();
      waitingAlone.decrementAndGet();
    }
  }

  private long checked(long stamp) {
    if (closed) {
      lock.unlock(stamp);
      throw new IllegalStateException(what + ": expected an open one, got a closed one");
    }
    return stamp;
  }

  @Override
  public void close() {
    long stamp = lockAlone();
    try {
      if (!closed) {
        closed = true;
        release.forgotten = false;
        cleanable.clean();
      }
    } finally {
      lock.unlock(stamp);
    }
  }

  private static final class Release implements Runnable {
    private final String what;
    private final Runnable free;
    private final @Nullable Throwable madeAt;
    private volatile boolean forgotten = true;

    private Release(String what, Runnable free, @Nullable Throwable madeAt) {
      this.what = what;
      this.free = free;
      this.madeAt = madeAt;
    }

    @Override
    public void run() {
      if (forgotten) {
        LOG.log(Level.WARNING, what + ": was not closed; freed by the garbage collector", madeAt);
      }
      free.run();
      OPEN.decrementAndGet();
    }
  }
}
