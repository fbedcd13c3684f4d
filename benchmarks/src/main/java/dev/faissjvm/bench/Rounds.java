package dev.faissjvm.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures contestants side by side: in each round every one has its turn, and each round another
 * one begins, so that what the machine does meanwhile falls on all of them alike.
 */
final class Rounds {

  private final int rounds;
  private final Recorder recorder;

  /** Hears each result as soon as it is whole. */
  @FunctionalInterface
  interface Recorder {
    void record(Result result) throws IOException;
  }

  Rounds(int rounds, Recorder recorder) {
    this.rounds = rounds;
    this.recorder = recorder;
  }

  Recorder recorder() {
    return recorder;
  }

  /** Returns the same with other rounds. */
  Rounds of(int count) {
    return new Rounds(count, recorder);
  }

  /** Measures after a turn of each that is not counted. */
  void run(String group, String name, String unit, List<? extends Contestant> contestants)
      throws IOException {
    for (Contestant contestant : contestants) {
      contestant.sample();
    }
    runWarm(group, name, unit, contestants);
  }

  /** Measures what was warmed up already. */
  void runWarm(String group, String name, String unit, List<? extends Contestant> contestants)
      throws IOException {
    int n = contestants.size();
    List<List<Double>> samples = new ArrayList<>();
    contestants.forEach(contestant -> samples.add(new ArrayList<>()));
    for (int round = 0; round < rounds; round++) {
      for (int turn = 0; turn < n; turn++) {
        int who = (round + turn) % n;
        samples.get(who).add(contestants.get(who).sample());
      }
    }
    for (int who = 0; who < n; who++) {
      Contestant contestant = contestants.get(who);
      recorder.record(
          new Result(group, name, contestant.name(), unit, samples.get(who), contestant.beside()));
    }
  }
}
