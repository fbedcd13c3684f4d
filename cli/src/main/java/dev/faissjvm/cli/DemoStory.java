package dev.faissjvm.cli;

import dev.faissjvm.cli.console.Console;
import dev.faissjvm.cli.console.TextTable;
import dev.faissjvm.cli.demo.DictionaryRows;
import dev.faissjvm.cli.demo.Question;
import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.search.SearchHit;
import dev.faissjvm.sync.search.SearchRequest;
import dev.faissjvm.sync.search.SearchService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the demo asks and tells: questions, a change in the table, the answers that it changed.
 *
 * <p>One thread. The service is the caller's.
 */
final class DemoStory {

  /** How many questions are asked. */
  static final int QUESTIONS = 8;

  private static final int SHOWN = 3;
  private static final int EVALUATED = 10;
  private static final String CONTENT = "content";
  private static final String NEW_MEANING =
      "a secret row of letters and digits that a program shows to be let into a service";
  private static final String NEW_QUESTION = "what my program needs to call an online service";

  private final Console console;
  private final SearchService service;
  private final List<Answer> answers = new ArrayList<>();

  DemoStory(Console console, SearchService service) {
    this.console = console;
    this.service = service;
  }

  /** A question and the hits it had when it was asked first. */
  private record Answer(String question, List<SearchHit> hits) {}

  /** Asks the first questions and shows the answers. */
  void ask(List<Question> questions) throws IOException {
    console.print("");
    console.print("3. Questions: no word of them need be in the answer");
    for (Question question : questions.subList(0, QUESTIONS)) {
      Answer answer = new Answer(question.text(), search(question.text(), SHOWN));
      answers.add(answer);
      show(answer);
    }
    answers.add(new Answer(NEW_QUESTION, search(NEW_QUESTION, SHOWN)));
  }

  /** Deletes the best answer to the first question, and rewrites the best to the second. */
  void change(ContentTable table) {
    SearchHit deleted = answers.get(0).hits().get(0);
    SearchHit changed = answers.get(1).hits().get(0);
    console.print("");
    console.print(
        "4. The table changes: '"
            + word(deleted)
            + "' is deleted, '"
            + word(changed)
            + "' becomes");
    console.print("   " + NEW_MEANING);
    table.delete(deleted.key());
    table.put(changed.key(), Map.of(CONTENT, NEW_MEANING));
  }

  /** Asks the newest commit everything again and shows what has another answer now. */
  void askAgain() throws IOException {
    service.refresh();
    console.print("");
    console.print("5. The answers that changed");
    for (Answer before : answers) {
      Answer now = new Answer(before.question(), search(before.question(), SHOWN));
      if (!keys(now).equals(keys(before))) {
        show(now);
        console.print(
            "   before: "
                + String.join("; ", before.hits().stream().map(DemoStory::twoWords).toList()));
      }
    }
  }

  /**
   * How often the word that was meant is found.
   *
   * @param questions how many were asked
   * @param first how often it is the first answer
   * @param found how often it is among the first {@value #EVALUATED}
   */
  record Score(int questions, int first, int found) {}

  /** Asks all questions and says how often the word that was meant is found. */
  Score evaluate(List<Question> questions) throws IOException {
    TextTable table = new TextTable(1, "rank", "question", "meant", "first answer");
    int first = 0;
    int found = 0;
    for (Question question : questions) {
      List<SearchHit> hits = search(question.text(), EVALUATED);
      int rank = 0;
      for (SearchHit hit : hits) {
        if (rank == 0 && List.of(words(hit).split(", ", -1)).contains(question.expected())) {
          rank = hit.rank();
        }
      }
      first += rank == 1 ? 1 : 0;
      found += rank > 0 ? 1 : 0;
      table.add(
          rank == 0 ? "-" : String.valueOf(rank),
          question.text(),
          question.expected(),
          hits.isEmpty() ? "" : word(hits.get(0)));
    }
    console.print("");
    table.lines(console.columns()).forEach(console::print);
    console.print("");
    console.print(
        String.format(
            Locale.ROOT,
            "The word that was meant is the first answer to %d of %d questions, and among the first"
                + " %d to %d",
            first,
            questions.size(),
            EVALUATED,
            found));
    return new Score(questions.size(), first, found);
  }

  /** Says how to go on alone. */
  static void farewell(Console console, Path folder) {
    String command = quoted(System.getProperty("faissjvm.command", "faissjvm"));
    String demo = " --demo " + quoted(folder.toString());
    TextTable next = new TextTable(1, "Now you:", "");
    next.add("a question of your own", command + " search" + demo + " \"something you sit on\"");
    next.add("many, one after the other", command + " search" + demo);
    next.add(
        "a row of your own",
        "echo '{\"content_group\":\"noun\",\"content_id\":\"my-1\",\"words\":\"...\",");
    next.add("", "  \"content\":\"...\"}' | " + command + " load" + demo + " -");
    next.add("the page", command + " serve" + demo);
    next.add("into the index with it", command + " sync" + demo);
    next.add("is the index true?", command + " verify" + demo);
    next.add(
        "all 117,791 meanings", command + " demo --rows all --keep " + quoted(folder.toString()));
    next.add("everything else", command + " --help");
    console.print("");
    next.lines(Integer.MAX_VALUE).forEach(console::print);
  }

  /** A word as a shell takes it for one. */
  private static String quoted(String word) {
    return word.matches("[\\w./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private List<SearchHit> search(String question, int k) throws IOException {
    return service.search(SearchRequest.builder().text(question).k(k).build()).hits();
  }

  private void show(Answer answer) {
    TextTable table = new TextTable(2, "#", "word", "meaning", "score");
    for (SearchHit hit : answer.hits()) {
      table.add(
          String.valueOf(hit.rank()),
          twoWords(hit),
          String.valueOf(hit.fields().get(CONTENT)),
          String.format(Locale.ROOT, "%.2f", hit.score()));
    }
    console.print("");
    console.print("   " + answer.question());
    table.lines(console.columns() - 3).stream()
        .skip(1)
        .forEach(line -> console.print("   " + line));
  }

  private static List<RowKey> keys(Answer answer) {
    return answer.hits().stream().map(SearchHit::key).toList();
  }

  private static String words(SearchHit hit) {
    return String.valueOf(hit.fields().get(DictionaryRows.WORDS));
  }

  private static String word(SearchHit hit) {
    return words(hit).split(", ", 2)[0];
  }

  /** The first two words of a hit. */
  private static String twoWords(SearchHit hit) {
    String[] words = words(hit).split(", ", 3);
    return words.length == 1 ? words[0] : words[0] + ", " + words[1];
  }
}
