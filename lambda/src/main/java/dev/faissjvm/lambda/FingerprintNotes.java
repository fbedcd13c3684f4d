package dev.faissjvm.lambda;

import dev.faissjvm.embedder.TextEmbedder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Fingerprints and dimensions of models, kept on the storage: to make a fingerprint, every byte of
 * a model is read, which takes a good part of a start.
 *
 * <p>A note is named by what tells one state of a folder from another: its files' names, sizes and
 * times, and the version of the embedder. It is written whole, by a rename.
 */
final class FingerprintNotes {

  private final Path folder;

  FingerprintNotes(Path folder) {
    this.folder = folder;
  }

  /**
   * What is known of a model before it is loaded.
   *
   * @param fingerprint as the embedder has it
   * @param dimension components of its vectors
   */
  record Note(String fingerprint, int dimension) {}

  Optional<Note> find(Path model) throws IOException {
    Path note = note(model);
    if (!Files.exists(note)) {
      return Optional.empty();
    }
    String[] fields = Files.readString(note).split(" ", -1);
    return fields.length == 2 && fields[1].matches("[0-9]{1,6}")
        ? Optional.of(new Note(fields[0], Integer.parseInt(fields[1])))
        : Optional.empty();
  }

  void keep(Path model, Note known) throws IOException {
    try {
      Files.createDirectories(folder);
      Path part = Files.createTempFile(folder, "writing-", "");
      Files.writeString(part, known.fingerprint() + " " + known.dimension());
      Files.move(part, note(model), StandardCopyOption.ATOMIC_MOVE);
    } catch (AccessDeniedException e) {
      // The search function may only read: the maker keeps the note.
      return;
    } catch (FileSystemException e) {
      if (!String.valueOf(e.getReason()).contains("Read-only")) {
        throw e;
      }
    }
  }

  private Path note(Path model) throws IOException {
    StringBuilder state = new StringBuilder();
    state.append(TextEmbedder.class.getPackage().getImplementationVersion());
    try (Stream<Path> all = Files.walk(model)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        state
            .append('\n')
            .append(model.relativize(file))
            .append(' ')
            .append(Files.size(file))
            .append(' ')
            .append(Files.getLastModifiedTime(file).toMillis());
      }
    }
    byte[] bytes = state.toString().getBytes(StandardCharsets.UTF_8);
    return folder.resolve("fingerprint-" + ModelStore.hex(ModelStore.sha256().digest(bytes)));
  }
}
