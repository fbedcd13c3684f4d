package dev.faissjvm.lucene;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.apache.lucene.codecs.CompoundDirectory;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;

/** A compound file, and beside it the segment's plain Faiss files. */
final class FaissCompoundDirectory extends CompoundDirectory {
  private static final String OUTSIDE = "o.";

  private final Directory directory;
  private final CompoundDirectory inside;
  private final Set<String> segmentFiles;

  FaissCompoundDirectory(Directory directory, CompoundDirectory inside, Set<String> segmentFiles) {
    this.directory = directory;
    this.inside = inside;
    this.segmentFiles = Set.copyOf(segmentFiles);
  }

  /** Whether a file of this name stays out of compound files. */
  static boolean staysOutside(String name) {
    return IndexFileNames.matchesExtension(name, FlatFile.PLAIN_EXTENSION);
  }

  /** The name under which it lies beside a compound file: Lucene deletes the first one. */
  static String outsideNameOf(String name) {
    int dot = name.length() - FlatFile.PLAIN_EXTENSION.length() - 1;
    return name.substring(0, dot) + OUTSIDE + FlatFile.PLAIN_EXTENSION;
  }

  Directory directory() {
    return directory;
  }

  boolean isOutside(String name) {
    return staysOutside(name) && segmentFiles.contains(outsideNameOf(name));
  }

  String outsideName(String name) {
    return outsideNameOf(name);
  }

  @Override
  public IndexInput openInput(String name, IOContext context) throws IOException {
    return isOutside(name)
        ? directory.openInput(outsideNameOf(name), context)
        : inside.openInput(name, context);
  }

  @Override
  public long fileLength(String name) throws IOException {
    return isOutside(name) ? directory.fileLength(outsideNameOf(name)) : inside.fileLength(name);
  }

  @Override
  public String[] listAll() throws IOException {
    List<String> names = new ArrayList<>(List.of(inside.listAll()));
    for (String file : segmentFiles) {
      if (file.endsWith(OUTSIDE + FlatFile.PLAIN_EXTENSION)) {
        int end = file.length() - OUTSIDE.length() - FlatFile.PLAIN_EXTENSION.length();
        names.add(file.substring(0, end) + "." + FlatFile.PLAIN_EXTENSION);
      }
    }
    Collections.sort(names);
    return names.toArray(String[]::new);
  }

  /** Checks the compound file; the files beside it are checked by their reader. */
  @Override
  public void checkIntegrity() throws IOException {
    inside.checkIntegrity();
  }

  @Override
  public Set<String> getPendingDeletions() {
    return Set.of();
  }

  @Override
  public void close() throws IOException {
    inside.close();
  }

  @Override
  public String toString() {
    return "FaissCompoundDirectory(" + inside + ")";
  }
}
