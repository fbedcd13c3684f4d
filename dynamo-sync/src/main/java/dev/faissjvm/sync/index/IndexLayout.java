package dev.faissjvm.sync.index;

import dev.faissjvm.sync.change.UnusableIndexException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * The numbered Lucene indexes of a folder: {@code index-000001} and so on. The current one is the
 * newest that is complete; a newer one that is not is being built.
 */
record IndexLayout(Path folder) {

  private static final String PREFIX = "index-";
  private static final String REPLACED = "replaced";
  private static final Duration KEPT = Duration.ofHours(1);

  Path numbered(int number) {
    return folder.resolve(PREFIX + String.format("%06d", number));
  }

  /** Returns the numbers that are there, newest first. */
  List<Integer> numbers() throws IOException {
    List<Integer> numbers = new ArrayList<>();
    try (Stream<Path> children = Files.list(folder)) {
      for (Path child : children.toList()) {
        String name = child.getFileName().toString();
        if (name.matches(PREFIX + "[0-9]{6,9}")) {
          numbers.add(Integer.parseInt(name.substring(PREFIX.length())));
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (NotDirectoryException | AccessDeniedException e) {
      throw unusable(e);
    }
    numbers.sort(Comparator.reverseOrder());
    return numbers;
  }

  /**
   * Removes indexes that were replaced by the current one long enough ago for every reader to have
   * moved on. The time counts from the first call that finds them replaced, which leaves a note.
   */
  void removeReplaced(int current) throws IOException {
    for (int number : numbers()) {
      if (number < current) {
        removeIfOld(number);
      }
    }
  }

  private void removeIfOld(int number) throws IOException {
    Path note = numbered(number).resolve(REPLACED);
    if (!Files.exists(note)) {
      Files.createFile(note);
    } else if (Files.getLastModifiedTime(note).toInstant().isBefore(Instant.now().minus(KEPT))) {
      remove(number);
    }
  }

  /** Removes a numbered index, its note last, so that what is left is tried again. */
  void remove(int number) throws IOException {
    Path index = numbered(number);
    try (Stream<Path> files = Files.list(index)) {
      for (Path file : files.toList()) {
        if (!file.endsWith(REPLACED)) {
          Files.delete(file);
        }
      }
    }
    Files.deleteIfExists(index.resolve(REPLACED));
    Files.delete(index);
  }

  /** Returns the number of the current index, if there is one. */
  Optional<Integer> current() throws IOException {
    for (int number : numbers()) {
      Optional<SegmentInfos> infos = lastCommit(number);
      if (infos.isPresent() && CommitSettings.isComplete(infos.get().getUserData())) {
        return Optional.of(number);
      }
    }
    return Optional.empty();
  }

  /** Reads the newest commit of an index, if there is one. */
  Optional<SegmentInfos> lastCommit(int number) throws IOException {
    try (Directory directory = FSDirectory.open(numbered(number))) {
      return Optional.of(SegmentInfos.readLatestCommit(directory));
    } catch (IndexNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Turns what a caller must act on into its own kind; the rest stays as the JDK threw it. */
  IOException failure(IOException e) {
    if (e instanceof CorruptIndexException
        || e instanceof IndexFormatTooNewException
        || e instanceof IndexFormatTooOldException
        || e instanceof EOFException
        || e instanceof AccessDeniedException
        || e instanceof NotDirectoryException) {
      throw unusable(e);
    }
    return e;
  }

  /** An index whose files are not all there, however often it is looked at. */
  UnusableIndexException unusable(IOException e) {
    String reason =
        e instanceof FileSystemException ? e.toString() : String.valueOf(e.getMessage());
    return new UnusableIndexException(
        "index folder: expected an index that can be read and written, got "
            + reason
            + "; folder="
            + folder
            + "; check its permissions, or give another folder and sync again",
        e);
  }
}
