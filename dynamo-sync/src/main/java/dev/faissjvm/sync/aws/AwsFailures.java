package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.change.AccessRefusedException;
import dev.faissjvm.sync.change.MissingTableException;
import dev.faissjvm.sync.change.SyncException;
import dev.faissjvm.sync.change.TableFailureException;
import dev.faissjvm.sync.change.TransientSyncException;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/** The one place where the SDK's exceptions become ours. */
final class AwsFailures {

  private static final Set<String> ACCESS =
      Set.of(
          "AccessDeniedException",
          "AccessDenied",
          "UnrecognizedClientException",
          "InvalidSignatureException",
          "SignatureDoesNotMatch",
          "InvalidAccessKeyId",
          "MissingAuthenticationTokenException",
          "InvalidClientTokenId",
          "ExpiredTokenException",
          "ExpiredToken");

  private static final Set<String> PASSING =
      Set.of(
          "ProvisionedThroughputExceededException",
          "ThrottlingException",
          "RequestLimitExceeded",
          "LimitExceededException",
          "TransactionInProgressException",
          "TransactionConflictException",
          "ReplicatedWriteConflictException",
          "SlowDown");

  private AwsFailures() {}

  /** Makes a call; {@code what} names it for the message: {@code "read rows of words"}. */
  static <T> T translating(String what, Supplier<T> call) {
    try {
      return call.get();
    } catch (SdkException e) {
      throw translated(what, e);
    }
  }

  static SyncException translated(String what, SdkException e) {
    if (e instanceof AwsServiceException service) {
      return translatedService(what, service);
    } else if (e instanceof ApiCallTimeoutException
        || e instanceof ApiCallAttemptTimeoutException
        || e instanceof AbortedException) {
      return new TransientSyncException(message(what, "a time-out or an interruption", e), e);
    } else if (e instanceof SdkClientException && isAboutCredentials(e)) {
      return new AccessRefusedException(
          message(what, "no credentials", e)
              + "; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_REGION",
          e);
    }
    return new TransientSyncException(message(what, "no connection", e), e);
  }

  private static SyncException translatedService(String what, AwsServiceException e) {
    String code = e.awsErrorDetails() == null ? "" : e.awsErrorDetails().errorCode();
    if ("ResourceNotFoundException".equals(code)) {
      return new MissingTableException(
          message(what, "no such table or index", e)
              + "; check its name, the region and the endpoint",
          e);
    } else if (ACCESS.contains(code) || e.statusCode() == 401 || e.statusCode() == 403) {
      return new AccessRefusedException(message(what, "access refused", e), e);
    } else if (PASSING.contains(code) || e.isThrottlingException() || e.statusCode() >= 500) {
      return new TransientSyncException(message(what, "a failure that passes", e), e);
    }
    return new TableFailureException(message(what, "an error", e), e);
  }

  private static boolean isAboutCredentials(SdkException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("credentials") || message.contains("Unable to load region");
  }

  private static String message(String what, String got, SdkException e) {
    String said = String.valueOf(e.getMessage());
    int line = said.indexOf('\n');
    return what
        + ": expected an answer, got "
        + got
        + ": "
        + (line < 0 ? said : said.substring(0, line));
  }
}
