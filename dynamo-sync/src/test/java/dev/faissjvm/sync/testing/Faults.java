package dev.faissjvm.sync.testing;

import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.document.Document;
import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.IndexStore;
import dev.faissjvm.sync.index.IndexedRow;
import dev.faissjvm.sync.index.Lease;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What happens around the port calls of one sync. Each call asks {@link Plan} before and after it
 * takes effect; once a plan throws {@link Crash} every later call throws it too, as in a process
 * that is gone.
 */
public final class Faults {

  private final Plan plan;
  private int calls;
  private boolean crashed;

  public Faults(Plan plan) {
    this.plan = plan;
  }

  /** Says what happens around a call. */
  public interface Plan {

    /**
     * Is called around the port call of a number.
     *
     * @param call the number of the call, from 0
     * @param moment before or after it takes effect
     */
    void around(int call, Moment moment);
  }

  /** When something happens. */
  public enum Moment {
    BEFORE,
    AFTER
  }

  /** The process is gone. */
  public static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** A port call. */
  public interface Call<T, E extends Exception> {
    T make() throws E;
  }

  /** Makes a port call. */
  public <T, E extends Exception> T around(Call<T, E> call) throws E {
    int number;
    synchronized (this) {
      number = calls++;
    }
    happen(number, Moment.BEFORE);
    T result = call.make();
    happen(number, Moment.AFTER);
    return result;
  }

  private synchronized void happen(int number, Moment moment) {
    if (crashed) {
      throw new Crash();
    }
    try {
      plan.around(number, moment);
    } catch (Crash e) {
      crashed = true;
      throw e;
    }
  }

  public synchronized int calls() {
    return calls;
  }

  public PendingRows rows(PendingRows rows) {
    return new PendingRows() {
      @Override
      public RowPages<RowKey> candidates() {
        return pages(around(rows::candidates));
      }

      @Override
      public List<Row> read(List<RowKey> keys) {
        return around(() -> rows.read(keys));
      }

      @Override
      public Settlement clear(Row seen) {
        return around(() -> rows.clear(seen));
      }

      @Override
      public Settlement remove(Row seen) {
        return around(() -> rows.remove(seen));
      }
    };
  }

  private <T> RowPages<T> pages(RowPages<T> pages) {
    return new RowPages<>() {
      @Override
      public Optional<List<T>> next() {
        return around(pages::next);
      }

      @Override
      public void close() {
        pages.close();
      }
    };
  }

  public Lease lease(Lease lease) {
    return new Lease() {
      @Override
      public Fence acquire() {
        return around(lease::acquire);
      }

      @Override
      public void check(Fence fence) {
        around(
            () -> {
              lease.check(fence);
              return fence;
            });
      }

      @Override
      public void release(Fence fence) {
        around(
            () -> {
              lease.release(fence);
              return fence;
            });
      }
    };
  }

  public IndexHome index(IndexHome index) {
    return new IndexHome() {
      @Override
      public Optional<Commit> lastCommit() throws IOException {
        return around(index::lastCommit);
      }

      @Override
      public IndexStore open(Writer writer) throws IOException {
        return opened(() -> index.open(writer));
      }

      @Override
      public IndexStore rebuild(Writer writer) throws IOException {
        return opened(() -> index.rebuild(writer));
      }
    };
  }

  /** A process that is gone holds no lock: what it had opened is closed. */
  private IndexStore opened(Call<IndexStore, IOException> call) throws IOException {
    List<IndexStore> open = new ArrayList<>();
    try {
      return store(
          around(
              () -> {
                open.add(call.make());
                return open.get(0);
              }));
    } catch (Crash e) {
      for (IndexStore store : open) {
        store.close();
      }
      throw e;
    }
  }

  private IndexStore store(IndexStore store) {
    return new IndexStore() {
      @Override
      public List<Optional<IndexedRow>> find(List<RowKey> keys) throws IOException {
        return around(() -> store.find(keys));
      }

      @Override
      public boolean mustWrite(RowKey key) {
        return store.mustWrite(key);
      }

      @Override
      public void put(Document document, List<float[]> vectors) throws IOException {
        around(
            () -> {
              store.put(document, vectors);
              return document;
            });
      }

      @Override
      public void park(RowKey key, String rowHash, String reason) throws IOException {
        around(
            () -> {
              store.park(key, rowHash, reason);
              return key;
            });
      }

      @Override
      public void delete(RowKey key) throws IOException {
        around(
            () -> {
              store.delete(key);
              return key;
            });
      }

      @Override
      public void eventsRead(String position) {
        store.eventsRead(position);
      }

      @Override
      public Commit commit() throws IOException {
        return around(store::commit);
      }

      @Override
      public Commit complete() throws IOException {
        return around(store::complete);
      }

      @Override
      public void keys(Consumer<RowKey> listener) throws IOException {
        around(
            () -> {
              store.keys(listener);
              return store;
            });
      }

      @Override
      public void tidy() throws IOException {
        around(
            () -> {
              store.tidy();
              return store;
            });
      }

      @Override
      public void close() throws IOException {
        store.close();
      }
    };
  }
}
