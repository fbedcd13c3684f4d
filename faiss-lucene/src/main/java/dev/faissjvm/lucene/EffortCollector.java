package dev.faissjvm.lucene;

import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.TopDocs;

/** Another collector, and the effort that its query asks for. */
record EffortCollector(KnnCollector collector, Effort effort) implements KnnCollector {
  @Override
  public boolean earlyTerminated() {
    return collector.earlyTerminated();
  }

  @Override
  public void incVisitedCount(int count) {
    collector.incVisitedCount(count);
  }

  @Override
  public long visitedCount() {
    return collector.visitedCount();
  }

  @Override
  public long visitLimit() {
    return collector.visitLimit();
  }

  @Override
  public int k() {
    return collector.k();
  }

  @Override
  public boolean collect(int document, float similarity) {
    return collector.collect(document, similarity);
  }

  @Override
  public float minCompetitiveSimilarity() {
    return collector.minCompetitiveSimilarity();
  }

  @Override
  public TopDocs topDocs() {
    return collector.topDocs();
  }
}
