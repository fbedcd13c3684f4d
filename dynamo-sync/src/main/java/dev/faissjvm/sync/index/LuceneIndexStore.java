package dev.faissjvm.sync.index;

import dev.faissjvm.lucene.FaissCodec;
import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.LeaseHeldException;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.Document;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;
import org.jspecify.annotations.Nullable;

/**
 * A Lucene index that is open for changing.
 *
 * <p>A commit writes new segments and the bitmaps of deleted documents; it touches no older vector.
 * Merges stay with Lucene's tiered policy, so the cost of a change does not grow with the index.
 * Segments are never packed into compound files: each one's vectors stay a file that Faiss can
 * read.
 */
final class LuceneIndexStore implements IndexStore {

  private static final double BUFFER_MIB = 48;
  private static final int KEPT_COMMITS = 2;

  private final ConcurrentMergeScheduler merges = new ConcurrentMergeScheduler();
  private final Directory directory;
  private final IndexWriter writer;
  private final IndexHome.Writer identity;
  private final Path folder;
  private volatile Set<RowKey> touched = ConcurrentHashMap.newKeySet();
  private CommittedRows committed;
  private long generation;
  private boolean complete;
  private String eventsRead;

  /** Opens an index; {@code before} is the last commit of it, or of the one that it replaces. */
  LuceneIndexStore(
      Path folder, IndexHome.Writer identity, boolean complete, Optional<Commit> before)
      throws IOException {
    this.folder = folder;
    this.identity = identity;
    this.complete = complete;
    this.eventsRead = before.map(Commit::eventsRead).orElse("");
    this.directory = FSDirectory.open(folder);
    IndexWriter opened = null;
    try {
      opened = new IndexWriter(directory, config());
      this.writer = opened;
      this.generation = SegmentInfos.getLastCommitGeneration(directory);
      this.committed = openCommitted();
    } catch (LockObtainFailedException e) {
      directory.close();
      throw new LeaseHeldException(
          "index folder: expected to lock it, got locked by another process or thread; folder="
              + folder
              + "; wait for that sync to end",
          "another process");
    } catch (IOException | RuntimeException e) {
      closeAfter(e, opened);
      throw e;
    }
  }

  private void closeAfter(Exception failure, @Nullable IndexWriter opened) {
    try {
      if (opened != null) {
        opened.rollback();
      }
      directory.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private IndexWriterConfig config() {
    TieredMergePolicy policy = new TieredMergePolicy();
    policy.setNoCFSRatio(0);
    return new IndexWriterConfig(new EnglishAnalyzer())
        .setCodec(new FaissCodec())
        .setOpenMode(IndexWriterConfig.OpenMode.CREATE_OR_APPEND)
        .setCommitOnClose(false)
        .setUseCompoundFile(false)
        .setRAMBufferSizeMB(BUFFER_MIB)
        .setIndexDeletionPolicy(new RecentCommits(KEPT_COMMITS))
        .setMergeScheduler(merges)
        .setMergePolicy(policy);
  }

  private CommittedRows openCommitted() throws IOException {
    return generation < 0
        ? CommittedRows.none()
        : new CommittedRows(DirectoryReader.open(directory));
  }

  @Override
  public synchronized List<Optional<IndexedRow>> find(List<RowKey> keys) throws IOException {
    List<Optional<IndexedRow>> rows = new ArrayList<>(keys.size());
    for (RowKey key : keys) {
      rows.add(touched.contains(key) ? Optional.empty() : Optional.ofNullable(committed.find(key)));
    }
    return rows;
  }

  @Override
  public void put(Document document, List<float[]> vectors) throws IOException {
    touched.add(document.key());
    writer.updateDocuments(
        term(document.key()),
        IndexFields.documents(document, identity.mapping().filters(), vectors));
  }

  @Override
  public void park(RowKey key, String rowHash, String reason) throws IOException {
    touched.add(key);
    writer.updateDocuments(term(key), List.of(IndexFields.parked(key.encoded(), rowHash, reason)));
  }

  @Override
  public void delete(RowKey key) throws IOException {
    touched.add(key);
    writer.deleteDocuments(term(key));
  }

  private static Term term(RowKey key) {
    return new Term(IndexFields.KEY, key.encoded());
  }

  @Override
  public void eventsRead(String position) {
    eventsRead = position;
  }

  @Override
  public Commit commit() throws IOException {
    refuseIfReplaced();
    writer.setLiveCommitData(CommitSettings.write(identity, complete, eventsRead).entrySet());
    writer.commit();
    SegmentInfos infos = SegmentInfos.readLatestCommit(directory);
    synchronized (this) {
      generation = infos.getGeneration();
      committed = committed.refreshed(directory);
      touched = ConcurrentHashMap.newKeySet();
    }
    return CommitSettings.read(infos.getUserData(), generation, folder);
  }

  @Override
  public Commit complete() throws IOException {
    complete = true;
    return commit();
  }

  @Override
  public synchronized void keys(Consumer<RowKey> listener) throws IOException {
    committed.keys(document -> true, listener);
  }

  @Override
  public void tidy() throws IOException {
    merges.sync();
    if (writer.hasUncommittedChanges()) {
      commit();
    }
  }

  /** Takes in the segments of another index as they are. Its rows must not be in this one. */
  void join(Path other) throws IOException {
    try (Directory from = FSDirectory.open(other)) {
      writer.addIndexes(from);
    }
  }

  private void refuseIfReplaced() throws IOException {
    long newest = SegmentInfos.getLastCommitGeneration(directory);
    if (newest != generation) {
      throw new FencedException(
          "commit: expected to follow generation "
              + generation
              + ", got "
              + newest
              + "; folder="
              + folder
              + "; another writer has taken over",
          null);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    try (directory) {
      if (writer.isOpen()) {
        writer.rollback();
      }
    } finally {
      committed.close();
      committed = CommittedRows.none();
    }
  }
}
