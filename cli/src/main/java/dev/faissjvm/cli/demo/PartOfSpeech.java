package dev.faissjvm.cli.demo;

/**
 * WordNet's four parts of speech, each with a data file of its own.
 *
 * <p>The order is that of WordNet's files, and breaks ties between equally common words.
 */
public enum PartOfSpeech {
  /** Nouns; {@code data.noun}. */
  NOUN("noun", 'n', 1),
  /** Verbs; {@code data.verb}. */
  VERB("verb", 'v', 2),
  /** Adjectives and their satellites; {@code data.adj}. */
  ADJECTIVE("adj", 'a', 3),
  /** Adverbs; {@code data.adv}. */
  ADVERB("adv", 'r', 4);

  private final String suffix;
  private final char letter;
  private final int senseType;

  PartOfSpeech(String suffix, char letter, int senseType) {
    this.suffix = suffix;
    this.letter = letter;
    this.senseType = senseType;
  }

  /** {@return the ending of the names of its files: noun, verb, adj or adv} */
  public String suffix() {
    return suffix;
  }

  /** {@return WordNet's letter: {@code n}, {@code v}, {@code a}, {@code r}} */
  public char letter() {
    return letter;
  }

  /** {@return the digit of sense keys, 1 to 4, in the order of the constants} */
  int senseType() {
    return senseType;
  }

  /**
   * Returns the part of speech of a sense key's type digit, 1 to 5; a satellite is an adjective.
   */
  static PartOfSpeech ofSenseType(char digit) {
    return switch (digit) {
      case '1' -> NOUN;
      case '2' -> VERB;
      case '3', '5' -> ADJECTIVE;
      case '4' -> ADVERB;
      default ->
          throw new IllegalArgumentException("sense type: expected 1 to 5, got '" + digit + "'");
    };
  }
}
