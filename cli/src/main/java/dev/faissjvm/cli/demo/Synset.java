package dev.faissjvm.cli.demo;

import java.util.List;

/**
 * One meaning, as WordNet has it: the words that share it and the gloss that explains it.
 *
 * @param partOfSpeech the file it stands in
 * @param offset its byte offset in that file, which is WordNet's own number for it
 * @param words its lemmas, the commonest first, spaces for WordNet's underscores
 * @param gloss definition and examples, as one line
 * @param uses how often WordNet's annotators met one of its words in this meaning; 0 for most
 */
public record Synset(
    PartOfSpeech partOfSpeech, int offset, List<String> words, String gloss, int uses) {

  /** {@return the id that WordNet's users know: eight digits, a hyphen and the letter} */
  public String id() {
    return String.format("%08d-%c", offset, partOfSpeech.letter());
  }

  /** {@return the words as one line, separated by a comma and a space} */
  public String wordLine() {
    return String.join(", ", words);
  }
}
