package dev.faissjvm.solr;

import dev.faissjvm.lucene.AcceleratorOptions;
import dev.faissjvm.lucene.FaissCodec;
import dev.faissjvm.lucene.FaissKnnVectorsFormat;
import org.apache.lucene.codecs.Codec;
import org.apache.solr.common.util.NamedList;
import org.apache.solr.core.CodecFactory;

/**
 * Has Solr write vectors by Faiss: named in {@code solrconfig.xml}, it serves every {@code
 * solr.DenseVectorField} of floats, whatever its {@code knnAlgorithm} says.
 *
 * <pre>{@code
 * <codecFactory class="dev.faissjvm.solr.FaissCodecFactory">
 *   <double name="recall">0.95</double>
 * </codecFactory>
 * }</pre>
 *
 * <p>{@code minVectors}, {@code factory}, {@code recall} and {@code threads} are those of {@link
 * AcceleratorOptions}.
 *
 * <p><b>Threads.</b> Set up by one thread, then read by many, as Solr does.
 *
 * <p><b>Errors.</b> {@link IllegalArgumentException} for an option that makes no sense: the core
 * does not load, and Solr's log says why.
 */
public final class FaissCodecFactory extends CodecFactory {

  private AcceleratorOptions options = AcceleratorOptions.DEFAULT;
  private Codec codec = new FaissCodec();

  /** Creates the factory, as Solr does. */
  public FaissCodecFactory() {}

  @Override
  public void init(NamedList<?> args) {
    super.init(args);
    for (var arg : args) {
      options = with(arg.getKey(), arg.getValue());
    }
    codec = new FaissCodec(new FaissKnnVectorsFormat(options));
  }

  private AcceleratorOptions with(String name, Object value) {
    try {
      return switch (name) {
        case "minVectors" -> options.withMinVectors(Integer.parseInt(value.toString()));
        case "factory" -> options.withFactory(value.toString());
        case "recall" -> options.withRecall(Double.parseDouble(value.toString()));
        case "threads" -> options.withThreads(Integer.parseInt(value.toString()));
        default ->
            throw new IllegalArgumentException(
                "codecFactory: expected minVectors, factory, recall or threads, got " + name);
      };
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "codecFactory: expected a number as " + name + ", got " + value, e);
    }
  }

  @Override
  public Codec getCodec() {
    return codec;
  }
}
