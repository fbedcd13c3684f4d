package dev.faissjvm.sync;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Runs work on a thread of its own, so that an interruption of the caller's never hits a file or a
 * connection in use: it asks the work to stop, and is passed on when the work has ended.
 */
final class OwnThread {

  private OwnThread() {}

  static <T> T call(Callable<T> work, Runnable askToStop) throws IOException {
    FutureTask<T> task = new FutureTask<>(work);
    StageThreads.named("run").newThread(task).start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
          askToStop.run();
        }
      }
    } catch (ExecutionException e) {
      throw rethrown(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static IOException rethrown(ExecutionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof RuntimeException runtime) {
      throw runtime;
    } else if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof IOException io ? io : new IOException("run: expected no failure", e);
  }
}
