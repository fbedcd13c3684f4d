package dev.faissjvm.sync.change;

/** Another sync holds the lease. Wait until it ends, or until its lease runs out. */
public final class LeaseHeldException extends SyncException {

  private static final long serialVersionUID = 1L;

  private final String holder;

  /**
   * Tells who holds the lease.
   *
   * @param message what was found and what to do
   * @param holder the name of the holder
   */
  public LeaseHeldException(String message, String holder) {
    super(message, null);
    this.holder = holder;
  }

  /** {@return the name of the holder} */
  public String holder() {
    return holder;
  }
}
