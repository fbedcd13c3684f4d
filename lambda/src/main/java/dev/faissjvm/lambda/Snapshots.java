package dev.faissjvm.lambda;

import dev.faissjvm.sync.aws.S3Clients;
import dev.faissjvm.sync.aws.S3SnapshotStore;
import dev.faissjvm.sync.publish.SnapshotStore;

/** Stores of snapshots, by their address. */
final class Snapshots {

  private Snapshots() {}

  /** Opens a store; its client lives as long as the process does. */
  static SnapshotStore store(S3Address address) {
    return S3SnapshotStore.of(S3Clients.create(null, null), address.bucket(), address.prefix());
  }
}
