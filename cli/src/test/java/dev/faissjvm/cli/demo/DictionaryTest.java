package dev.faissjvm.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Comparator;
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
    List<Synset> odd =
        dictionary.synsets().stream()
            .filter(
                synset ->
                    synset.gloss().isBlank()
                        || synset.words().isEmpty()
                        || synset.words().stream().anyMatch(word -> word.matches(".*[_(].*| *"))
                        || new HashSet<>(synset.words()).size() != synset.words().size())
            .toList();
    assertThat(odd).isEmpty();
  }

  @Test
  void commonMeaningsComeFirst() {
    List<Synset> byUse = dictionary.synsets().subList(questions.size(), Dictionary.SYNSETS);
    assertThat(byUse.get(0).words()).contains("be");
    assertThat(byUse.stream().map(Synset::uses).toList())
        .isSortedAccordingTo(Comparator.reverseOrder());
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
    List<String> texts = questions.stream().map(Question::text).toList();
    assertThat(definitions.stream().filter(texts::contains)).isEmpty();
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
