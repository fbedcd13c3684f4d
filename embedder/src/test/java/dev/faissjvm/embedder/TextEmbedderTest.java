package dev.faissjvm.embedder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.embedder.testing.Fixtures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

final class TextEmbedderTest {
  private static final List<String> WORDS =
      List.of("bread", "is", "made", "the", "quick", "brown", "fox", "a", "place", "numbers");

  private static TextEmbedder load() {
    return builder().load();
  }

  private static TextEmbedder.Builder builder() {
    return TextEmbedder.builder(Fixtures.model("bert-mean-normalize"))
        .precision(Precision.FLOAT32)
        .threads(2);
  }

  /** Texts of 0 to 19 words. */
  private static List<String> texts(int count) {
    Random random = new Random(7);
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                String.join(
                    " ",
                    IntStream.range(0, random.nextInt(20))
                        .mapToObj(w -> WORDS.get(random.nextInt(WORDS.size())))
                        .toList()))
        .toList();
  }

  @Test
  void orderIsKeptAndCompanyDoesNotMatter() {
    List<String> texts = texts(600);
    try (TextEmbedder one = load();
        TextEmbedder small = builder().batchTokens(40).threads(3).load()) {
      float[][] together = one.embed(texts);
      float[][] apart = texts.stream().map(one::embed).toArray(float[][]::new);
      assertThat(Fixtures.maxDifference(apart, together)).isLessThan(1e-6);
      assertThat(Fixtures.maxDifference(apart, small.embed(texts))).isLessThan(1e-6);
      List<String> reversed = new ArrayList<>(texts);
      Collections.reverse(reversed);
      float[][] backwards = one.embed(reversed);
      Collections.reverse(Arrays.asList(backwards));
      assertThat(Fixtures.maxDifference(apart, backwards)).isLessThan(1e-6);
    }
  }

  @Test
  void eightThreadsGetWhatOneGets() throws Exception {
    List<String> texts = texts(100);
    try (TextEmbedder embedder = load()) {
      float[][] expected = embedder.embed(texts);
      var pool = Executors.newFixedThreadPool(8);
      try {
        List<Future<Double>> differences = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
          boolean single = thread % 2 == 0;
          differences.add(
              pool.submit(
                  () ->
                      Fixtures.maxDifference(
                          expected,
                          single
                              ? texts.stream().map(embedder::embed).toArray(float[][]::new)
                              : embedder.embed(texts))));
        }
        for (Future<Double> difference : differences) {
          assertThat(difference.get()).isLessThan(1e-6);
        }
      } finally {
        pool.shutdownNow();
      }
    }
  }

  @Test
  void nothingNativeIsLeftBehind() {
    List<String> texts = texts(300);
    for (Precision precision : Fixtures.precisions()) {
      try (TextEmbedder warm = builder().precision(precision).load()) {
        warm.embed(texts);
        long before = Pointer.totalCount();
        warm.embed(texts);
        texts.subList(0, 20).forEach(warm::embed);
        assertThat(Pointer.totalCount() - before).as("calls in " + precision).isZero();
      }
      long before = Pointer.totalCount();
      try (TextEmbedder again = builder().precision(precision).load()) {
        again.embed(texts);
      }
      assertThat(Pointer.totalCount() - before).as("a life in " + precision).isZero();
    }
  }

  @Test
  void aCallersPointerScopeDoesNotEndTheModel() {
    TextEmbedder embedder;
    try (var scope = new org.bytedeco.javacpp.PointerScope()) {
      embedder = load();
      assertThat(scope).isNotNull();
    }
    try (embedder) {
      assertThat(embedder.embed("bread")).hasSize(32);
    }
  }

  @Test
  void closeWaitsForRunningCalls() throws Exception {
    TextEmbedder embedder = builder().batchTokens(64).load();
    CountDownLatch running = new CountDownLatch(1);
    AtomicLong last = new AtomicLong();
    var pool = Executors.newSingleThreadExecutor();
    try {
      Future<float[][]> rows =
          pool.submit(
              () ->
                  embedder.embed(
                      texts(2000),
                      (done, total) -> {
                        last.set(done);
                        running.countDown();
                      }));
      assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
      embedder.close();
      assertThat(last).hasValue(2000);
      assertThat(rows.get()).hasNumberOfRows(2000);
    } finally {
      pool.shutdownNow();
    }
    embedder.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> embedder.embed("bread"))
        .withMessage("embedder: expected an open one, got a closed one");
    assertThatIllegalStateException().isThrownBy(() -> embedder.embed(List.of("bread")));
    assertThatIllegalStateException().isThrownBy(() -> embedder.countTokens("bread"));
  }

  @Test
  void progressGrowsToTheTotalAndItsFailureEndsTheCall() {
    try (TextEmbedder embedder = builder().batchTokens(64).load()) {
      List<Long> seen = new ArrayList<>();
      embedder.embed(
          texts(500),
          (done, total) -> {
            assertThat(total).isEqualTo(500);
            seen.add(done);
          });
      assertThat(seen).isSorted().hasSizeGreaterThan(10).endsWith(500L);
      assertThatThrownBy(
              () ->
                  embedder.embed(
                      texts(500),
                      (done, total) -> {
                        throw new ArithmeticException("enough");
                      }))
          .isInstanceOf(ArithmeticException.class);
      assertThatIllegalStateException()
          .isThrownBy(() -> embedder.embed(texts(9), closing(embedder)))
          .withMessage("embedder: cannot be closed from within one of its calls");
    }
  }

  @Test
  void anInterruptCancelsAList() {
    try (TextEmbedder embedder = builder().batchTokens(64).load()) {
      assertThatThrownBy(
              () ->
                  embedder.embed(texts(4000), (done, total) -> Thread.currentThread().interrupt()))
          .isInstanceOf(CancellationException.class)
          .hasMessageStartingWith("embedding: interrupted; doneInWindow=");
      assertThat(Thread.interrupted()).isTrue();
      assertThat(embedder.embed("bread")).hasSize(32);
    }
  }

  @Test
  void aStreamIsReadNoFurtherThanNeeded() {
    try (TextEmbedder embedder = load()) {
      List<String> texts = texts(50);
      Stream<String> endless = Stream.generate(() -> texts).flatMap(List::stream);
      float[][] rows = embedder.embed(endless).limit(50).toArray(float[][]::new);
      assertThat(Fixtures.maxDifference(embedder.embed(texts), rows)).isLessThan(1e-6);
    }
  }

  @Test
  void aStreamIsReadAWindowAheadAndClosedWithItsResult() {
    try (TextEmbedder embedder = load()) {
      AtomicLong read = new AtomicLong();
      AtomicLong closed = new AtomicLong();
      Stream<String> inputs =
          Stream.generate(() -> "bread " + read.getAndIncrement() % 10)
              .onClose(closed::incrementAndGet);
      try (Stream<float[]> rows = embedder.embed(inputs)) {
        assertThat(rows.limit(1).count()).isEqualTo(1);
        assertThat(read).hasValue(BatchRunner.WINDOW);
        assertThat(closed).hasValue(0);
      }
      assertThat(closed).hasValue(1);
    }
  }

  @Test
  void aCutVectorOfANormalisingModelHasLengthOne() {
    try (TextEmbedder whole = load();
        TextEmbedder cut = builder().dimension(8).load()) {
      float[] expected = Arrays.copyOf(whole.embed("quick bread"), 8);
      float[] actual = cut.embed("quick bread");
      assertThat(cut.dimension()).isEqualTo(8);
      assertThat(Fixtures.cosine(expected, actual)).isGreaterThan(1 - 1e-6);
      assertThat(length(actual)).isCloseTo(1, within());
      assertThat(cut.fingerprint()).isNotEqualTo(whole.fingerprint());
    }
  }

  @Test
  void aRawModelCanBeAskedForUnitVectors() {
    var folder = Fixtures.model("bert-plain");
    try (TextEmbedder raw = TextEmbedder.load(folder);
        TextEmbedder unit = TextEmbedder.builder(folder).normalized().load()) {
      assertThat(Math.abs(length(raw.embed("bread")) - 1)).isGreaterThan(0.1);
      assertThat(length(unit.embed("bread"))).isCloseTo(1, within());
    }
  }

  @Test
  void aPromptOfOnesOwnStandsBeforeTheText() {
    try (TextEmbedder embedder = load()) {
      assertThat(embedder.embedWithPrompt("the quick ", List.of("fox")))
          .isDeepEqualTo(new float[][] {embedder.embed("the quick fox")});
    }
    try (TextEmbedder embedder = TextEmbedder.load(Fixtures.model("bert-prompts"))) {
      assertThat(embedder.prompts())
          .containsEntry("query", "bread is made: ")
          .containsEntry("passage", "place of bread ");
    }
  }

  @Test
  void oddTextsHaveVectorsToo() {
    try (TextEmbedder embedder = load()) {
      for (String text :
          List.of("\0", "\ud800", "a\udc00b", "\uffff", "\u202e", " ".repeat(9999))) {
        assertThat(length(embedder.embed(text))).isCloseTo(1, within());
      }
      assertThat(embedder.countTokens("bread ".repeat(100_000))).isEqualTo(32);
      assertThat(embedder.embed(List.<String>of())).isEmpty();
    }
  }

  @Test
  void nullsAndSettingsOutOfRangeAreRefused() {
    try (TextEmbedder embedder = load()) {
      assertThatThrownBy(() -> embedder.embed(Arrays.asList("a", null)))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("input");
      List<String> nothing = Arrays.asList((String) null);
      for (ThrowingCallable call :
          List.<ThrowingCallable>of(
              () -> embedder.embed(nothing.get(0)),
              () -> embedder.embedQuery(nothing.get(0)),
              () -> embedder.embed(nothing.stream()).toList())) {
        assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage("input");
      }
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().threads(0))
        .withMessage("threads: expected 1 to 1024, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().maxTokens(65).load())
        .withMessage("maxTokens: expected 1 to 64, got 65");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().dimension(33).load())
        .withMessage("dimension: expected 1 to 32, got 33");
  }

  @Test
  void bfloat16IsComputedOrRefused() {
    TextEmbedder.Builder bfloat16 = builder().precision(Precision.BFLOAT16);
    if (Fixtures.precisions().contains(Precision.BFLOAT16)) {
      try (TextEmbedder one = load();
          TextEmbedder same = bfloat16.load()) {
        assertThat(same.fingerprint()).isEqualTo(one.fingerprint());
      }
    } else {
      assertThatThrownBy(bfloat16::load)
          .isInstanceOf(EmbedderException.class)
          .hasMessage(
              "precision: expected a CPU with avx512_bf16, amx_bf16 or avx512bw for BFLOAT16, got"
                  + " one without; use AUTO");
    }
  }

  @Test
  void fingerprintsTellModelsAndPrecisionsApart() {
    try (TextEmbedder one = load();
        TextEmbedder same = builder().threads(1).precision(Precision.FLOAT32).load();
        TextEmbedder eight = builder().precision(Precision.INT8).load();
        TextEmbedder other = TextEmbedder.load(Fixtures.model("bert-plain"))) {
      assertThat(same.fingerprint()).isEqualTo(one.fingerprint());
      assertThat(eight.fingerprint()).isNotEqualTo(one.fingerprint());
      assertThat(other.fingerprint()).isNotEqualTo(one.fingerprint());
      assertThat(one.fingerprint()).endsWith("-float-tokens32-dimension32-unit");
    }
  }

  private static Progress closing(TextEmbedder embedder) {
    return (done, total) -> embedder.close();
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.data.Offset.offset(1e-5);
  }

  private static double length(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += (double) component * component;
    }
    return Math.sqrt(squares);
  }
}
