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

/**
 * This codec beside Lucene's own formats, through Lucene's query classes, and beside graph
 * libraries without Lucene, one thread: building, and milliseconds a query at a recall, with and
 * without filters. Queries are held out. Every engine is first tried at every setting; a case
 * measures, side by side, each one's cheapest that reaches the recall. Then each codec as it comes,
 * with two callers at once, and exact search.
 *
 * <p>The peers' indexes are built once and kept, those of the smaller set for each JDK: a graph of
 * a million vectors takes the better part of an hour.
 */
final class LuceneGroup {

  private static final double DEAREST = 0.99;
  private static final double[] TARGETS = {0.90, 0.95, DEAREST};
  private static final double LONG = 5; // milliseconds a query that are timed once
  private static final double NARROW = 0.01; // such a filter leaves so few that all find nearly all
  private static final double ENOUGH = 0.993; // for every target: dearer settings are left out
  private static final int QUERIES = 200; // 2,000 neighbours: a recall of 0.99 is known to 0.003
  private static final int EXACT_QUERIES = 50;
  private static final int PASSES = 4;
  private static final int ROUNDS = 9;
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

  /** One setting of one engine, and what it was worth when it was tried. */
  private record Asked(SearchEngine engine, int setting, int share, double recall, double millis)
      implements Contestant {
    @Override
    public String name() {
      return engine.name();
    }

    /** A turn that is not counted brings back what the others have pushed out of the caches. */
    @Override
    public double sample() throws IOException {
      engine.ask(setting, share);
      return engine.ask(setting, share).millis();
    }

    /** The lesser time counts: to choose a setting is to be spared the machine's moods. */
    Asked again() throws IOException {
      double now = engine.ask(setting, share).millis();
      return new Asked(engine, setting, share, recall, Math.min(millis, now));
    }

    @Override
    public Map<String, Double> beside() {
      return Map.of("recall", recall);
    }

    /** A point of the engine's curve of recall and time, from when it was tried. */
    Result point(String name) {
      return new Result(ResultFile.CURVES, name, name(), "cpu ms", List.of(millis), beside());
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
        recorder.record(
            new Result(
                "lucene",
                label + ": build and merge",
                engine.name(),
                "cpu s",
                List.of(seconds),
                beside));
      }
      for (int share = 0; share < TrueNeighbours.SHARES.length; share++) {
        compare(share);
      }
      exact();
      IOUtils.close(engines);
    }

    /** Finds each engine's cheapest setting at each recall, and measures these side by side. */
    private void compare(int share) throws IOException {
      List<List<Asked>> all = new ArrayList<>();
      for (SearchEngine engine : engines) {
        if (share == 0 || engine.filters()) {
          all.add(explored(engine, share));
        }
      }
      String filter =
          share == 0
              ? ""
              : String.format(Locale.ROOT, ", %.1f %% kept", 100 * TrueNeighbours.SHARES[share]);
      for (List<Asked> asked : all) {
        for (Asked one : asked) {
          recorder.record(one.point(label + ": setting " + one.setting + filter));
        }
      }
      boolean narrow = TrueNeighbours.SHARES[share] < NARROW;
      for (double target : narrow ? new double[] {DEAREST} : TARGETS) {
        String name = String.format(Locale.ROOT, "recall %.2f%s", target, filter);
        beside(name, cheapest(all, target));
      }
      if (share == 0) {
        together(cheapest(all, DEAREST));
      }
      List<Asked> plain = all.stream().map(asked -> asked.get(PLAIN)).toList();
      beside("as it comes" + filter, ofCodecs(plain));
    }

    /** Asks at one setting after the other, until one finds all; then the same again, for times. */
    private List<Asked> explored(SearchEngine engine, int share) throws IOException {
      List<Asked> all = new ArrayList<>();
      for (int i = 0; i < engine.settings(); i++) {
        SearchEngine.Answers answers = engine.ask(i, share);
        int found = 0;
        for (int q = 0; q < QUERIES; q++) {
          found += truth.found(q, share, answers.products().get(q));
        }
        double recall = (double) found / QUERIES / TrueNeighbours.K;
        all.add(new Asked(engine, i, share, recall, answers.millis()));
        if (recall > ENOUGH && i != PLAIN) {
          break;
        }
      }
      for (int pass = 1; pass < PASSES; pass++) {
        for (int i = 0; i < all.size(); i++) {
          if (all.get(i).millis() < LONG) {
            all.set(i, all.get(i).again());
          }
        }
      }
      return all;
    }

    /** Of each engine that reaches the recall. */
    private static List<Asked> cheapest(List<List<Asked>> all, double target) {
      List<Asked> best = new ArrayList<>();
      for (List<Asked> asked : all) {
        asked.stream()
            .filter(one -> one.recall >= target)
            .min(Comparator.comparingDouble(Asked::millis))
            .ifPresent(best::add);
      }
      return best;
    }

    private static List<Asked> ofCodecs(List<Asked> asked) {
      return asked.stream().filter(one -> one.engine instanceof LuceneSearch).toList();
    }

    private void beside(String name, List<Asked> contestants) throws IOException {
      setting.sideBySide().of(ROUNDS).runWarm("lucene", label + ": " + name, "cpu ms", contestants);
    }

    /** The codecs at the dearest target, by the clock: the other callers count, too. */
    private void together(List<Asked> best) throws IOException {
      for (int callers : CALLERS) {
        List<Together> contestants =
            ofCodecs(best).stream()
                .map(one -> new Together((LuceneSearch) one.engine, one.setting, callers))
                .toList();
        String name =
            String.format(
                Locale.ROOT, "recall %.2f, %d caller%s", DEAREST, callers, callers == 1 ? "" : "s");
        setting.sideBySide().run("lucene", label + ": " + name, "searches/s", contestants);
      }
    }

    private void exact() throws IOException {
      List<Contestant> contestants = new ArrayList<>();
      for (SearchEngine engine : engines) {
        if (engine instanceof LuceneSearch codec && !engine.name().contains(" HNSW16")) {
          contestants.add(new Exact(codec, 4.0 * data.base().count() * data.base().dimension()));
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
  private record Exact(LuceneSearch codec, double floatBytes) implements Contestant {
    @Override
    public String name() {
      return codec.name();
    }

    @Override
    public double sample() throws IOException {
      return codec.exact(EXACT_QUERIES).millis();
    }

    /** What the floats take; one codec compares bytes instead. */
    @Override
    public Map<String, Double> beside() {
      return codec.name().contains("int8") ? Map.of() : Map.of(Shares.BYTES, floatBytes);
    }
  }
}
