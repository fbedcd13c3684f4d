package dev.faissjvm.cli.cost;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Dollars a month, by way of doing it, and what follows.
 *
 * <p>The formulas are those of the price pages, with a month of 30 days. DynamoDB's requests for
 * marking and clearing pending rows are counted as four writes (row and sparse index, twice) and
 * one read; the schedule calls each 5 minutes. The index is written to the file system about three
 * times in its life, merges included.
 *
 * @param monthly dollars a month by name: this project's ways first, then others'
 * @param utilisation share of its day that one function spends embedding; above 1 it cannot keep up
 * @param firstLoadHours hours in which one function embeds the whole table once
 */
public record Estimate(Map<String, Double> monthly, double utilisation, double firstLoadHours) {

  /** The functions of this project. */
  public static final String FUNCTIONS = "functions";

  /** A server of this project. */
  public static final String SERVER = "server";

  /** A server with a GPU, of this project. */
  public static final String GPU = "gpu server";

  /** DynamoDB's own vector index; the embeddings are made elsewhere. */
  public static final String DYNAMODB = "dynamodb vector index";

  /** S3 Vectors; the embeddings are made elsewhere. */
  public static final String S3_VECTORS = "s3 vectors";

  /** OpenSearch Serverless. */
  public static final String OPENSEARCH = "opensearch serverless";

  private static final double DAYS = 30;
  private static final double DAY_SECONDS = 86_400;
  private static final double FUNCTION_GB = 2;
  private static final double IDLE_CALLS = 12 * 24 * DAYS;
  private static final double IDLE_SECONDS = 0.05;
  private static final double REWRITES = 3;

  /**
   * Estimates.
   *
   * @param load what is asked
   * @param prices what it costs
   * @return the estimate
   */
  public static Estimate of(Load load, Prices prices) {
    double changes = load.changedPerDay() * DAYS;
    double searches = load.searchesPerDay() * DAYS;
    double gigabytes = load.vectorGigabytes();
    double textGigabytes = load.rows() * load.textBytes() / 1e9;
    double changedGigabytes = gigabytes * changes / load.rows();
    double rowRequests =
        changes
            * (4 * prices.of("dynamodb.million-writes") + prices.of("dynamodb.million-reads"))
            / 1e6;
    double embedding = functionSeconds(changes / load.functionRowsPerSecond(), prices);
    Map<String, Double> monthly = new LinkedHashMap<>();
    double idle =
        functionSeconds(IDLE_CALLS * IDLE_SECONDS, prices)
            + IDLE_CALLS * prices.of("lambda.million-requests") / 1e6;
    double answering =
        functionSeconds(searches * load.searchMillis() / 1e3, prices)
            + searches
                * (prices.of("lambda.million-requests") + prices.of("http-api.million-requests"))
                / 1e6;
    double storage =
        (gigabytes + textGigabytes) * prices.of("efs.gb-month")
            + REWRITES * changedGigabytes * prices.of("efs.write-gb");
    monthly.put(FUNCTIONS, rowRequests + embedding + idle + answering + storage);
    monthly.put(SERVER, rowRequests + prices.of("server.hour") * 24 * DAYS);
    monthly.put(GPU, rowRequests + prices.of("gpu-server.hour") * 24 * DAYS);
    monthly.put(
        DYNAMODB,
        embedding
            + gigabytes * prices.of("dynamodb-vector.gb-month")
            + changedGigabytes * prices.of("dynamodb-vector.write-gb")
            + searches
                * gigabytes
                * prices.of("dynamodb-vector.examined-share")
                * prices.of("dynamodb-vector.search-gb"));
    monthly.put(
        S3_VECTORS,
        embedding
            + gigabytes * prices.of("s3-vectors.gb-month")
            + changedGigabytes * prices.of("s3-vectors.write-gb")
            + searches * prices.of("s3-vectors.million-queries") / 1e6
            + searches * gigabytes / 1e3 * prices.of("s3-vectors.search-tb"));
    monthly.put(OPENSEARCH, embedding + prices.of("opensearch-serverless.month"));
    return new Estimate(
        monthly,
        load.changedPerDay() / (load.functionRowsPerSecond() * DAY_SECONDS),
        load.rows() / load.functionRowsPerSecond() / 3_600);
  }

  private static double functionSeconds(double seconds, Prices prices) {
    return seconds * FUNCTION_GB * prices.of("lambda.gb-second");
  }

  /**
   * Says what to do where changes come faster than one function embeds.
   *
   * @param load what was asked
   * @return one sentence
   */
  public String advice(Load load) {
    if (utilisation <= 1) {
      return "one function keeps up";
    } else if (load.changedPerDay() <= load.serverRowsPerSecond() * DAY_SECONDS) {
      return "one function cannot keep up: run faissjvm sync --watch on a server";
    } else if (load.changedPerDay() <= load.gpuRowsPerSecond() * DAY_SECONDS) {
      return "neither a function nor a server keeps up: embed on a GPU";
    }
    return "one machine cannot keep up: split the table, an index each";
  }
}
