package dev.faissjvm.embedder.convert;

import dev.faissjvm.embedder.EmbedderException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The weights and the operations of an ONNX file, as far as naming the weights needs them.
 *
 * <pre>
 * ModelProto   7 graph
 * GraphProto   1 node *, 5 initializer *
 * NodeProto    1 input *, 2 output *, 3 name, 4 op_type
 * TensorProto  1 dims (packed or not), 2 data_type (1 = float32), 8 name, 9 raw_data; 13, 14 external
 * </pre>
 *
 * @param nodes in the file's order
 * @param tensors by name, in the file's order
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">protobuf's wire format</a>
 */
record OnnxGraph(List<Node> nodes, Map<String, Tensor> tensors) {
  private static final int MAX_DIMENSIONS = 16;

  /** One operation. */
  record Node(String name, String operation, List<String> inputs, List<String> outputs) {}

  /** One weight; {@code type} 1 is float32, {@code data} little-endian and row-major. */
  record Tensor(String name, List<Long> dimensions, long type, ByteBuffer data) {
    static final int FLOAT32 = 1;
  }

  /**
   * Parses a file.
   *
   * @throws EmbedderException if the bytes are not an ONNX model with its weights inside
   */
  static OnnxGraph parse(String file, ByteBuffer bytes) {
    OnnxGraph graph = new OnnxGraph(new ArrayList<>(), new LinkedHashMap<>());
    try {
      for (Wire model = new Wire(bytes); model.next(); ) {
        if (model.field() == 7) {
          graph.read(model.message());
        } else {
          model.skip();
        }
      }
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new EmbedderException(file + ": expected an ONNX model, got " + e, e);
    }
    if (graph.tensors.isEmpty()) {
      throw new EmbedderException(file + ": expected an ONNX model with weights, got none");
    }
    return graph;
  }

  private void read(Wire graph) {
    while (graph.next()) {
      switch (graph.field()) {
        case 1 -> nodes.add(node(graph.message()));
        case 5 -> {
          Tensor tensor = tensor(graph.message());
          tensors.put(tensor.name(), tensor);
        }
        default -> graph.skip();
      }
    }
  }

  private static Node node(Wire wire) {
    String name = "";
    String operation = "";
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> inputs.add(wire.text());
        case 2 -> outputs.add(wire.text());
        case 3 -> name = wire.text();
        case 4 -> operation = wire.text();
        default -> wire.skip();
      }
    }
    return new Node(name, operation, List.copyOf(inputs), List.copyOf(outputs));
  }

  private static Tensor tensor(Wire wire) {
    String name = "";
    long type = 0;
    List<Long> dimensions = new ArrayList<>();
    ByteBuffer data = ByteBuffer.allocate(0);
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> wire.numbers(dimensions);
        case 2 -> type = wire.number();
        case 8 -> name = wire.text();
        case 9 -> data = wire.bytes();
        case 13, 14 -> throw new IllegalArgumentException("weights in another file");
        default -> wire.skip();
      }
      if (dimensions.size() > MAX_DIMENSIONS) {
        throw new IllegalArgumentException("a tensor of more than 16 dimensions");
      }
    }
    return new Tensor(name, List.copyOf(dimensions), type, data);
  }

  /** A protobuf message, field by field. */
  private static final class Wire {
    private final ByteBuffer in;
    private long key;

    Wire(ByteBuffer in) {
      this.in = in.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    boolean next() {
      if (!in.hasRemaining()) {
        return false;
      }
      key = varint();
      return true;
    }

    int field() {
      return (int) (key >>> 3);
    }

    long number() {
      if ((key & 7) != 0) {
        throw new IllegalArgumentException("wire type " + (key & 7) + " for a number");
      }
      return varint();
    }

    void numbers(List<Long> into) {
      if ((key & 7) == 0) {
        into.add(varint());
        return;
      }
      for (Wire packed = message(); packed.in.hasRemaining(); ) {
        into.add(packed.varint());
      }
    }

    ByteBuffer bytes() {
      if ((key & 7) != 2) {
        throw new IllegalArgumentException("wire type " + (key & 7) + " for bytes");
      }
      long length = varint();
      if (length < 0 || length > in.remaining()) {
        throw new BufferUnderflowException();
      }
      ByteBuffer part = in.slice(in.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
      in.position(in.position() + (int) length);
      return part;
    }

    Wire message() {
      return new Wire(bytes());
    }

    String text() {
      return StandardCharsets.UTF_8.decode(bytes()).toString();
    }

    void skip() {
      switch ((int) (key & 7)) {
        case 0 -> varint();
        case 1 -> in.position(in.position() + 8);
        case 2 -> bytes();
        case 5 -> in.position(in.position() + 4);
        default -> throw new IllegalArgumentException("wire type " + (key & 7));
      }
    }

    private long varint() {
      long value = 0;
      for (int shift = 0; shift < 64; shift += 7) {
        byte next = in.get();
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return value;
        }
      }
      throw new IllegalArgumentException("a number of more than ten bytes");
    }
  }
}
