package dev.faissjvm.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.publish.FolderSnapshotStore;
import dev.faissjvm.sync.publish.SnapshotStore;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobRecordTest {

  @TempDir Path folder;
  private SnapshotStore store;
  private JobRecord record;

  @BeforeEach
  void open() {
    store = FolderSnapshotStore.of(folder);
    record = new JobRecord(store);
  }

  private static ShardReport report(int partition, long embedded) {
    return new ShardReport(partition, embedded, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void aFenceThatWentToAnotherBreaksTheChain() throws IOException {
    for (long fence : new long[] {3, 5, 6}) {
      record.holds(new Fence(fence));
    }

    assertThat(record.unbrokenSince(new Fence(7))).isEqualTo(new Fence(5));
    assertThat(record.unbrokenSince(new Fence(9))).isEqualTo(new Fence(9));
    assertThat(record.unbrokenSince(new Fence(4))).isEqualTo(new Fence(3));
  }

  @Test
  void shardsOfOlderHoldingsDoNotCount() throws IOException {
    JobRecord.done(store, new Fence(4), report(0, 10));
    JobRecord.done(store, new Fence(6), report(1, 11));

    assertThat(record.doneSince(new Fence(5))).containsOnlyKeys(1);
    assertThat(record.doneSince(new Fence(4))).containsEntry(0, report(0, 10)).hasSize(2);
  }

  @Test
  void theFirstToFinishAShardIsBelieved() throws IOException {
    JobRecord.done(store, new Fence(4), report(0, 10));
    JobRecord.done(store, new Fence(4), report(0, 99));

    assertThat(record.doneSince(new Fence(1))).containsEntry(0, report(0, 10));
  }

  @Test
  void aRecordedJobTellsItsSettings() throws IOException {
    assertThat(record.claim("model=a\npartitions=4\n")).isEmpty();

    assertThat(record.claim("model=a\npartitions=4\n")).isEmpty();
    assertThat(record.claim("model=b\npartitions=4\n"))
        .contains("expected [model=a], got [model=b]");
    assertThat(record.recorded("partitions")).contains("4");
  }
}
