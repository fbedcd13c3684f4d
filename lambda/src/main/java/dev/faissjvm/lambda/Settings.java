package dev.faissjvm.lambda;

import dev.faissjvm.sync.aws.TableLayout;
import dev.faissjvm.sync.document.DocumentMapping;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the environment tells a function. Both functions take the same variables; each uses its own.
 *
 * <pre>
 * FAISSJVM_TABLE              the table's name                                        required
 * FAISSJVM_STORAGE            folder on shared storage, for index and model           required
 * FAISSJVM_MODEL              the model: a folder, or s3://bucket/prefix of one       required
 * FAISSJVM_KEYS               key attributes, the second only if there are two        content_group,content_id
 * FAISSJVM_PENDING_INDEX      the sparse index                                        faiss_pending
 * FAISSJVM_PENDING_ATTRIBUTE  the attribute that asks for indexing                    faiss_pending
 * FAISSJVM_TEXT               searched attribute, or template as '{title}. {body}'    content
 * FAISSJVM_FILTERS            filter fields: year=number,kind=string,sold=boolean     none
 * FAISSJVM_PASSAGE_CHARS      split longer texts into passages of so many chars       not split
 * FAISSJVM_MARGIN_SECONDS     the maker stops so long before its time is out, 1-600   30
 * FAISSJVM_LEASE_SECONDS      a silent maker is taken for dead after so long, 10-900  60
 * FAISSJVM_SNAPSHOTS          s3://bucket/prefix: makers publish there, searches follow    none
 * FAISSJVM_REFRESH_SECONDS    a search looks for a newer snapshot so often, 1-3600         10
 * FAISSJVM_CORS_ORIGIN        the origin whose pages may search, or *                 none
 * FAISSJVM_API_KEY            what a search must bring as x-api-key, 16 chars or more none
 * </pre>
 *
 * <p>Region, credentials and endpoints are AWS's own variables.
 *
 * @param table names of table, keys, sparse index and marks
 * @param mapping what is taken from a row
 * @param storage the folder on shared storage
 * @param model a folder, or an address in S3
 * @param margin what the maker leaves of its time
 * @param lease how long a holder of the lease may be silent
 * @param snapshots where the maker publishes and what a search follows, or null: both use one
 *     folder
 * @param refresh how often a search looks for a newer snapshot, at most
 * @param corsOrigin the origin whose pages may search, or null
 * @param apiKey what a search must bring, or null
 */
public record Settings(
    TableLayout table,
    DocumentMapping mapping,
    Path storage,
    String model,
    Duration margin,
    Duration lease,
    @Nullable S3Address snapshots,
    Duration refresh,
    @Nullable String corsOrigin,
    @Nullable String apiKey) {

  /** The shortest key of the search function, in characters. */
  public static final int MIN_API_KEY = 16;

  /**
   * Reads the environment.
   *
   * @param environment variables by name; those that do not begin with FAISSJVM_ are others'
   * @return the settings
   * @throws IllegalArgumentException naming everything that is missing, wrong or unknown
   */
  public static Settings of(Map<String, String> environment) {
    return new SettingsReader(environment).read();
  }

  /** {@return the folder of the index} */
  public Path index() {
    return storage.resolve("index");
  }
}
