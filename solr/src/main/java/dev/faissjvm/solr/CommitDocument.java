package dev.faissjvm.solr;

import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.CommitSettings;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexHome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.solr.common.SolrDocument;
import org.apache.solr.common.SolrInputDocument;
import org.jspecify.annotations.Nullable;

/**
 * The document that says who writes the collection, and what its last commit was.
 *
 * <pre>
 *   id         _commit
 *   _kind      commit
 *   _setting   name, tab, value; each of:
 *              claim        the fence of the holder that opened the collection last
 *              writer       a word of that holder's own
 *              sequence     how many commits that holder began
 *              generation   how many were begun in all; 0 before the first
 *              the rest     as CommitSettings has it
 * </pre>
 *
 * <p>It is only written on condition of its version, so two holders cannot both believe that they
 * were the last: whoever finds the other's word in it has been replaced.
 */
record CommitDocument(long version, Map<String, String> settings) {

  static final String ID = "_commit";

  private static final String CLAIM = "claim";
  private static final String WRITER = "writer";
  private static final String SEQUENCE = "sequence";
  private static final String GENERATION = "generation";
  private static final char TAB = '\t';

  static CommitDocument none() {
    return new CommitDocument(-1, Map.of());
  }

  static CommitDocument read(SolrCollection solr) throws IOException {
    List<SolrDocument> found =
        solr.get(List.of(ID), SolrFields.ID, SolrFields.VERSION, SolrFields.SETTING);
    if (found.isEmpty()) {
      return none();
    }
    SolrDocument document = found.get(0);
    Map<String, String> settings = new LinkedHashMap<>();
    Collection<Object> lines = document.getFieldValues(SolrFields.SETTING);
    for (Object line : lines == null ? List.of() : lines) {
      int tab = line.toString().indexOf(TAB);
      settings.put(line.toString().substring(0, tab), line.toString().substring(tab + 1));
    }
    return new CommitDocument(
        ((Number) document.getFieldValue(SolrFields.VERSION)).longValue(), settings);
  }

  /** Returns what the last commit says of itself, unless there is none yet. */
  Optional<Commit> commit(Object place) {
    return generation() == 0
        ? Optional.empty()
        : Optional.of(CommitSettings.read(settings, generation(), place));
  }

  long generation() {
    return Long.parseLong(settings.getOrDefault(GENERATION, "0"));
  }

  long sequence() {
    return Long.parseLong(settings.getOrDefault(SEQUENCE, "0"));
  }

  Fence claim() {
    return new Fence(Long.parseLong(settings.getOrDefault(CLAIM, "0")));
  }

  /** Returns the document by which a holder opens the collection. */
  CommitDocument claimed(Fence fence, String writer) {
    Map<String, String> claimed = new LinkedHashMap<>(settings);
    claimed.put(CLAIM, Long.toString(fence.number()));
    claimed.put(WRITER, writer);
    claimed.put(SEQUENCE, Long.toString(fence.equals(claim()) ? sequence() : 0));
    return new CommitDocument(version, claimed);
  }

  /** Returns the document of the next commit. */
  CommitDocument next(IndexHome.Writer identity, String writer, String eventsRead) {
    Map<String, String> next =
        new LinkedHashMap<>(CommitSettings.write(identity, true, eventsRead));
    next.put(CLAIM, Long.toString(identity.fence().number()));
    next.put(WRITER, writer);
    next.put(SEQUENCE, Long.toString(sequence() + 1));
    next.put(GENERATION, Long.toString(generation() + 1));
    return new CommitDocument(version, next);
  }

  /**
   * Writes this document in the place of the one whose version it has.
   *
   * @return it with its new version, or null if another holder's stands there
   */
  @Nullable CommitDocument write(SolrCollection solr) throws IOException {
    SolrInputDocument document = new SolrInputDocument();
    document.setField(SolrFields.ID, ID);
    document.setField(SolrFields.KIND, SolrFields.COMMIT);
    List<String> lines = new ArrayList<>();
    settings.forEach((name, value) -> lines.add(name + TAB + value));
    document.setField(SolrFields.SETTING, lines);
    solr.putIf(document, version);
    // A repeated call is refused though its first attempt took effect: what stands there decides.
    CommitDocument written = read(solr);
    return written.settings.equals(settings) ? written : null;
  }
}
