package dev.faissjvm.sync.search;

import java.io.IOException;
import java.util.ServiceLoader;

/**
 * Opens indexes by their addresses. A module that has some names its implementation as a service of
 * this type; nothing else needs to know the module.
 */
public interface RemoteIndexProvider {

  /**
   * Says whether an address is of the kind that is opened here.
   *
   * @param address the address
   * @return whether it is of the kind that is opened here
   */
  boolean serves(String address);

  /**
   * Opens an address.
   *
   * @param address one that is served
   * @return the index, to be closed by the caller
   * @throws IOException if it cannot be reached
   * @throws IllegalArgumentException if the address is incomplete
   */
  RemoteIndex open(String address) throws IOException;

  /**
   * Opens an address by whichever provider on the class path serves it.
   *
   * @param address the address
   * @return the index, to be closed by the caller
   * @throws IOException if it cannot be reached
   * @throws IllegalArgumentException if none serves it, or it is incomplete
   */
  static RemoteIndex openAny(String address) throws IOException {
    for (RemoteIndexProvider provider : ServiceLoader.load(RemoteIndexProvider.class)) {
      if (provider.serves(address)) {
        return provider.open(address);
      }
    }
    throw new IllegalArgumentException(
        "index address: expected one of a module that is there, got '"
            + address
            + "'; solr:HOST:PORT/COLLECTION needs the jars of solr/target/client in lib/solr");
  }
}
