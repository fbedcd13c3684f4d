package dev.faissjvm.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DictionaryTest {

  private static List<Question> questions = List.of();
  private static Dictionary dictionary;

  @BeforeAll
  static void readOnce() throws IOException {
    questions = Question.readAll();
    dictionary = Dictionary.read(questions.stream().map(Question::expected).toList());
  }

  @Test
  void hasEverySynsetOfWordNetOnce() {
    Set<String> ids = dictionary.synsets().stream().map(Synset::id).collect(Collectors.toSet());
    assertThat(ids).hasSize(Dictionary.SYNSETS).hasSameSizeAs(dictionary.synsets());
  }

  @Test
  void countsByPartOfSpeechAreThoseOfWordNet() {
    Map<PartOfSpeech, Long> counts =
        dictionary.synsets().stream()
            .collect(Collectors.groupingBy(Synset::partOfSpeech, Collectors.counting()));
    assertThat(counts)
        .containsEntry(PartOfSpeech.NOUN, 82_192L)
        .containsEntry(PartOfSpeech.VERB, 13_789L)
        .containsEntry(PartOfSpeech.ADJECTIVE, 18_185L)
        .containsEntry(PartOfSpeech.ADVERB, 3_625L);
  }

  @Test
  void aRowIsReadAsWritten() {
    Synset bakery = dictionary.synsets().get(0);
    assertThat(bakery)
        .isEqualTo(
            new Synset(
                PartOfSpeech.NOUN,
                2_779_636,
                List.of("bakery", "bakeshop", "bakehouse"),
                "a workplace where baked goods (breads and cakes and pastries) are produced or"
                    + " sold",
                0));
    assertThat(bakery.id()).isEqualTo("02779636-n");
    assertThat(bakery.wordLine()).isEqualTo("bakery, bakeshop, bakehouse");
  }

  @Test
  void wordsHaveNeitherUnderscoresNorMarkersNorTwins() {
    for (Synset synset : dictionary.synsets()) {
      assertThat(synset.gloss()).isNotBlank();
      assertThat(synset.words()).isNotEmpty();
      for (String word : synset.words()) {
        assertThat(word).isNotBlank().doesNotContain("_").doesNotContain("(");
      }
      assertThat(new HashSet<>(synset.words())).hasSameSizeAs(synset.words());
    }
  }

  @Test
  void commonMeaningsComeFirst() {
    List<Synset> byUse = dictionary.synsets().subList(questions.size(), Dictionary.SYNSETS);
    assertThat(byUse.get(0).words()).contains("be");
    for (int i = 1; i < byUse.size(); i++) {
      assertThat(byUse.get(i).uses()).isLessThanOrEqualTo(byUse.get(i - 1).uses());
    }
  }

  @Test
  void everyQuestionHasItsAnswerAmongTheFirstRows() {
    Set<String> words =
        dictionary.first(2_000).stream()
            .flatMap(synset -> synset.words().stream())
            .collect(Collectors.toSet());
    assertThat(questions).hasSizeGreaterThanOrEqualTo(40);
    assertThat(questions).allSatisfy(q -> assertThat(words).contains(q.expected()));
    assertThat(questions.get(0)).isEqualTo(new Question("a place where bread is made", "bakery"));
  }

  @Test
  void noQuestionIsTheGlossItself() {
    Set<String> definitions =
        dictionary.synsets().stream()
            .map(synset -> synset.gloss().split(";", 2)[0].strip())
            .collect(Collectors.toSet());
    assertThat(questions).noneSatisfy(q -> assertThat(definitions).contains(q.text()));
  }

  @Test
  void firstRowsAreBoundedByTheWhole() {
    assertThat(dictionary.first(Integer.MAX_VALUE)).hasSize(Dictionary.SYNSETS);
    assertThatThrownBy(() -> dictionary.first(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rows: expected at least 1, got 0");
  }

  @Test
  void anUnknownEverydayWordIsRefused() {
    assertThatThrownBy(() -> Dictionary.read(List.of("bakery", "brgl")))
        .isInstanceOf(IOException.class)
        .hasMessage("everyday word: expected a lemma of WordNet, got 'brgl'");
  }
}
