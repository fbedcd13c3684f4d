package dev.faissjvm.embedder.convert;

import dev.faissjvm.embedder.EmbedderException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the weights of an exported BERT were called before. Embeddings, biases and layer norms keep
 * their names in ONNX; the weights of linear layers become anonymous and are stored transposed.
 *
 * <p>Two rules find a name again, and must agree: the bias that is added to the product is {@code
 * X.bias}, so the weight is {@code X.weight}; and the product's node is called {@code
 * /encoder/layer.0/output/dense/MatMul} after the module.
 *
 * @param byTensor names found, by the name in the ONNX file
 * @param transposed names in the ONNX file of weights stored as [in, out]
 */
record WeightNames(Map<String, String> byTensor, Set<String> transposed) {

  /**
   * Finds the names.
   *
   * @throws EmbedderException if the rules disagree
   */
  static WeightNames of(String file, OnnxGraph graph) {
    Map<String, OnnxGraph.Node> userOf = new HashMap<>();
    for (OnnxGraph.Node node : graph.nodes()) {
      node.inputs().forEach(input -> userOf.put(input, node));
    }
    WeightNames names = new WeightNames(new HashMap<>(), new HashSet<>());
    for (OnnxGraph.Node node : graph.nodes()) {
      if (!node.operation().equals("MatMul")) {
        continue;
      }
      for (String input : node.inputs()) {
        if (graph.tensors().containsKey(input)) {
          String byBias = byBias(node, userOf, graph);
          String byPath = byPath(node.name());
          if (!byBias.isEmpty() && !byBias.equals(byPath)) {
            throw new EmbedderException(
                file + ": " + node.name() + ": expected the name " + byBias + ", got " + byPath);
          }
          names.byTensor.put(input, byPath);
          names.transposed.add(input);
        }
      }
    }
    return names;
  }

  private static String byBias(
      OnnxGraph.Node product, Map<String, OnnxGraph.Node> userOf, OnnxGraph graph) {
    OnnxGraph.Node user = product.outputs().isEmpty() ? null : userOf.get(product.outputs().get(0));
    if (user != null && user.operation().equals("Add")) {
      for (String input : user.inputs()) {
        if (input.endsWith(".bias") && graph.tensors().containsKey(input)) {
          return input.substring(0, input.length() - ".bias".length()) + ".weight";
        }
      }
    }
    return "";
  }

  private static String byPath(String node) {
    String path = node.startsWith("/") ? node.substring(1) : node;
    if (path.endsWith("/MatMul")) {
      path = path.substring(0, path.length() - "/MatMul".length());
    }
    return path.replace('/', '.') + ".weight";
  }

  /** The name that a tensor had. */
  String of(String tensor) {
    return byTensor.getOrDefault(tensor, tensor);
  }
}
