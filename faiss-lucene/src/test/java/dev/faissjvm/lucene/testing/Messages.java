package dev.faissjvm.lucene.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.lucene.util.InfoStream;

/** What the codec tells Lucene's info stream. */
public final class Messages extends InfoStream {
  private final List<String> all = new CopyOnWriteArrayList<>();

  @Override
  public void message(String component, String message) {
    all.add(message);
  }

  @Override
  public boolean isEnabled(String component) {
    return component.equals("FAISS");
  }

  /** How many contain this text. */
  public long count(String text) {
    return all.stream().filter(message -> message.contains(text)).count();
  }

  /** Forgets what was told so far. */
  public void clear() {
    all.clear();
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return String.join("\n", all);
  }
}
