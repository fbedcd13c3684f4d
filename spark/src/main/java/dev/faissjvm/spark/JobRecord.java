package dev.faissjvm.spark;

import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.publish.SnapshotStore;
import dev.faissjvm.sync.publish.SnapshotStore.Stored;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is known of a job between its runs, as small objects that are created and never changed.
 *
 * <pre>
 *   job                        what the job is about: Job.identity
 *   holder-FENCE               a run that held the table's lease under this fence
 *   done-PARTITION-FENCE       a shard that is whole, and who built it
 *   joined-FENCE               the run that made the index
 *   shards/PARTITION/...       the shard, as a snapshot: files by content, and a manifest
 * </pre>
 *
 * <p><b>Which shards are good.</b> Between two runs of a job another writer may have held the lease
 * and taken marks from rows that had changed since their shard was built: nobody would come back to
 * them. A shard is taken as it is only if since its run no fence was given to anybody but this job;
 * others are gone over again, and keep the vectors of unchanged texts.
 */
final class JobRecord {

  private static final String FENCE = "%010d";

  private final SnapshotStore store;

  JobRecord(SnapshotStore store) {
    this.store = store;
  }

  /** Records a job, or says how the one that is recorded differs from it. */
  Optional<String> claim(String identity) throws IOException {
    if (store.create("job", bytes(identity))) {
      return Optional.empty();
    }
    String recorded = new String(store.read("job").orElse(new byte[0]), StandardCharsets.UTF_8);
    if (recorded.equals(identity)) {
      return Optional.empty();
    }
    List<String> wanted = identity.lines().toList();
    List<String> had = recorded.lines().filter(line -> !wanted.contains(line)).toList();
    List<String> now = wanted.stream().filter(line -> !recorded.contains(line + "\n")).toList();
    return Optional.of("expected " + had + ", got " + now);
  }

  /** Returns a setting of the job that is recorded, if there is one. */
  Optional<String> recorded(String name) throws IOException {
    return store
        .read("job")
        .flatMap(
            content ->
                new String(content, StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(name + "="))
                    .map(line -> line.substring(name.length() + 1))
                    .findFirst());
  }

  void holds(Fence fence) throws IOException {
    store.create("holder-" + number(fence), new byte[0]);
  }

  /** Returns the first of the fences up to this one that went to this job without a gap. */
  Fence unbrokenSince(Fence fence) throws IOException {
    TreeSet<Long> held = new TreeSet<>();
    for (Stored holder : store.list("holder-")) {
      held.add(Long.parseLong(holder.name().substring("holder-".length())));
    }
    long first = fence.number();
    while (held.contains(first - 1)) {
      first--;
    }
    return new Fence(first);
  }

  /** Says that a shard is whole; the first to say so is believed. */
  static void done(SnapshotStore store, Fence fence, ShardReport report) throws IOException {
    String name =
        String.format(Locale.ROOT, "done-%06d-" + FENCE, report.partition(), fence.number());
    store.create(name, bytes(report.encoded()));
  }

  /** Returns the reports of the shards that were built under this fence or a later one. */
  Map<Integer, ShardReport> doneSince(Fence fence) throws IOException {
    Map<Integer, ShardReport> reports = new TreeMap<>();
    for (Stored done : store.list("done-")) {
      String[] parts = done.name().split("-", -1);
      if (Long.parseLong(parts[2]) >= fence.number()) {
        Optional<byte[]> content = store.read(done.name());
        if (content.isPresent()) {
          ShardReport report = ShardReport.parse(new String(content.get(), StandardCharsets.UTF_8));
          reports.put(report.partition(), report);
        }
      }
    }
    return reports;
  }

  void joined(Fence fence) throws IOException {
    store.create("joined-" + number(fence), new byte[0]);
  }

  /** Returns the fence of the newest run that made the index, if one did. */
  Optional<Fence> joined() throws IOException {
    List<Stored> all = store.list("joined-");
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Fence(
                Long.parseLong(all.get(all.size() - 1).name().substring("joined-".length()))));
  }

  /** Deletes the shards and what is said of them; the index holds their rows now. */
  void forgetShards(WorkPlace place) throws IOException {
    for (Stored done : store.list("done-")) {
      SnapshotStore shard = place.shard(partition(done));
      for (String prefix : List.of("manifest-", "files/")) {
        for (Stored object : shard.list(prefix)) {
          shard.delete(object.name());
        }
      }
      store.delete(done.name());
    }
  }

  private static int partition(Stored done) {
    return Integer.parseInt(done.name().split("-", -1)[1]);
  }

  private static String number(Fence fence) {
    return String.format(Locale.ROOT, FENCE, fence.number());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
