package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.LeaseHeldException;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.Lease;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A lease kept in the content table.
 *
 * <p>Every write of the item is conditional on what was read before, so of two that take or renew
 * it at once one wins. A holder trusts its holding for a third of the duration since before it last
 * wrote; others wait the whole duration. A write whose answer was lost is recognised by reading the
 * item back: the owner's name carries a token of this instance.
 */
final class DynamoLease implements Lease {

  private final LeaseItem item;
  private final String owner;
  private final String process;
  private final Duration duration;
  private final Clock clock;
  private LeaseItem.@Nullable State held;
  private Instant writtenAt = Instant.EPOCH;

  DynamoLease(LeaseItem item, String owner, Duration duration, Clock clock) {
    if (duration.toMillis() < 100) {
      throw new IllegalArgumentException(
          "lease: expected a duration of at least 100 ms, got " + duration);
    }
    this.item = item;
    this.owner = owner;
    this.process = ProcessToken.own();
    this.duration = duration;
    this.clock = clock;
  }

  @Override
  public synchronized Fence acquire() {
    Optional<LeaseItem.State> found = item.read();
    Instant now = clock.instant();
    LeaseItem.State wanted = next(found.map(LeaseItem.State::fence).orElse(0L) + 1, now);
    if (found.isPresent() && isHeld(found.get(), now)) {
      throw heldBy(found.get());
    }
    boolean won = found.isPresent() ? item.replace(found.get(), wanted) : item.create(wanted);
    if (!won) {
      LeaseItem.State winner = item.read().orElse(wanted);
      if (!winner.equals(wanted)) {
        throw heldBy(winner);
      }
    }
    held = wanted;
    writtenAt = now;
    return new Fence(wanted.fence());
  }

  @Override
  public synchronized void check(Fence fence) {
    LeaseItem.State mine = held;
    if (mine == null || mine.fence() != fence.number()) {
      throw new FencedException(
          "lease: expected to hold it, got none; fence=" + fence.number(), null);
    }
    Instant now = clock.instant();
    Duration age = Duration.between(writtenAt, now);
    if (!age.isNegative() && age.multipliedBy(3).compareTo(duration) < 0) {
      return;
    }
    LeaseItem.State renewed = next(mine.fence(), now);
    if (!item.replace(mine, renewed)) {
      Optional<LeaseItem.State> found = item.read();
      if (!found.equals(Optional.of(renewed))) {
        held = null;
        throw new FencedException(
            "lease: expected to hold it, got "
                + found.map(LeaseItem.State::owner).orElse("none")
                + "; fence="
                + fence.number()
                + ", found="
                + found.map(LeaseItem.State::fence).orElse(0L),
            null);
      }
    }
    held = renewed;
    writtenAt = now;
  }

  @Override
  public synchronized void release(Fence fence) {
    LeaseItem.State mine = held;
    held = null;
    if (mine != null && mine.fence() == fence.number()) {
      item.replace(mine, new LeaseItem.State(mine.owner(), mine.process(), mine.fence(), 0));
    }
  }

  private LeaseItem.State next(long fence, Instant now) {
    return new LeaseItem.State(owner, process, fence, now.plus(duration).toEpochMilli());
  }

  /** A holder that is seen to be dead need not be waited for. */
  private static boolean isHeld(LeaseItem.State state, Instant now) {
    return state.expiresMillis() > now.toEpochMilli() && !ProcessToken.isGone(state.process());
  }

  private static LeaseHeldException heldBy(LeaseItem.State state) {
    Instant until = Instant.ofEpochMilli(state.expiresMillis());
    return new LeaseHeldException(
        "lease: expected it to be free, got held by "
            + state.owner()
            + " until "
            + until
            + "; wait for that sync to end, or until then",
        state.owner());
  }
}
