package dev.faissjvm.sync.aws;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * S3 clients with every time-out and retry set.
 *
 * <p><b>Ownership.</b> The client is the caller's to close.
 */
public final class S3Clients {

  /** How long one attempt of a call may take: a file of 5 GB goes over in one. */
  public static final Duration ATTEMPT_TIMEOUT = Duration.ofMinutes(5);

  /** How long a call may take with all its attempts. */
  public static final Duration CALL_TIMEOUT = Duration.ofMinutes(12);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration SILENCE_TIMEOUT = Duration.ofSeconds(20);

  private S3Clients() {}

  /**
   * Returns a client with AWS's normal chain of credentials.
   *
   * @param region the region, or null for AWS's normal chain
   * @param endpoint another endpoint than the region's, or null; its buckets are named in the path
   * @return a client with AWS's normal chain of credentials
   */
  public static S3Client create(@Nullable String region, @Nullable URI endpoint) {
    S3ClientBuilder builder = builder();
    if (region != null) {
      builder.region(Region.of(region));
    }
    if (endpoint != null) {
      builder.endpointOverride(endpoint).forcePathStyle(true);
    }
    return builder.build();
  }

  static S3ClientBuilder builder() {
    return S3Client.builder()
        .httpClientBuilder(
            UrlConnectionHttpClient.builder()
                .connectionTimeout(CONNECT_TIMEOUT)
                .socketTimeout(SILENCE_TIMEOUT))
        .overrideConfiguration(
            ClientOverrideConfiguration.builder()
                .retryStrategy(RetryMode.STANDARD)
                .apiCallAttemptTimeout(ATTEMPT_TIMEOUT)
                .apiCallTimeout(CALL_TIMEOUT)
                .build());
  }
}
