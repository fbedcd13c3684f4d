package dev.faissjvm.cli.demo;

import dev.faissjvm.cli.load.FileRow;
import dev.faissjvm.cli.load.RowReader;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Synsets as rows of a table: group = part of speech, id = synset, text = gloss, words = lemmas.
 *
 * <p>One thread at a time; holds no file.
 */
public final class DictionaryRows implements RowReader {

  /** The field with a row's words. */
  public static final String WORDS = "words";

  private final Iterator<Synset> synsets;
  private long line;

  /**
   * Makes a reader.
   *
   * @param synsets the rows, in order
   */
  public DictionaryRows(List<Synset> synsets) {
    this.synsets = synsets.iterator();
  }

  @Override
  public @Nullable FileRow next() {
    if (!synsets.hasNext()) {
      return null;
    }
    Synset synset = synsets.next();
    line++;
    return new FileRow(
        line,
        synset.partOfSpeech().suffix(),
        synset.id(),
        synset.gloss(),
        Map.of(WORDS, synset.wordLine()));
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
