package dev.faissjvm.solr;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.solr.client.solrj.impl.CloudHttp2SolrClient;
import org.apache.solr.client.solrj.impl.CloudSolrClient;

/**
 * Where a collection is.
 *
 * <pre>
 * solr:zk1:2181,zk2:2181/articles                 by the cloud's ZooKeepers
 * solr:zk1:2181/chroot/articles                   the cloud's data below /chroot
 * solr:http://node1:8983/solr/articles            by one of the nodes
 * solr:...?shards=4&replicas=2                    how it is made where it is not there; 1 and 1
 * </pre>
 *
 * @param hosts ZooKeepers, or the URL of a node
 * @param chroot the path below which the cloud's data is, or empty
 * @param collection the collection's name
 * @param shards how many parts a new collection has
 * @param replicas how many copies of each part there are
 */
record SolrAddress(List<String> hosts, String chroot, String collection, int shards, int replicas) {

  static final String SCHEME = "solr:";

  private static final int MOST = 1_000;

  static SolrAddress parse(String address) {
    int question = address.indexOf('?');
    String place = address.substring(SCHEME.length(), question < 0 ? address.length() : question);
    int last = place.lastIndexOf('/');
    boolean url = place.startsWith("http://") || place.startsWith("https://");
    String before = last < 0 ? "" : place.substring(0, last);
    if (last < 0 || last == place.length() - 1 || before.isEmpty() || before.endsWith("/")) {
      throw new IllegalArgumentException(
          "solr address: expected solr:HOST:PORT,.../COLLECTION or solr:http://HOST:PORT/solr/COLLECTION,"
              + " got '"
              + address
              + "'");
    }
    int slash = url ? -1 : before.indexOf('/');
    String hosts = slash < 0 ? before : before.substring(0, slash);
    int shards = 1;
    int replicas = 1;
    for (String setting : settings(address, question)) {
      if (setting.startsWith("shards=")) {
        shards = number(setting);
      } else if (setting.startsWith("replicas=")) {
        replicas = number(setting);
      } else {
        throw new IllegalArgumentException(
            "solr address: expected shards or replicas, got '" + setting + "'");
      }
    }
    return new SolrAddress(
        url ? List.of(hosts) : List.of(hosts.split(",", -1)),
        slash < 0 ? "" : before.substring(slash),
        place.substring(last + 1),
        shards,
        replicas);
  }

  private static List<String> settings(String address, int question) {
    List<String> settings = new ArrayList<>();
    if (question >= 0) {
      settings.addAll(List.of(address.substring(question + 1).split("&", -1)));
    }
    return settings;
  }

  private static int number(String setting) {
    String value = setting.substring(setting.indexOf('=') + 1);
    try {
      int number = Integer.parseInt(value);
      if (number >= 1 && number <= MOST) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "solr address: expected a number, got '" + setting + "'", e);
    }
    throw new IllegalArgumentException(
        "solr address: expected 1 to " + MOST + ", got '" + setting + "'");
  }

  CloudSolrClient client() throws IOException {
    try {
      return hosts.get(0).startsWith("http")
          ? new CloudHttp2SolrClient.Builder(hosts).build()
          : new CloudHttp2SolrClient.Builder(
                  hosts, chroot.isEmpty() ? Optional.empty() : Optional.of(chroot))
              .build();
    } catch (RuntimeException e) { // the client's own, where no node answers
      throw new IOException(e.getMessage(), e);
    }
  }
}
