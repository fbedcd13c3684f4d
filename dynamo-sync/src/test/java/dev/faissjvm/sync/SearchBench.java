package dev.faissjvm.sync;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.embedder.TextEmbedder;
import dev.faissjvm.faiss.Faiss;
import dev.faissjvm.sync.search.SearchExplanation;
import dev.faissjvm.sync.search.SearchHit;
import dev.faissjvm.sync.search.SearchMode;
import dev.faissjvm.sync.search.SearchRequest;
import dev.faissjvm.sync.search.SearchService;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Prints how well the three modes answer, and how fast, on an index that is there: that of the
 * demo, with all its rows.
 *
 * <p>Arguments: the index folder, the model's folder, a file of questions (a question, a tab and
 * the word that is meant a line), and seconds for each measurement (10). Questions are the file's,
 * and parts of rows: half the words of a text, by a seed; the row is what is meant.
 *
 * <p>Vectors of questions are made beforehand; what that takes is printed apart.
 */
final class SearchBench {

  private static final int PARTS = 500;
  private static final int K = 10;

  private final SearchService service;
  private final double seconds;

  private SearchBench(SearchService service, double seconds) {
    this.service = service;
    this.seconds = seconds;
  }

  /** A question, and what a good answer has in its field {@code words}. */
  private record Asked(String text, String meant) {}

  public static void main(String[] arguments) throws Exception {
    double seconds = arguments.length > 3 ? Double.parseDouble(arguments[3]) : 10;
    Faiss.load();
    try (Embedder<String> model = TextEmbedder.load(Path.of(arguments[1]));
        KnownTexts embedder = new KnownTexts(model);
        SearchService service = SearchService.open(Path.of(arguments[0]), embedder)) {
      SearchBench bench = new SearchBench(service, seconds);
      List<Asked> questions = read(Path.of(arguments[2]));
      List<Asked> parts = bench.parts(questions);
      embedder.learn(questions);
      embedder.learn(parts);
      bench.quality("questions", questions);
      bench.quality("half the words of a text", parts);
      bench.recall(questions, parts);
      bench.latencies(parts);
      System.out.printf(
          Locale.ROOT,
          "memory: %d MiB of heap after collection, %s resident%n",
          usedMebibytes(),
          resident());
    }
  }

  private static List<Asked> read(Path file) throws IOException {
    List<Asked> questions = new ArrayList<>();
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      String[] columns = line.split("\t", -1);
      if (columns.length == 2 && !line.startsWith("#")) {
        questions.add(new Asked(columns[0], columns[1]));
      }
    }
    return questions;
  }

  /** Takes rows from the whole index: those that words of many kinds find. */
  private List<Asked> parts(List<Asked> questions) throws IOException {
    Random random = new Random(7);
    Map<String, Asked> parts = new LinkedHashMap<>();
    for (int round = 0; parts.size() < PARTS; round++) {
      String word = questions.get(round % questions.size()).meant();
      SearchRequest request =
          SearchRequest.builder()
              .text(questions.get((round * 7 + 3) % questions.size()).text() + " " + word)
              .mode(SearchMode.KEYWORD)
              .k(40)
              .offset(20 * (round / questions.size()))
              .build();
      for (SearchHit hit : service.search(request).hits()) {
        List<String> words = new ArrayList<>(List.of(hit.passage().split("\\s+", -1)));
        String meant = String.valueOf(hit.fields().get("words"));
        for (int left = (words.size() + 1) / 2; words.size() > left; ) {
          words.remove(random.nextInt(words.size()));
        }
        if (words.size() >= 3 && random.nextInt(4) == 0 && parts.size() < PARTS) {
          parts.putIfAbsent(meant, new Asked(String.join(" ", words), meant));
        }
      }
    }
    return List.copyOf(parts.values());
  }

  private static SearchRequest request(Asked asked, SearchMode mode, int k) {
    return SearchRequest.builder().text(asked.text()).mode(mode).k(k).build();
  }

  private void quality(String what, List<Asked> questions) throws IOException {
    System.out.printf("%n%s (%d)%n", what, questions.size());
    for (SearchMode mode : SearchMode.values()) {
      int first = 0;
      int found = 0;
      double reciprocal = 0;
      for (Asked asked : questions) {
        int rank = rank(asked, service.search(request(asked, mode, K)).hits());
        first += rank == 1 ? 1 : 0;
        found += rank > 0 ? 1 : 0;
        reciprocal += rank > 0 ? 1.0 / rank : 0;
      }
      System.out.printf(
          Locale.ROOT,
          "  %-9s first %3d, in the first %d %3d, mean reciprocal rank %.3f%n",
          mode.name().toLowerCase(Locale.ROOT),
          first,
          K,
          found,
          reciprocal / questions.size());
    }
  }

  private static int rank(Asked asked, List<SearchHit> hits) {
    for (SearchHit hit : hits) {
      String words = String.valueOf(hit.fields().get("words"));
      if (words.equals(asked.meant()) || List.of(words.split(", ", -1)).contains(asked.meant())) {
        return hit.rank();
      }
    }
    return 0;
  }

  private void recall(List<Asked> questions, List<Asked> parts) throws IOException {
    for (List<Asked> asked : List.of(questions, parts)) {
      double sum = 0;
      double least = 1;
      for (Asked one : asked) {
        SearchExplanation explained = service.explain(request(one, SearchMode.SEMANTIC, K));
        sum += explained.recall();
        least = Math.min(least, explained.recall());
      }
      System.out.printf(
          Locale.ROOT,
          "%nrecall of the first %d: mean %.4f, least %.1f (%d questions)%n",
          K,
          sum / asked.size(),
          least,
          asked.size());
    }
  }

  private void latencies(List<Asked> questions) throws Exception {
    System.out.printf("%nmode      threads  p50 ms  p99 ms  searches/s%n");
    for (SearchMode mode : SearchMode.values()) {
      measure(mode, questions, 1, Math.min(3, seconds));
      for (int threads : new int[] {1, 8}) {
        double[] millis = measure(mode, questions, threads, seconds);
        System.out.printf(
            Locale.ROOT,
            "%-9s %7d  %6.2f  %6.2f  %10.0f%n",
            mode.name().toLowerCase(Locale.ROOT),
            threads,
            millis[millis.length / 2],
            millis[(int) (millis.length * 0.99)],
            millis.length / seconds);
      }
    }
  }

  private double[] measure(SearchMode mode, List<Asked> questions, int threads, double time)
      throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    long end = System.nanoTime() + (long) (time * 1e9);
    List<Future<List<Double>>> running = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      int start = thread * questions.size() / threads;
      running.add(
          pool.submit(
              () -> {
                List<Double> millis = new ArrayList<>();
                for (int i = start; System.nanoTime() < end; i++) {
                  Asked asked = questions.get(i % questions.size());
                  long started = System.nanoTime();
                  service.search(request(asked, mode, K));
                  millis.add((System.nanoTime() - started) / 1e6);
                }
                return millis;
              }));
    }
    List<Double> all = new ArrayList<>();
    for (Future<List<Double>> one : running) {
      all.addAll(one.get());
    }
    pool.shutdown();
    double[] sorted = all.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted;
  }

  private static long usedMebibytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
  }

  private static String resident() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.UTF_8)) {
      if (line.startsWith("VmRSS:")) {
        return line.substring(6).strip();
      }
    }
    return "unknown";
  }

  /** A model whose answers to the questions are known beforehand. */
  private static final class KnownTexts implements Embedder<String> {
    private final Embedder<String> model;
    private final Map<String, float[]> known = new ConcurrentHashMap<>();

    KnownTexts(Embedder<String> model) {
      this.model = model;
    }

    void learn(List<Asked> questions) {
      List<Double> millis = new ArrayList<>();
      for (Asked asked : questions) {
        long started = System.nanoTime();
        known.put(asked.text(), model.embedQuery(asked.text()));
        millis.add((System.nanoTime() - started) / 1e6);
      }
      millis.sort(null);
      System.out.printf(
          Locale.ROOT,
          "embedding a question: p50 %.2f ms, p99 %.2f ms (%d, one thread)%n",
          millis.get(millis.size() / 2),
          millis.get((int) (millis.size() * 0.99)),
          millis.size());
    }

    @Override
    public int dimension() {
      return model.dimension();
    }

    @Override
    public String fingerprint() {
      return model.fingerprint();
    }

    @Override
    public float[] embed(String text) {
      return model.embed(text);
    }

    @Override
    public float[] embedQuery(String text) {
      float[] vector = known.get(text);
      return vector == null ? model.embedQuery(text) : vector;
    }

    @Override
    public float[][] embed(List<? extends String> texts) {
      return model.embed(texts);
    }

    @Override
    public void close() {}
  }
}
