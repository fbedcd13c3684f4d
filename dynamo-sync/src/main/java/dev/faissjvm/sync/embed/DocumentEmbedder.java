package dev.faissjvm.sync.embed;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.document.Document;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the vectors of documents: one for each passage, of unit length.
 *
 * <p><b>Threads.</b> Safe for use by many threads. <b>Ownership.</b> The embedder stays the
 * caller's.
 */
public final class DocumentEmbedder {

  private final Embedder<String> embedder;

  /**
   * Uses an embedder.
   *
   * @param embedder the model
   */
  public DocumentEmbedder(Embedder<String> embedder) {
    this.embedder = embedder;
  }

  /**
   * {@return the vectors of each document, in order, one for each passage}
   *
   * @param documents what to embed
   * @throws IllegalStateException if the model gives other vectors than it promised
   */
  public List<List<float[]>> embed(List<Document> documents) {
    List<String> texts = new ArrayList<>();
    for (Document document : documents) {
      for (Document.Passage passage : document.passages()) {
        texts.add(document.text().substring(passage.start(), passage.end()));
      }
    }
    float[][] rows = embedder.embed(texts);
    if (rows.length != texts.size()) {
      throw new IllegalStateException(
          "embedder: expected " + texts.size() + " vectors, got " + rows.length);
    }
    List<List<float[]>> vectors = new ArrayList<>();
    int next = 0;
    for (Document document : documents) {
      List<float[]> own = new ArrayList<>();
      for (int i = 0; i < document.passages().size(); i++) {
        own.add(unit(rows[next++], embedder.dimension()));
      }
      vectors.add(own);
    }
    return vectors;
  }

  /**
   * Makes a vector one of unit length.
   *
   * @param vector the vector; changed and returned
   * @param dimension how many components it should have
   * @return the vector
   * @throws IllegalStateException if it has another length, or no direction
   */
  public static float[] unit(float[] vector, int dimension) {
    if (vector.length != dimension) {
      throw new IllegalStateException(
          "vector: expected " + dimension + " components, got " + vector.length);
    }
    double square = 0;
    for (float component : vector) {
      square += (double) component * component;
    }
    if (!(square > 0) || Double.isInfinite(square)) {
      throw new IllegalStateException(
          "vector: expected a finite length above zero, got " + Math.sqrt(square));
    }
    if (Math.abs(square - 1) > 1e-6) {
      double norm = Math.sqrt(square);
      for (int i = 0; i < vector.length; i++) {
        vector[i] = (float) (vector[i] / norm);
      }
    }
    return vector;
  }
}
