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
    return create(home, dimension, "");
  }

  /** Makes one whose codec factory has these elements in it. */
  static EmbeddedSolr create(Path home, int dimension, String options) throws IOException {
    Files.createDirectories(home);
    Files.writeString(home.resolve("solr.xml"), "<solr/>");
    Path config = addCore(home, CORE, dimension).resolve("solrconfig.xml");
    String text = Files.readString(config);
    String named = "<codecFactory class=\"dev.faissjvm.solr.FaissCodecFactory\"";
    String changed = text.replace(named + "/>", named + ">" + options + "</codecFactory>");
    if (changed.equals(text)) {
      throw new IOException(config + ": expected " + named + "/>");
    }
    Files.writeString(config, changed);
    return new EmbeddedSolr(home);
  }

  /** Lays out a core in a home that is not open, and returns the folder of its config. */
  static Path addCore(Path home, String core, int dimension) throws IOException {
    Path conf = home.resolve(core).resolve("conf");
    new SolrConfigSet(dimension).write(conf);
    Files.writeString(home.resolve(core).resolve("core.properties"), "name=" + core + "\n");
    return conf;
  }

  /** Opens a home again. */
  static EmbeddedSolr open(Path home) {
    return new EmbeddedSolr(home);
  }

  EmbeddedSolrServer client() {
    return server;
  }

  SolrIndexHome index() {
    return new SolrIndexHome(collection(CORE), CORE);
  }

  SolrIndexPart part() {
    return new SolrIndexPart(collection(CORE), CORE);
  }

  /** Returns a core of this home, asked once. */
  SolrCollection collection(String core) {
    return new ClientCollection(server, core, new SolrCalls(core, Duration.ZERO));
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
