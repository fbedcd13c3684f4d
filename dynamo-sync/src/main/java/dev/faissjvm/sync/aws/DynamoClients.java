package dev.faissjvm.sync.aws;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * Clients with every time-out and retry set.
 *
 * <p><b>Ownership.</b> The client is the caller's to close.
 */
public final class DynamoClients {

  /** How long one attempt of a call may take. */
  public static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(10);

  /** How long a call may take with all its attempts. */
  public static final Duration CALL_TIMEOUT = Duration.ofSeconds(40);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

  private DynamoClients() {}

  /**
   * Returns a client with AWS's normal chain of credentials.
   *
   * @param region the region, or null for AWS's normal chain
   * @param endpoint another endpoint than the region's, or null
   * @return a client with AWS's normal chain of credentials
   */
  public static DynamoDbClient create(@Nullable String region, @Nullable URI endpoint) {
    return at(configured(DynamoDbClient.builder()), region, endpoint).build();
  }

  /**
   * Returns a client of streams with AWS's normal chain of credentials.
   *
   * @param region the region, or null for AWS's normal chain
   * @param endpoint another endpoint than the region's, or null
   * @return a client of streams with AWS's normal chain of credentials
   */
  public static DynamoDbStreamsClient createStreams(
      @Nullable String region, @Nullable URI endpoint) {
    return at(configured(DynamoDbStreamsClient.builder()), region, endpoint).build();
  }

  /**
   * Returns a client for DynamoDB Local, which takes any credentials.
   *
   * @param endpoint where it listens
   * @return a client for DynamoDB Local, which takes any credentials
   */
  public static DynamoDbClient local(URI endpoint) {
    return configured(DynamoDbClient.builder())
        .region(Region.US_EAST_1)
        .endpointOverride(endpoint)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
        .build();
  }

  private static <B extends AwsClientBuilder<B, ?>> B at(
      B builder, @Nullable String region, @Nullable URI endpoint) {
    if (region != null) {
      builder.region(Region.of(region));
    }
    if (endpoint != null) {
      builder.endpointOverride(endpoint);
    }
    return builder;
  }

  private static <B extends AwsClientBuilder<B, ?> & SdkSyncClientBuilder<B, ?>> B configured(
      B builder) {
    return builder
        .httpClientBuilder(
            UrlConnectionHttpClient.builder()
                .connectionTimeout(CONNECT_TIMEOUT)
                .socketTimeout(ATTEMPT_TIMEOUT))
        .overrideConfiguration(
            ClientOverrideConfiguration.builder()
                .retryStrategy(RetryMode.STANDARD)
                .apiCallAttemptTimeout(ATTEMPT_TIMEOUT)
                .apiCallTimeout(CALL_TIMEOUT)
                .build());
  }
}
