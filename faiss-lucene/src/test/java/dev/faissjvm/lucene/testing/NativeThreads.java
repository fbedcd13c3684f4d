package dev.faissjvm.lucene.testing;

import com.carrotsearch.randomizedtesting.ThreadFilter;

/** The binding's own threads, which live as long as the process. */
public final class NativeThreads implements ThreadFilter {
  @Override
  public boolean reject(Thread thread) {
    return thread.getName().startsWith("JavaCPP") || thread.getName().startsWith("Cleaner-");
  }
}
