package dev.faissjvm.solr;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.solr.embedded.JettyConfig;
import org.apache.solr.embedded.JettySolrRunner;
import org.apache.zookeeper.server.ZooKeeperServerMain;

/**
 * A ZooKeeper, or a node of Solr, on loopback. Arguments: {@code zookeeper}, port, folder; or
 * {@code node}, port, folder, ZooKeeper's address.
 */
final class SolrProcess {

  private SolrProcess() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[2]);
    Files.createDirectories(folder);
    if (arguments[0].equals("zookeeper")) {
      Path config = folder.resolve("zoo.cfg");
      Files.writeString(
          config,
          "dataDir="
              + folder.resolve("data")
              + "\nclientPortAddress=127.0.0.1\nclientPort="
              + arguments[1]
              + "\ntickTime=500\nadmin.enableServer=false\n");
      ZooKeeperServerMain.main(new String[] {config.toString()});
      return;
    }
    Files.writeString(
        folder.resolve("solr.xml"),
        "<solr><solrcloud><str name=\"host\">127.0.0.1</str><int name=\"hostPort\">"
            + arguments[1]
            + "</int><str name=\"hostContext\">solr</str><int name=\"zkClientTimeout\">4000</int>"
            + "<str name=\"zkHost\">"
            + arguments[3]
            + "</str></solrcloud></solr>");
    JettyConfig jetty =
        JettyConfig.builder().setContext("/solr").setPort(Integer.parseInt(arguments[1])).build();
    new JettySolrRunner(folder.toString(), new Properties(), jetty).start();
    System.out.println("started");
  }
}
