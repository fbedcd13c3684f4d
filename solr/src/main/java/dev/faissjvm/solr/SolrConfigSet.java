package dev.faissjvm.solr;

import dev.faissjvm.sync.change.UnusableIndexException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.solr.client.solrj.SolrClient;
import org.apache.solr.client.solrj.request.CollectionAdminRequest;
import org.apache.solr.client.solrj.request.ConfigSetAdminRequest;
import org.apache.solr.client.solrj.response.CollectionAdminResponse;
import org.jspecify.annotations.Nullable;

/**
 * What Solr needs to know of a table's index: {@code solrconfig.xml}, and {@code schema.xml} for a
 * model's dimension. One config set fits every mapping: the type of a filter field stands in its
 * name.
 *
 * <p>Solr's nodes need this module's jar, faiss-lucene and what that needs on their class path.
 *
 * <p><b>Threads.</b> Immutable.
 *
 * @param dimension components of each vector
 */
public record SolrConfigSet(int dimension) {

  private static final List<String> FILES = List.of("solrconfig.xml", "schema.xml");

  /**
   * Writes the files into a folder, for a core or for Solr's own tools.
   *
   * @param folder the folder; made where it is not there
   * @throws IOException if it cannot be written
   */
  public void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String file : FILES) {
      Files.writeString(folder.resolve(file), text(file));
    }
  }

  /**
   * Uploads the config set under the name of a collection, and creates the collection. Does nothing
   * where the collection is there already.
   *
   * @param client a client of the cloud
   * @param collection the name of both
   * @param shards how many parts the rows are spread over
   * @param replicas how many copies of each part there are
   * @throws IOException if Solr cannot be reached
   * @throws UnusableIndexException if Solr refuses the config set: most often a node lacks the jars
   */
  public void create(SolrClient client, String collection, int shards, int replicas)
      throws IOException {
    SolrCalls calls = new SolrCalls(collection);
    List<String> there = calls.call(() -> CollectionAdminRequest.listCollections(client));
    if (there.contains(collection)) {
      return;
    }
    Path zip = Files.createTempFile("faissjvm-config", ".zip");
    try {
      zip(zip);
      ConfigSetAdminRequest.Upload upload = new ConfigSetAdminRequest.Upload();
      upload.setConfigSetName(collection).setUploadFile(zip.toFile(), "application/zip");
      upload.setOverwrite(true);
      calls.call(() -> upload.process(client));
    } finally {
      Files.delete(zip);
    }
    CollectionAdminResponse created;
    try {
      created =
          calls.call(
              () ->
                  CollectionAdminRequest.createCollection(collection, collection, shards, replicas)
                      .process(client));
    } catch (UnusableIndexException e) {
      throw notMade(collection, String.valueOf(e.getMessage()), e);
    }
    if (!created.isSuccess()) {
      throw notMade(collection, created.getErrorMessages().toString(), null);
    }
  }

  private static UnusableIndexException notMade(
      String collection, String got, @Nullable Throwable cause) {
    return new UnusableIndexException(
        "collection: expected every node to make its part, got "
            + got
            + "; collection="
            + collection
            + "; put this module's jars into the lib folder of each node, delete the collection,"
            + " and try again",
        cause);
  }

  private void zip(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String name : FILES) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(text(name).getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
  }

  String text(String file) {
    try (InputStream in = SolrConfigSet.class.getResourceAsStream("conf/" + file)) {
      if (in == null) {
        throw new IllegalStateException("config set: expected the resource " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("@dimension@", Integer.toString(dimension));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
