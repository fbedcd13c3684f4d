package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A Scan that becomes parallel when there is much.
 *
 * <p>The first page is read by a plain Scan: where nothing, or little, is pending that one call is
 * all. Where there is more, the segments of a parallel Scan read on from the start; the keys of the
 * first page are left out of them.
 */
final class PendingScan implements RowPages<RowKey> {

  static final int SEGMENTS = 4;

  private final ItemPages<RowKey> plain;
  private final IntFunction<ItemPages<RowKey>> segment;
  private final Set<RowKey> first = new HashSet<>();
  private @Nullable ParallelPages<RowKey> parallel;

  PendingScan(ItemPages<RowKey> plain, IntFunction<ItemPages<RowKey>> segment) {
    this.plain = plain;
    this.segment = segment;
  }

  @Override
  public Optional<List<RowKey>> next() {
    ParallelPages<RowKey> rest = parallel;
    if (rest == null) {
      Optional<List<RowKey>> page = plain.next();
      if (!plain.ended()) {
        first.addAll(page.orElse(List.of()));
        parallel = segments();
        plain.close();
      }
      return page;
    }
    return rest.next().map(page -> page.stream().filter(key -> !first.contains(key)).toList());
  }

  private ParallelPages<RowKey> segments() {
    List<ItemPages<RowKey>> segments = new ArrayList<>();
    for (int i = 0; i < SEGMENTS; i++) {
      segments.add(segment.apply(i));
    }
    return new ParallelPages<>(segments);
  }

  @Override
  public void close() {
    plain.close();
    if (parallel != null) {
      parallel.close();
    }
  }
}
