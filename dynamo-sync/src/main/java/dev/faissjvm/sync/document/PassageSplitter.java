package dev.faissjvm.sync.document;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Splits a text at the ends of sentences.
 *
 * <p>Sentences are gathered until the next one would exceed the size; one that is longer alone is
 * cut at a space. The number of passages is bounded: the last one takes what is left.
 */
final class PassageSplitter {

  /** More than any item of 400 KB needs at 100 chars would be 4,000; a row answers as one. */
  static final int MAX_PASSAGES = 256;

  private PassageSplitter() {}

  static List<Document.Passage> split(String text, int chars) {
    List<Document.Passage> passages = new ArrayList<>();
    BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
    sentences.setText(text);
    int start = 0;
    while (start < text.length()) {
      if (passages.size() == MAX_PASSAGES - 1 || text.length() - start <= chars) {
        passages.add(new Document.Passage(start, text.length()));
        break;
      }
      int limit = start + chars;
      int end = sentences.isBoundary(limit) ? limit : sentences.preceding(limit);
      if (end <= start) {
        end = cutAtSpace(text, start, limit);
      }
      passages.add(new Document.Passage(start, end));
      start = end;
    }
    return passages;
  }

  private static int cutAtSpace(String text, int start, int limit) {
    int space = text.lastIndexOf(' ', limit);
    if (space > start) {
      return space + 1;
    }
    return Character.isLowSurrogate(text.charAt(limit)) ? limit - 1 : limit;
  }
}
