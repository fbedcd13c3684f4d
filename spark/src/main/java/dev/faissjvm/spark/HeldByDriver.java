package dev.faissjvm.spark;

import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.Lease;

/**
 * The lease that the driver holds, as executors see it: they write shards of their own under its
 * fence, and a driver that loses it ends the job.
 */
record HeldByDriver(Fence fence) implements Lease {

  @Override
  public Fence acquire() {
    return fence;
  }

  @Override
  public void check(Fence held) {}

  @Override
  public void release(Fence held) {}
}
