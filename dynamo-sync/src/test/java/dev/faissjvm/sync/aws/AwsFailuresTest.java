package dev.faissjvm.sync.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.sync.change.AccessRefusedException;
import dev.faissjvm.sync.change.MissingTableException;
import dev.faissjvm.sync.change.SyncException;
import dev.faissjvm.sync.change.TableFailureException;
import dev.faissjvm.sync.change.TransientSyncException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** Each kind of the SDK's failures becomes the kind that says what to do next. */
class AwsFailuresTest {

  private static final String NUMBERS = " (Service: null, Status Code: %d, Request ID: null)";

  static SdkException service(String code, int status, String message) {
    return DynamoDbException.builder()
        .statusCode(status)
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage(message).build())
        .build();
  }

  private static void assertTranslated(
      SdkException failure, Class<? extends SyncException> kind, String message) {
    SyncException translated = AwsFailures.translated("read rows of words", failure);
    assertThat(translated).isInstanceOf(kind).hasCause(failure);
    assertThat(translated).hasMessage("read rows of words: expected an answer, got " + message);
  }

  @Test
  void servicesSayWhatIsWrong() {
    assertTranslated(
        service("ResourceNotFoundException", 400, "gone"),
        MissingTableException.class,
        "no such table or index: gone"
            + String.format(NUMBERS, 400)
            + "; check its name, the region and the endpoint");
    assertTranslated(
        service("AccessDeniedException", 400, "not you"),
        AccessRefusedException.class,
        "access refused: not you" + String.format(NUMBERS, 400));
    assertTranslated(
        service("Anything", 403, "not you"),
        AccessRefusedException.class,
        "access refused: not you" + String.format(NUMBERS, 403));
    assertTranslated(
        service("InternalServerError", 500, "oh"),
        TransientSyncException.class,
        "a failure that passes: oh" + String.format(NUMBERS, 500));
    assertTranslated(
        service("ThrottlingException", 400, "slow down"),
        TransientSyncException.class,
        "a failure that passes: slow down" + String.format(NUMBERS, 400));
    assertTranslated(
        service("ValidationException", 400, "no such thing\nand more"),
        TableFailureException.class,
        "an error: no such thing");
  }

  @Test
  void clientsSayWhatIsMissing() {
    assertTranslated(
        ApiCallTimeoutException.create(40_000),
        TransientSyncException.class,
        "a time-out or an interruption: Client execution did not complete before the specified"
            + " timeout configuration: 40000 millis");
    assertTranslated(
        SdkClientException.create("Unable to load credentials from any provider"),
        AccessRefusedException.class,
        "no credentials: Unable to load credentials from any provider; set AWS_PROFILE, or"
            + " AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_REGION");
    assertTranslated(
        SdkClientException.create("Connection refused"),
        TransientSyncException.class,
        "no connection: Connection refused");
  }
}
