package dev.faissjvm.sync;

import dev.faissjvm.sync.document.Document;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.embed.DocumentEmbedder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives rows their vectors.
 *
 * <p>Where a batch fails its rows are tried one by one, and those that fail alone are parked, if at
 * least one does not: then it is the rows, not the model. Safe for use by several threads.
 */
final class EmbeddingStage {

  private final DocumentEmbedder embedder;
  private final DocumentMapping mapping;
  private final RunTally tally;

  EmbeddingStage(DocumentEmbedder embedder, DocumentMapping mapping, RunTally tally) {
    this.embedder = embedder;
    this.mapping = mapping;
    this.tally = tally;
  }

  EmbeddedBatch embed(List<RowPlan> plans) {
    List<RowPlan> others = new ArrayList<>();
    List<RowPlan.Embed> wanted = new ArrayList<>();
    for (RowPlan plan : plans) {
      if (plan instanceof RowPlan.Embed embed) {
        wanted.add(embed);
      } else {
        others.add(plan);
      }
    }
    if (wanted.isEmpty()) {
      return new EmbeddedBatch(others, List.of());
    }
    tally.embeddingStarts();
    try {
      return new EmbeddedBatch(others, embedAll(wanted));
    } catch (RuntimeException e) {
      return oneByOne(wanted, others, e);
    } finally {
      tally.embeddingEnds();
    }
  }

  private List<EmbeddedBatch.Embedded> embedAll(List<RowPlan.Embed> wanted) {
    List<Document> documents = wanted.stream().map(RowPlan.Embed::document).toList();
    List<List<float[]>> vectors = embedder.embed(documents);
    List<EmbeddedBatch.Embedded> embedded = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      embedded.add(new EmbeddedBatch.Embedded(wanted.get(i), vectors.get(i)));
    }
    return embedded;
  }

  private EmbeddedBatch oneByOne(
      List<RowPlan.Embed> wanted, List<RowPlan> others, RuntimeException failure) {
    List<EmbeddedBatch.Embedded> embedded = new ArrayList<>();
    List<RowPlan> plans = new ArrayList<>(others);
    for (RowPlan.Embed plan : wanted) {
      @Nullable RuntimeException own = null;
      try {
        embedded.addAll(embedAll(List.of(plan)));
      } catch (RuntimeException e) {
        own = e;
      }
      if (own != null) {
        plans.add(
            new RowPlan.Park(
                plan.row(), mapping.parkedHash(plan.row()), "embedder: " + own.getMessage()));
      }
    }
    if (embedded.isEmpty()) {
      throw failure;
    }
    return new EmbeddedBatch(plans, embedded);
  }
}
