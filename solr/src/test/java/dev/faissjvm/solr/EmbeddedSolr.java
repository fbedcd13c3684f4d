package dev.faissjvm.solr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.solr.client.solrj.SolrServerException;
import org.apache.solr.client.solrj.embedded.EmbeddedSolrServer;
import org.apache.solr.client.solrj.request.UpdateRequest;

/** A Solr in this process, with one core of the config set. */
final class EmbeddedSolr implements AutoCloseable {

  static final String CORE = "rows";

  private final Path home;
  private final EmbeddedSolrServer server;

  private EmbeddedSolr(Path home) {
    this.home = home;
    this.server = new EmbeddedSolrServer(home, CORE);
  }

  /** Makes a home with an empty core, and opens it. */
  static EmbeddedSolr create(Path home, int dimension) throws IOException {
    Files.createDirectories(home.resolve(CORE));
    Files.writeString(home.resolve("solr.xml"), "<solr/>");
    Files.writeString(home.resolve(CORE).resolve("core.properties"), "name=" + CORE + "\n");
    new SolrConfigSet(dimension).write(home.resolve(CORE).resolve("conf"));
    return new EmbeddedSolr(home);
  }

  /** Opens a home again. */
  static EmbeddedSolr open(Path home) {
    return new EmbeddedSolr(home);
  }

  EmbeddedSolrServer client() {
    return server;
  }

  SolrIndexHome index() {
    return new SolrIndexHome(
        new ClientCollection(server, CORE, new SolrCalls(CORE, Duration.ZERO)), CORE);
  }

  Path indexFolder() {
    return home.resolve(CORE).resolve("data").resolve("index");
  }

  /** Takes everything out of the core. */
  void clear() throws IOException, SolrServerException {
    UpdateRequest everything = new UpdateRequest();
    everything.deleteByQuery("*:*");
    everything.process(server, CORE);
    server.commit(CORE, true, true);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
