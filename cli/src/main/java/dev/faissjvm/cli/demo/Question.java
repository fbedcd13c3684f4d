package dev.faissjvm.cli.demo;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An everyday definition, and the word that it defines.
 *
 * @param text the definition, in words that are not the dictionary's
 * @param expected the lemma that a good answer has among its words
 */
public record Question(String text, String expected) {

  private static final String FILE = "questions.tsv";

  /**
   * Reads {@code questions.tsv}: a definition, a tab and a lemma a line; lines that start with
   * {@code #} are comments.
   *
   * @return the questions, in order; the demo asks the first ones
   * @throws IOException if the file is missing or a line has no tab
   */
  public static List<Question> readAll() throws IOException {
    InputStream stream = Question.class.getResourceAsStream(FILE);
    if (stream == null) {
      throw new FileNotFoundException(FILE + ": expected on the class path, got none");
    }
    List<Question> questions = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      int number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (line.isBlank() || line.startsWith("#")) {
          continue;
        }
        String[] columns = line.split("\t", -1);
        if (columns.length != 2) {
          throw new IOException(
              FILE
                  + ": expected a definition, a tab and a word, got "
                  + columns.length
                  + " columns; line="
                  + number);
        }
        questions.add(new Question(columns[0], columns[1]));
      }
    }
    return List.copyOf(questions);
  }
}
