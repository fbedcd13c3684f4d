package dev.faissjvm.embedder.model.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.faissjvm.embedder.EmbedderException;
import dev.faissjvm.embedder.model.JsonFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Text to token ids, by the Hugging Face tokenizer of a model folder. The limit of length is the
 * one given here, whatever truncation or padding the file itself asks for.
 *
 * <p><b>Threads.</b> Safe for use by many threads.
 *
 * <p><b>Ownership.</b> Owns native memory until {@link #close()}, which must not overlap a call.
 */
public final class Tokenizer implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;
  private final boolean lowerCase;

  private Tokenizer(HuggingFaceTokenizer tokenizer, boolean lowerCase) {
    this.tokenizer = tokenizer;
    this.lowerCase = lowerCase;
  }

  /**
   * Opens a tokenizer.
   *
   * @param file a {@code tokenizer.json}
   * @param maxTokens the longest sequence, special tokens included, at least 1
   * @param lowerCase whether texts are lower-cased before
   * @return the tokenizer
   * @throws EmbedderException if the file is missing or is not a tokenizer
   */
  public static Tokenizer open(Path file, int maxTokens, boolean lowerCase) {
    loadLibrary();
    JsonFile.requireWellFormed(file); // the library ends the process over some broken files
    String limit = Integer.toString(maxTokens);
    Map<String, String> options =
        Map.of(
            "padding", "false", "truncation", "true", "maxLength", limit, "modelMaxLength", limit);
    try {
      return new Tokenizer(HuggingFaceTokenizer.newInstance(file, options), lowerCase);
    } catch (IOException | RuntimeException e) {
      throw new EmbedderException(
          file.getFileName() + ": expected a Hugging Face tokenizer, got " + e.getMessage(), e);
    }
  }

  /**
   * Loads the native library on the first call and does nothing on later ones.
   *
   * @throws EmbedderException if it cannot be loaded
   */
  public static void loadLibrary() {
    // Without these, the library looks for a GPU build on the network.
    setIfUnset("ai.djl.offline", "true");
    setIfUnset("RUST_FLAVOR", "cpu");
    try {
      Objects.requireNonNull(TokenizersLibrary.LIB);
    } catch (LinkageError | RuntimeException e) {
      throw new EmbedderException("tokenizer: cannot be loaded: " + e.getMessage(), e);
    }
  }

  private static void setIfUnset(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /**
   * Returns the token ids of a text, special tokens included, cut at the limit.
   *
   * @param text any text
   * @return at least one id for a tokenizer with special tokens
   * @throws EmbedderException if the tokenizer fails
   */
  public int[] tokens(String text) {
    try {
      // The library's own encode also copies the text, span and word of every token to the heap,
      // which takes half of the time.
      long encoding = TokenizersLibrary.LIB.encode(tokenizer.getHandle(), prepare(text), true);
      try {
        return ids(TokenizersLibrary.LIB.getTokenIds(encoding));
      } finally {
        TokenizersLibrary.LIB.deleteEncoding(encoding);
      }
    } catch (RuntimeException e) {
      throw new EmbedderException("tokenizer.json: failed on a text: " + e.getMessage(), e);
    }
  }

  /**
   * Counts the tokens at the start of a sequence that a prompt takes up, a closing special token
   * not included.
   *
   * @param prompt what stands before each text
   * @return number of tokens
   */
  public int promptTokens(String prompt) {
    Encoding encoding = tokenizer.encode(prepare(prompt), true, false);
    long[] special = encoding.getSpecialTokenMask();
    int length = special.length;
    return length > 0 && special[length - 1] == 1 ? length - 1 : length;
  }

  private static int[] ids(long[] ids) {
    int[] tokens = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      tokens[i] = Math.toIntExact(ids[i]);
    }
    return tokens;
  }

  /** Strips and lower-cases as the reference does, and mends what has no UTF-8 form. */
  private String prepare(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    String stripped = withoutLoneSurrogates(text.substring(start, end));
    return lowerCase ? stripped.toLowerCase(Locale.ROOT) : stripped;
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }

  private static String withoutLoneSurrogates(String text) {
    StringBuilder mended = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else {
        mended = mended == null ? new StringBuilder(text) : mended;
        mended.setCharAt(i, '\ufffd');
      }
    }
    return mended == null ? text : mended.toString();
  }

  /** Frees the native tokenizer. */
  @Override
  public void close() {
    tokenizer.close();
  }
}
