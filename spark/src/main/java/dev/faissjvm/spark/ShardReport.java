package dev.faissjvm.spark;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What became of one partition's rows. Counts are rows.
 *
 * @param partition which one
 * @param embedded rows that got a new vector
 * @param kept rows that kept the vector of an earlier shard
 * @param deleted softly deleted rows, left out
 * @param parked rows that cannot be indexed
 * @param millis how long it took
 * @param embeddingMillis how long the model worked
 * @param sizeBytes the bytes of the shard
 * @param peakMemoryBytes the most memory that the executor's process had so far
 */
public record ShardReport(
    int partition,
    long embedded,
    long kept,
    long deleted,
    long parked,
    long millis,
    long embeddingMillis,
    long sizeBytes,
    long peakMemoryBytes)
    implements Serializable {

  /** {@return rows in the shard} */
  public long rows() {
    return embedded + kept + parked;
  }

  String encoded() {
    return LongStream.of(
            partition,
            embedded,
            kept,
            deleted,
            parked,
            millis,
            embeddingMillis,
            sizeBytes,
            peakMemoryBytes)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(" "));
  }

  static ShardReport parse(String encoded) {
    List<Long> parts = Arrays.stream(encoded.split(" ", -1)).map(Long::parseLong).toList();
    return new ShardReport(
        Math.toIntExact(parts.get(0)),
        parts.get(1),
        parts.get(2),
        parts.get(3),
        parts.get(4),
        parts.get(5),
        parts.get(6),
        parts.get(7),
        parts.get(8));
  }
}
