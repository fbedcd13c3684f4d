package dev.faissjvm.sync.index;

import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.LeaseHeldException;

/**
 * The right to write an index: one holder at a time, each with a greater fence than the one before.
 *
 * <pre>
 *            acquire: fence + 1                     renew
 *   free ------------------------> held (owner, fence, expiry) --+
 *    ^                               |   |            ^          |
 *    |           release             |   |            +----------+
 *    +-------------------------------+   | expiry passes: another may acquire, fence + 1
 *                                        v
 *                            lost: renew throws FencedException
 * </pre>
 *
 * <p>A holder that cannot renew in time considers the lease lost <em>before</em> others may take
 * it, by its own monotonic clock.
 *
 * <p><b>Threads.</b> Safe for use by many threads; one holding at a time for each instance.
 */
public interface Lease {

  /**
   * Takes the lease.
   *
   * @return the fence of this holding
   * @throws LeaseHeldException if another holds it and its time has not run out
   */
  Fence acquire();

  /**
   * Makes sure that the lease is still held, and prolongs it where a third of its time has gone.
   * Called before every step that must not be taken by a writer that has been replaced.
   *
   * @param fence the fence of this holding
   * @throws FencedException if another has taken the lease, or its time ran out
   */
  void check(Fence fence);

  /**
   * Gives the lease back, so that the next one need not wait. Does nothing if it is lost.
   *
   * @param fence the fence of this holding
   */
  void release(Fence fence);
}
