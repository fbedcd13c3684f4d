package dev.faissjvm.sync.change;

/** A row that cannot be indexed. Park it with the reason, and go on with the others. */
public final class BadRowException extends SyncException {

  private static final long serialVersionUID = 1L;

  private final transient RowKey key;
  private final String reason;

  /**
   * Tells which row, and why.
   *
   * @param key the row's key
   * @param reason what is wrong with it
   */
  public BadRowException(RowKey key, String reason) {
    super(reason + "; key=" + key, null);
    this.key = key;
    this.reason = reason;
  }

  /** {@return the row's key} */
  public RowKey key() {
    return key;
  }

  /** {@return what is wrong with the row, without its key} */
  public String reason() {
    return reason;
  }
}
