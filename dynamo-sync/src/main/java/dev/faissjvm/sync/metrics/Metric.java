package dev.faissjvm.sync.metrics;

/**
 * Something that is counted or timed.
 *
 * <p><b>Threads.</b> Immutable.
 *
 * @param name what is counted, as words of lower case with underscores; times end in {@code
 *     _seconds}, sizes in {@code _bytes}
 * @param kind how its numbers go together
 * @param help what it says to who reads it
 * @param label what tells apart those of one name, as {@code name="value"}; empty for nothing
 */
public record Metric(String name, Kind kind, String help, String label) {

  /** How numbers of one metric go together. */
  public enum Kind {
    /** They add up. */
    COUNT,
    /** The last one holds. */
    GAUGE,
    /** They are many, and how many are how large is what matters. */
    TIME
  }

  /** Rows that got a new vector. */
  public static final Metric ROWS_EMBEDDED = count("rows_embedded", "Rows that got a new vector.");

  /** Rows that changed beside their text. */
  public static final Metric ROWS_KEPT =
      count("rows_kept", "Rows that changed beside their text and kept their vector.");

  /** Rows that the index already had. */
  public static final Metric ROWS_UNCHANGED =
      count("rows_unchanged", "Pending rows that the index already had as they are.");

  /** Rows taken out of the index. */
  public static final Metric ROWS_REMOVED =
      count("rows_removed", "Deleted rows that were taken out of the index.");

  /** Rows that cannot be indexed. */
  public static final Metric ROWS_PARKED = count("rows_parked", "Rows that cannot be indexed.");

  /** Rows that changed while they were indexed. */
  public static final Metric CONFLICTS =
      count("conflicts", "Rows that changed while they were indexed, and are still pending.");

  /** How fast a run was. */
  public static final Metric ROWS_PER_SECOND =
      gauge("rows_per_second", "Rows a second that the last run dealt with.");

  /** How long a row has been pending at most. */
  public static final Metric PENDING_AGE =
      gauge(
          "oldest_pending_age_seconds",
          "No row has been pending for longer: time since the start of the last run that left"
              + " none.");

  /** How long a run took. */
  public static final Metric RUN = time("run_seconds", "Time of a sync run.");

  /** How long the embedder worked. */
  public static final Metric EMBEDDING =
      time("embedding_seconds", "The embedder's share of a run.");

  /** How long a commit took. */
  public static final Metric COMMIT = time("commit_seconds", "Time of a durable commit.");

  /** Runs that failed. */
  public static final Metric RUNS_FAILED =
      count("runs_failed", "Sync runs that ended in an error.");

  /** How large the index is. */
  public static final Metric INDEX_BYTES =
      gauge("index_bytes", "Size of the files of the last commit.");

  /** How large an index is that a search sees. */
  public static final Metric INDEX_ROWS =
      gauge("index_rows", "Documents of the commit that is searched.");

  /** Which commit is searched. */
  public static final Metric INDEX_COMMIT =
      gauge("index_commit", "Generation of the commit that is searched.");

  /** How long a search took. */
  public static final Metric SEARCH =
      time("search_seconds", "Time of a search, without that of the embedder.");

  /** How long a query's vector took. */
  public static final Metric QUERY_EMBEDDING =
      time("query_embedding_seconds", "Time to make a query's vector.");

  /** How much is compared. */
  public static final Metric VECTORS_COMPARED =
      count("vectors_compared", "Vectors that searches compared exactly.");

  /** Files of snapshots. */
  public static final Metric SNAPSHOT_FILES =
      count("snapshot_files", "Files of snapshots that were sent or fetched.");

  /** Bytes of snapshots. */
  public static final Metric SNAPSHOT_BYTES =
      count("snapshot_bytes", "Bytes of snapshots that were sent or fetched.");

  /** Which snapshot is there. */
  public static final Metric SNAPSHOT_NUMBER =
      gauge("snapshot_number", "Number of the snapshot that was sent or fetched last.");

  /** Snapshots that are not whole. */
  public static final Metric SNAPSHOTS_BROKEN =
      count("snapshots_broken", "Snapshots that were passed over because they are not whole.");

  /**
   * Returns something that adds up.
   *
   * @param name as above
   * @param help what it says
   * @return a metric
   */
  public static Metric count(String name, String help) {
    return new Metric(name, Kind.COUNT, help, "");
  }

  /**
   * Returns something of which the last value holds.
   *
   * @param name as above
   * @param help what it says
   * @return a metric
   */
  public static Metric gauge(String name, String help) {
    return new Metric(name, Kind.GAUGE, help, "");
  }

  /**
   * Returns something that takes time.
   *
   * @param name as above
   * @param help what it says
   * @return a metric
   */
  public static Metric time(String name, String help) {
    return new Metric(name, Kind.TIME, help, "");
  }

  /**
   * Tells apart from others of the same name.
   *
   * @param labelName a word
   * @param value what is special about this one; letters, digits, {@code . _ -}
   * @return a metric of the same name
   */
  public Metric with(String labelName, String value) {
    if (!(labelName + value).matches("[A-Za-z0-9._-]+")) {
      throw new IllegalArgumentException(
          "label: expected letters, digits and . _ -, got " + labelName + "=" + value);
    }
    return new Metric(name, kind, help, labelName + "=\"" + value + "\"");
  }
}
