package dev.faissjvm.lambda;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.embedder.TextEmbedder;
import dev.faissjvm.faiss.Faiss;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The model, loaded when it is first needed: a run with nothing to do never loads it.
 *
 * <p><b>Threads.</b> Safe for use by many threads. <b>Ownership.</b> Owns the model once it is
 * loaded. <b>Errors.</b> {@link UncheckedIOException} where the model cannot be fetched; the next
 * call tries again.
 */
final class LazyEmbedder implements Embedder<String> {

  private final Source source;
  private final FingerprintNotes notes;
  private final AtomicBoolean begun = new AtomicBoolean();
  private @Nullable Path folder;
  private FingerprintNotes.@Nullable Note known;
  private @Nullable Embedder<String> loaded;

  /** Where the model's folder comes from. */
  @FunctionalInterface
  interface Source {
    Path folder() throws IOException;
  }

  LazyEmbedder(Source source, FingerprintNotes notes) {
    this.source = source;
    this.notes = notes;
  }

  /** Loads the model now, if it is not loaded. */
  synchronized Embedder<String> load() {
    Embedder<String> model = loaded;
    if (model == null) {
      try {
        Path found = folder();
        // Faiss before libtorch: each brings an OpenMP runtime, and Faiss's settings come first.
        Faiss.load();
        model = TextEmbedder.load(found);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      loaded = model;
    }
    return model;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Asked by who is about to make vectors: the model is loaded meanwhile.
   */
  @Override
  public int dimension() {
    FingerprintNotes.Note note = known();
    loadBeside();
    return note.dimension();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Where a note knows it, nothing is loaded.
   */
  @Override
  public String fingerprint() {
    return known().fingerprint();
  }

  private FingerprintNotes.Note known() {
    synchronized (notes) {
      FingerprintNotes.Note note = known;
      if (note == null) {
        try {
          Optional<FingerprintNotes.Note> noted = notes.find(folder());
          if (noted.isPresent()) {
            note = noted.get();
          } else {
            Embedder<String> model = load();
            note = new FingerprintNotes.Note(model.fingerprint(), model.dimension());
            notes.keep(folder(), note);
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        known = note;
      }
      return note;
    }
  }

  /**
   * Begins to load the model beside the caller, once. A failure is met again, and told, by who
   * needs the model.
   */
  void loadBeside() {
    if (begun.compareAndSet(false, true)) {
      // Two threads that load JavaCPP's own library at once can hang JDK 17: it is loaded with
      // this.
      Faiss.load();
      Thread thread = new Thread(this::load, "model");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private Path folder() throws IOException {
    synchronized (source) {
      Path found = folder;
      if (found == null) {
        found = source.folder();
        folder = found;
      }
      return found;
    }
  }

  @Override
  public float[] embed(String input) {
    return load().embed(input);
  }

  @Override
  public float[][] embed(List<? extends String> inputs) {
    return load().embed(inputs);
  }

  @Override
  public float[] embedQuery(String query) {
    return load().embedQuery(query);
  }

  @Override
  public synchronized void close() {
    if (loaded != null) {
      loaded.close();
      loaded = null;
    }
  }
}
