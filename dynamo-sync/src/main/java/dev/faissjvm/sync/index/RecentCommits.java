package dev.faissjvm.sync.index;

import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.IndexCommit;
import org.apache.lucene.index.IndexDeletionPolicy;

/**
 * Keeps the newest commits, so that a reader in another process that opened the one before still
 * finds its files.
 */
final class RecentCommits extends IndexDeletionPolicy {

  private final int kept;

  RecentCommits(int kept) {
    this.kept = kept;
  }

  @Override
  public void onInit(List<? extends IndexCommit> commits) throws IOException {
    onCommit(commits);
  }

  @Override
  public void onCommit(List<? extends IndexCommit> commits) throws IOException {
    for (int i = 0; i < commits.size() - kept; i++) {
      commits.get(i).delete();
    }
  }
}
