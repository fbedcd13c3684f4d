package dev.faissjvm.solr;

import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.UnusableIndexException;
import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.IndexStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.solr.client.solrj.SolrClient;
import org.apache.solr.client.solrj.response.QueryResponse;
import org.apache.solr.common.params.CursorMarkParams;
import org.apache.solr.common.params.ModifiableSolrParams;

/**
 * An index in a Solr collection.
 *
 * <p><b>Shape.</b> A row is a block of documents, one a passage; the schema says what they hold. A
 * document of its own says what the last commit was.
 *
 * <p><b>One writer.</b> Opening writes the holder's fence into that document, on condition of its
 * version; so does every commit, before its rows. A holder that has been replaced is refused there.
 * What it had under way is refused row by row: each row carries the fence and the number of the
 * commit that it is of, and Solr's own version constraint keeps the greater.
 *
 * <p><b>Threads.</b> Safe for use by many threads.
 *
 * <p><b>Ownership.</b> The client stays the caller's.
 *
 * <p><b>Errors.</b> {@link dev.faissjvm.sync.change.TransientSyncException} where Solr does not
 * answer, {@link UnusableIndexException} for a collection of another shape or model.
 *
 * <pre>{@code
 * IndexHome home = SolrIndexHome.of(client, "articles");
 * new SyncRun(rows, lease, mapping, embedder, home).run(SyncProgress.SILENT);
 * }</pre>
 */
public final class SolrIndexHome implements IndexHome {

  private static final int ROWS_A_PAGE = 500;

  private final SolrCollection solr;
  private final String name;

  SolrIndexHome(SolrCollection solr, String name) {
    this.solr = solr;
    this.name = name;
  }

  /**
   * Names a collection. Nothing is read yet.
   *
   * @param client a client of its Solr
   * @param collection the name of a collection or core
   * @return the index in it
   */
  public static SolrIndexHome of(SolrClient client, String collection) {
    return new SolrIndexHome(new ClientCollection(client, collection), collection);
  }

  @Override
  public Optional<Commit> lastCommit() throws IOException {
    return CommitDocument.read(solr).commit(name);
  }

  @Override
  public IndexStore open(Writer writer) throws IOException {
    solr.check(writer.dimension());
    CommitDocument before = CommitDocument.read(solr);
    check(before, writer);
    String word = UUID.randomUUID().toString();
    CommitDocument claimed = before.claimed(writer.fence(), word).write(solr);
    if (claimed == null) {
      throw new FencedException(
          "open: expected to be alone, got another writer at the same time; collection="
              + name
              + "; run again",
          null);
    }
    // What a holder before left behind becomes durable, or is refused from here on.
    solr.commit();
    return new SolrIndexStore(
        solr, writer, claimed, name, (last, events) -> begin(last.next(writer, word, events)));
  }

  private CommitDocument begin(CommitDocument next) throws IOException {
    CommitDocument written = next.write(solr);
    if (written == null) {
      throw new FencedException(
          "commit: expected to be generation "
              + next.generation()
              + ", got another writer's; collection="
              + name
              + "; another writer has taken over",
          null);
    }
    return written;
  }

  /**
   * Takes away each row that no holder since a fence has written, and leaves notes.
   *
   * @param since the first holder whose rows stay
   * @param holder who has the collection open
   * @throws IOException if Solr cannot be reached
   */
  void forgetBefore(Fence since, Fence holder) throws IOException {
    solr.commit();
    ModifiableSolrParams old = new ModifiableSolrParams();
    old.set("q", "+" + SolrFields.KIND + ":(" + SolrFields.PASSAGE + " " + SolrFields.PARKED + ")");
    old.set("fq", SolrFields.ORDER + ":[* TO " + SolrIndexStore.order(since, 0) + "}");
    old.set("sort", SolrFields.ID + " asc");
    old.set("rows", ROWS_A_PAGE);
    old.set("fl", SolrFields.ID);
    String at = CursorMarkParams.CURSOR_MARK_START;
    String before;
    do {
      before = at;
      old.set(CursorMarkParams.CURSOR_MARK_PARAM, at);
      QueryResponse page = solr.query(old);
      List<String> ids =
          page.getResults().stream().map(row -> (String) row.getFieldValue(SolrFields.ID)).toList();
      if (!ids.isEmpty()) {
        solr.delete(ids, SolrIndexStore.order(holder, 1));
      }
      at = page.getNextCursorMark();
    } while (!at.equals(before));
  }

  /** Refused: a collection is not rebuilt beside itself. */
  @Override
  public IndexStore rebuild(Writer writer) {
    throw new UnusableIndexException(
        "rebuild: expected a folder's index, got the collection "
            + name
            + "; sync into another collection and let readers move on to it",
        null);
  }

  private void check(CommitDocument before, Writer writer) {
    if (before.claim().compareTo(writer.fence()) > 0) {
      throw new FencedException(
          "fence: expected at least "
              + before.claim().number()
              + ", got "
              + writer.fence().number()
              + "; collection="
              + name
              + "; another writer has taken over, or the collection belongs to another table",
          null);
    }
    Optional<Commit> last = before.commit(name);
    if (last.isPresent() && !last.get().fingerprint().equals(writer.fingerprint())) {
      throw new UnusableIndexException(
          "index model: expected "
              + writer.fingerprint()
              + ", got "
              + last.get().fingerprint()
              + "; collection="
              + name
              + "; use the model that it was made with, or another collection",
          null);
    }
  }
}
