package dev.faissjvm.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/**
 * This codec beside Lucene's own formats, through Lucene's query classes, and beside graph
 * libraries without Lucene, one thread: building, and milliseconds a query at a recall, with and
 * without filters. Queries are held out. Every engine is run at every setting in each round; a case
 * shows the cheapest setting that reaches its recall. Then each codec as it comes, with two callers
 * at once, and exact search.
 *
 * <p>The peers' indexes are built once and kept, those of the smaller set for each JDK: a graph of
 * a million vectors takes the better part of an hour.
 */
final class LuceneGroup {

  private static final double[] TARGETS = {0.90, 0.95, 0.99};
  private static final double ENOUGH = 0.993; // for every target: dearer settings are left out
  private static final int QUERIES = 200; // 2,000 neighbours: a recall of 0.99 is known to 0.003
  private static final int EXACT_QUERIES = 50;
  private static final int ROUNDS = 3;
  private static final int CLUSTERED = 1_000_000;
  private static final int PLAIN = 0;
  private static final int[] CALLERS = {1, 2};

  private final Setting setting;
  private final Rounds.Recorder recorder;

  LuceneGroup(Setting setting) {
    this.setting = setting;
    this.recorder = setting.sideBySide().recorder();
  }

  void run() throws IOException {
    List<LuceneEngine> codecs = LuceneEngine.all();
    new OnData(setting.glossVectors(setting.full() ? 116_791 : 20_000), codecs, true).run();
    if (setting.full()) {
      Setting.Data clustered = setting.clusteredVectors(CLUSTERED, Setting.DIMENSION);
      new OnData(clustered, List.of(codecs.get(0), codecs.get(2)), false).run();
    }
  }

  /** One setting of one engine. */
  private static final class Measured {
    private final List<Double> millis = new ArrayList<>();
    private double recall;

    double median() {
      return millis.stream().sorted().toList().get(millis.size() / 2);
    }
  }

  /** All engines on one set of vectors. */
  private final class OnData {
    private final Setting.Data data;
    private final String label;
    private final float[][] queries;
    private final TrueNeighbours truth;
    private final List<SearchEngine> engines = new ArrayList<>();

    OnData(Setting.Data data, List<LuceneEngine> codecs, boolean peers) throws IOException {
      this.data = data;
      String kind = data.name().substring(0, data.name().indexOf('-'));
      this.label = String.format(Locale.ROOT, "%,d %s", data.base().count(), kind);
      float[] all = data.queries().rows(0, QUERIES);
      int dimension = data.base().dimension();
      this.queries = new float[QUERIES][];
      for (int i = 0; i < QUERIES; i++) {
        queries[i] = Arrays.copyOfRange(all, i * dimension, (i + 1) * dimension);
      }
      this.truth = TrueNeighbours.of(kept("true-" + QUERIES, ".f32"), data.base(), queries);
      for (LuceneEngine codec : codecs) {
        String jdk = peers ? "-" + Runtime.version().feature() : "";
        Path folder = kept("lucene", codec.name().replaceAll("\\W+", "-") + jdk);
        LuceneIndex index =
            codec.isOurs()
                ? LuceneIndex.built(folder, codec, data.base())
                : LuceneIndex.kept(folder, codec, data.base());
        engines.add(new LuceneSearch(codec, index, queries));
      }
      if (peers) {
        engines.add(new JVectorSearch(kept("jvector", ".graph"), data, queries));
        engines.add(new PythonSearch(setting, "hnswlib", data, QUERIES));
        engines.add(new PythonSearch(setting, "usearch", data, QUERIES));
      }
    }

    private Path kept(String prefix, String suffix) {
      String dash = suffix.startsWith(".") ? "" : "-";
      return setting.cache().resolve(prefix + "-" + data.name() + dash + suffix);
    }

    void run() throws IOException {
      if (setting.prepare()) {
        IOUtils.close(engines);
        return;
      }
      for (SearchEngine engine : engines) {
        Map<String, Double> beside = new TreeMap<>(engine.figures());
        Double seconds = beside.remove(LuceneIndex.SECONDS);
        record("build and merge", engine, "cpu s", List.of(seconds), beside);
      }
      for (int share = 0; share < TrueNeighbours.SHARES.length; share++) {
        compare(share);
      }
      exact();
      IOUtils.close(engines);
    }

    private void record(
        String name,
        SearchEngine engine,
        String unit,
        List<Double> samples,
        Map<String, Double> beside)
        throws IOException {
      recorder.record(
          new Result("lucene", label + ": " + name, engine.name(), unit, samples, beside));
    }

    private void compare(int share) throws IOException {
      List<SearchEngine> able =
          engines.stream().filter(engine -> share == 0 || engine.filters()).toList();
      List<List<Measured>> all = new ArrayList<>();
      for (SearchEngine engine : able) {
        List<Measured> settings = new ArrayList<>();
        for (int i = 0; i < engine.settings(); i++) {
          settings.add(new Measured());
        }
        all.add(settings);
      }
      for (int round = 0; round <= ROUNDS; round++) {
        for (int turn = 0; turn < able.size(); turn++) {
          int who = (round + turn) % able.size();
          ask(able.get(who), share, all.get(who), round > 0); // the first one warms up
        }
      }
      String filter =
          share == 0
              ? ""
              : String.format(Locale.ROOT, ", %.1f %% kept", 100 * TrueNeighbours.SHARES[share]);
      for (double target : TARGETS) {
        for (int i = 0; i < able.size(); i++) {
          Measured best = cheapest(all.get(i), target);
          if (best != null) {
            String name = String.format(Locale.ROOT, "recall %.2f%s", target, filter);
            record(name, able.get(i), "cpu ms", best.millis, Map.of("recall", best.recall));
          }
        }
      }
      if (share == 0) {
        together(able, all);
      }
      for (int i = 0; i < able.size(); i++) {
        if (able.get(i) instanceof LuceneSearch) {
          Measured plain = all.get(i).get(PLAIN);
          Map<String, Double> recall = Map.of("recall", plain.recall);
          record("as it comes" + filter, able.get(i), "cpu ms", plain.millis, recall);
        }
      }
    }

    /** The codecs at the dearest target, by the clock: the other callers count, too. */
    private void together(List<SearchEngine> able, List<List<Measured>> all) throws IOException {
      double target = TARGETS[TARGETS.length - 1];
      for (int callers : CALLERS) {
        List<Contestant> contestants = new ArrayList<>();
        for (int i = 0; i < able.size(); i++) {
          Measured best = cheapest(all.get(i), target);
          if (best != null && able.get(i) instanceof LuceneSearch codec) {
            contestants.add(new Together(codec, all.get(i).indexOf(best), callers));
          }
        }
        String name =
            String.format(
                Locale.ROOT, "recall %.2f, %d caller%s", target, callers, callers == 1 ? "" : "s");
        setting.sideBySide().run("lucene", label + ": " + name, "searches/s", contestants);
      }
    }

    private void ask(SearchEngine engine, int share, List<Measured> settings, boolean counts)
        throws IOException {
      engine.ask(PLAIN, share); // brings back what the others have pushed out of the caches
      for (int i = 0; i < settings.size(); i++) {
        Measured one = settings.get(i);
        SearchEngine.Answers answers = engine.ask(i, share);
        int found = 0;
        for (int q = 0; q < QUERIES; q++) {
          found += truth.found(q, share, answers.products().get(q));
        }
        one.recall = (double) found / QUERIES / TrueNeighbours.K;
        if (counts) {
          one.millis.add(answers.millis());
        }
        if (one.recall > ENOUGH && i != PLAIN) {
          return;
        }
      }
    }

    private @Nullable Measured cheapest(List<Measured> settings, double target) {
      return settings.stream()
          .filter(one -> !one.millis.isEmpty() && one.recall >= target)
          .min(Comparator.comparingDouble(Measured::median))
          .orElse(null);
    }

    private void exact() throws IOException {
      List<Contestant> contestants = new ArrayList<>();
      for (SearchEngine engine : engines) {
        if (engine instanceof LuceneSearch codec && !engine.name().contains(" HNSW16")) {
          contestants.add(new Exact(codec));
        }
      }
      setting.sideBySide().run("lucene", label + ": exact", "cpu ms", contestants);
    }
  }

  /** Some callers at once. */
  private record Together(LuceneSearch codec, int setting, int callers) implements Contestant {
    @Override
    public String name() {
      return codec.name();
    }

    @Override
    public double sample() throws IOException {
      return codec.perSecond(setting, callers);
    }
  }

  /** Every vector compared. */
  private record Exact(LuceneSearch codec) implements Contestant {
    @Override
    public String name() {
      return codec.name();
    }

    @Override
    public double sample() throws IOException {
      return codec.exact(EXACT_QUERIES).millis();
    }
  }
}
