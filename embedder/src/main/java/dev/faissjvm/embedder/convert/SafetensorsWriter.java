package dev.faissjvm.embedder.convert;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.faissjvm.embedder.EmbedderException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the float32 weights of an ONNX graph as a safetensors file: eight bytes of header length,
 * little-endian; the header, JSON padded with spaces so that the data begins at a multiple of 64;
 * the data, one tensor after the other. Linear weights are transposed back to [out, in].
 */
final class SafetensorsWriter {
  private static final int ALIGNMENT_BYTES = 64;

  private SafetensorsWriter() {}

  static void write(String source, OnnxGraph graph, Path file) throws IOException {
    WeightNames names = WeightNames.of(source, graph);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    List<OnnxGraph.Tensor> order = new ArrayList<>();
    try (JsonGenerator json = new JsonFactory().createGenerator(header)) {
      json.writeStartObject();
      json.writeObjectFieldStart("__metadata__");
      json.writeStringField("format", "pt");
      json.writeEndObject();
      long offset = 0;
      for (OnnxGraph.Tensor tensor : graph.tensors().values()) {
        if (tensor.type() != OnnxGraph.Tensor.FLOAT32) {
          continue; // position ids, shapes: made anew by whoever reads the folder
        }
        String name = names.of(tensor.name());
        if (name.startsWith("onnx::")) {
          throw new EmbedderException(source + ": " + name + ": expected a weight with a name");
        }
        long end = offset + tensor.data().capacity();
        json.writeObjectFieldStart(name);
        json.writeStringField("dtype", "F32");
        writeWholes(json, "shape", shape(source, tensor, names));
        writeWholes(json, "data_offsets", List.of(offset, end));
        json.writeEndObject();
        offset = end;
        order.add(tensor);
      }
      json.writeEndObject();
    }
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      writeFully(out, padded(header.toByteArray()));
      for (OnnxGraph.Tensor tensor : order) {
        writeFully(
            out,
            names.transposed().contains(tensor.name())
                ? transposed(tensor)
                : tensor.data().duplicate());
      }
      out.force(true);
    }
  }

  private static List<Long> shape(String source, OnnxGraph.Tensor tensor, WeightNames names) {
    List<Long> shape = tensor.dimensions();
    long bytes = Float.BYTES;
    for (long dimension : shape) {
      bytes = Math.multiplyExact(bytes, dimension);
    }
    if (bytes != tensor.data().capacity()) {
      throw new EmbedderException(
          source
              + ": "
              + tensor.name()
              + ": expected "
              + bytes
              + " bytes of raw data, got "
              + tensor.data().capacity());
    }
    if (!names.transposed().contains(tensor.name())) {
      return shape;
    }
    if (shape.size() != 2) {
      throw new EmbedderException(
          source + ": " + tensor.name() + ": expected a matrix, got dimensions " + shape);
    }
    return List.of(shape.get(1), shape.get(0));
  }

  private static void writeWholes(JsonGenerator json, String field, List<Long> wholes)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (long whole : wholes) {
      json.writeNumber(whole);
    }
    json.writeEndArray();
  }

  private static ByteBuffer padded(byte[] json) {
    int padded =
        (json.length + Long.BYTES + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES
            - Long.BYTES;
    byte[] text = Arrays.copyOf(json, padded);
    Arrays.fill(text, json.length, padded, (byte) ' ');
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
    return bytes.putLong(padded).put(text).flip();
  }

  private static ByteBuffer transposed(OnnxGraph.Tensor tensor) {
    int rows = Math.toIntExact(tensor.dimensions().get(0));
    int columns = Math.toIntExact(tensor.dimensions().get(1));
    float[] from = new float[rows * columns];
    tensor.data().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(from);
    ByteBuffer bytes = ByteBuffer.allocate(from.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer to = bytes.asFloatBuffer();
    float[] column = new float[rows];
    for (int c = 0; c < columns; c++) {
      for (int r = 0; r < rows; r++) {
        column[r] = from[r * columns + c];
      }
      to.put(column);
    }
    return bytes;
  }

  private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
