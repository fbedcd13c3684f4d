package dev.faissjvm.lucene;

import java.io.IOException;
import org.apache.lucene.tests.store.MockDirectoryWrapper;

/** Stops at the n-th call that reaches the disk, and at every one after it, until mended. */
final class StopsAt extends MockDirectoryWrapper.Failure {
  private int left;
  private boolean mended;

  StopsAt(int n) {
    left = n;
  }

  void mend() {
    mended = true;
  }

  boolean stopped() {
    return left < 0;
  }

  @Override
  public void eval(MockDirectoryWrapper directory) throws IOException {
    if (!mended && --left < 0) {
      throw new IOException("stopped");
    }
  }
}
