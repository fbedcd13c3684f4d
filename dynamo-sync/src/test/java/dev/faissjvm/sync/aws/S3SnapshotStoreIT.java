package dev.faissjvm.sync.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.sync.change.SyncException;
import dev.faissjvm.sync.publish.SnapshotStore;
import dev.faissjvm.sync.testing.SnapshotStoreContract;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** S3 as s3proxy has it keeps the contract of a store. */
class S3SnapshotStoreIT extends SnapshotStoreContract {

  private static final AtomicInteger PLACES = new AtomicInteger();

  @TempDir static Path folder;
  private static S3ProxyServer server;
  private static S3Client client;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    server = S3ProxyServer.fork(folder);
    client = server.client();
    client.createBucket(request -> request.bucket("words"));
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  @Override
  protected SnapshotStore emptyStore() {
    return S3SnapshotStore.of(client, "words", "place" + PLACES.incrementAndGet() + "/");
  }

  @Test
  void whoseFirstAnswerWasLostHasCreatedTheObject() throws IOException {
    InvocationHandler askingTwice =
        (proxy, method, arguments) -> {
          if (method.getName().equals("putObject")) {
            method.invoke(client, arguments);
          }
          try {
            return method.invoke(client, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    S3Client twice =
        (S3Client)
            Proxy.newProxyInstance(
                S3Client.class.getClassLoader(), new Class<?>[] {S3Client.class}, askingTwice);
    SnapshotStore store = S3SnapshotStore.of(twice, "words", "twice/");

    assertThat(store.create("manifest-1", bytes("mine"))).isTrue();
    assertThat(S3SnapshotStore.of(client, "words", "twice/").create("manifest-1", bytes("yours")))
        .isFalse();
    assertThat(store.read("manifest-1")).hasValue(bytes("mine"));
  }

  @Test
  void anAbsentBucketIsTold() {
    SnapshotStore nowhere = S3SnapshotStore.of(client, "nowhere", "");

    assertThatThrownBy(() -> nowhere.list("manifest-"))
        .isInstanceOf(SyncException.class)
        .hasMessageStartingWith("list s3://nowhere/manifest-: expected an answer, got an error: ");
  }

  @Test
  void aPrefixEndsInASlash() {
    assertThatThrownBy(() -> S3SnapshotStore.of(client, "words", "place"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("prefix: expected a slash at its end, got place");
  }
}
