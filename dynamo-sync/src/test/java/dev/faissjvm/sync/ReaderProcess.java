package dev.faissjvm.sync;

import dev.faissjvm.sync.aws.S3ProxyServer;
import dev.faissjvm.sync.aws.S3SnapshotStore;
import dev.faissjvm.sync.publish.FolderSnapshotStore;
import dev.faissjvm.sync.publish.Manifest;
import dev.faissjvm.sync.publish.SnapshotReader;
import dev.faissjvm.sync.publish.SnapshotStore;
import dev.faissjvm.sync.search.SearchRequest;
import dev.faissjvm.sync.search.SearchService;
import dev.faissjvm.sync.testing.HashingEmbedder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/**
 * Follows snapshots and searches them until its input ends, then prints how often, how far it was
 * behind at most, and how many snapshots it found broken. Arguments: store, own folder.
 */
final class ReaderProcess {

  private ReaderProcess() {}

  static SnapshotStore store(String place) {
    return place.startsWith("http:")
        ? S3SnapshotStore.of(S3ProxyServer.client(URI.create(place)), "readers", "words/")
        : FolderSnapshotStore.of(Path.of(place));
  }

  private static long newest(SnapshotStore store) throws IOException {
    return store.list("manifest-").stream()
        .filter(stored -> stored.name().matches("manifest-[0-9]{10}"))
        .mapToLong(stored -> Long.parseLong(stored.name().substring(9)))
        .max()
        .orElse(0);
  }

  public static void main(String[] arguments) throws Exception {
    SnapshotStore store = store(arguments[0]);
    Path folder = Path.of(arguments[1]);
    SnapshotReader reader = SnapshotReader.of(store, folder);
    reader.refresh();
    long searches = 0;
    long behind = 0;
    long moves = 0;
    long problems = 0;
    try (SearchService service = SearchService.open(folder, new HashingEmbedder(32))) {
      System.out.println("reading");
      while (System.in.available() == 0) {
        long newest = newest(store);
        Manifest held = reader.refresh();
        problems += reader.problems().size();
        behind = Math.max(behind, newest - held.number());
        moves += service.refresh() ? 1 : 0;
        for (int i = 0; i < 20; i++) {
          SearchRequest request = SearchRequest.builder().text("text " + i).k(5).build();
          if (service.search(request).hits().size() != 5) {
            throw new IllegalStateException("search: expected 5 hits of " + held.number());
          }
          searches++;
        }
        Thread.sleep(50);
      }
    }
    System.out.printf(
        "searches %d moves %d behind %d problems %d%n", searches, moves, behind, problems);
  }
}
