package dev.faissjvm.solr;

import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.IndexStore;
import java.io.IOException;
import java.util.Optional;

/**
 * A collection that a holder has open, as each of many machines sees it that write its rows.
 *
 * <p>A part opens nothing and writes no commit document: its rows have the order of the commit that
 * the holder makes when all parts are done. So they take the place of what earlier holders wrote,
 * give way to what later ones write, and of two attempts at one row the first stays. Once another
 * holder has opened the collection, parts are refused; what such a part has under way is harmless,
 * since it is what the table had, and whoever changes it there marks it as pending.
 */
record SolrIndexPart(SolrCollection solr, String name) implements IndexHome {

  @Override
  public Optional<Commit> lastCommit() throws IOException {
    return CommitDocument.read(solr).commit(name);
  }

  @Override
  public IndexStore open(Writer writer) throws IOException {
    CommitDocument held = held(writer);
    CommitDocument next = held.next(writer, "", "");
    return new SolrIndexStore(
        solr,
        writer,
        held,
        name,
        (last, events) -> {
          held(writer);
          return next;
        });
  }

  private CommitDocument held(Writer writer) throws IOException {
    CommitDocument now = CommitDocument.read(solr);
    if (!now.claim().equals(writer.fence())) {
      throw new FencedException(
          "part: expected the collection to be held under fence "
              + writer.fence().number()
              + ", got "
              + now.claim().number()
              + "; collection="
              + name
              + "; another writer has taken over",
          null);
    }
    return now;
  }

  @Override
  public IndexStore rebuild(Writer writer) {
    return new SolrIndexHome(solr, name).rebuild(writer);
  }
}
