package dev.faissjvm.faiss.testing;

import dev.faissjvm.faiss.BinaryIndex;
import dev.faissjvm.faiss.FaissException;
import dev.faissjvm.faiss.IdFilter;
import dev.faissjvm.faiss.KMeans;
import dev.faissjvm.faiss.Metric;
import dev.faissjvm.faiss.Neighbors;
import dev.faissjvm.faiss.Operation;
import dev.faissjvm.faiss.ParameterSpace;
import dev.faissjvm.faiss.SearchOptions;
import dev.faissjvm.faiss.VectorIndex;
import dev.faissjvm.faiss.VectorTransform;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * The child process of a hostile test: the calls that ended, hung or misled a process that used
 * Faiss 1.7.3, 1.12.0 or 1.15.1. Each is refused in words or answered; its name is said before, so
 * that the last line of the output says which one ended the process, if one did.
 */
public final class HostileCalls {
  private static final int D = 32;
  private static final int N = 300;
  private static final SearchOptions SOME = SearchOptions.DEFAULT.with(IdFilter.range(0, 50));

  private final float[] rows = Vectors.gaussian(N, D, 1);
  private final float[] row = Vectors.row(rows, D, 7);
  private final long[] ids = LongStream.range(0, N).toArray();
  private final Path folder;
  private int calls;

  private HostileCalls(Path folder) {
    this.folder = folder;
  }

  private interface Action {
    void run() throws Exception;
  }

  private interface Call {
    void on(VectorIndex index) throws Exception;
  }

  /** Argument: an empty folder. */
  public static void main(String[] arguments) throws Exception {
    HostileCalls test = new HostileCalls(Path.of(arguments[0]));
    test.arraysThatAreTooShort();
    test.emptyAndUntrained();
    test.idsThatAreNotThere();
    test.numbers();
    test.valuesThatAreNone();
    test.whatFastScanGetsWrong();
    test.filters();
    test.lists();
    test.mapped();
    test.files();
    test.bits();
    test.transforms();
    System.out.println("ended " + test.calls + " calls");
  }

  private void refused(String what, Action action) throws Exception {
    begin(what);
    try {
      action.run();
    } catch (IllegalArgumentException
        | IllegalStateException
        | UnsupportedOperationException
        | NullPointerException
        | FaissException
        | IOException e) {
      return;
    }
    throw new AssertionError("expected a refusal, got an answer");
  }

  private void refused(String factory, String what, Call call) throws Exception {
    try (VectorIndex index = filled(factory)) {
      refused(factory + ": " + what, () -> call.on(index));
    }
  }

  private void answered(String factory, String what, Call call) throws Exception {
    begin(factory + ": " + what);
    try (VectorIndex index = filled(factory)) {
      call.on(index);
    }
  }

  private void begin(String what) {
    calls++;
    System.out.println(what);
  }

  private VectorIndex filled(String factory) {
    return Vectors.fill(VectorIndex.create(factory, D, Metric.L2), rows);
  }

  private static void require(boolean condition, Object got) {
    if (!condition) {
      throw new AssertionError("got " + got);
    }
  }

  private static void nothingFound(Neighbors found) {
    require(Arrays.stream(found.ids()).allMatch(id -> id == -1), found);
  }

  @SuppressWarnings("NullAway") // what the compiler refuses, a caller without it may do
  private void arraysThatAreTooShort() throws Exception {
    SearchOptions options = SearchOptions.DEFAULT;
    for (String factory : new String[] {"Flat", "IVF4,Flat", "HNSW8"}) {
      refused(factory, "short query", index -> index.search(new float[D - 1], 1));
      refused(factory, "no query", index -> index.search(new float[0], 1));
      refused(factory, "null query", index -> index.search((float[]) null, 1));
      refused(factory, "short addition", index -> index.add(new float[D + 1]));
      refused(factory, "null addition", index -> index.add((float[]) null));
      refused(
          factory,
          "short results",
          index -> index.search(row, 5, options, new float[5], new long[4]));
      refused(factory, "null results", index -> index.search(row, 5, options, null, new long[5]));
      refused(
          factory,
          "buffers that are no direct ones",
          index ->
              index.search(
                  FloatBuffer.wrap(row),
                  5,
                  options,
                  FloatBuffer.allocate(5),
                  LongBuffer.allocate(5)));
    }
    refused("IDMap2,Flat", "fewer ids than rows", index -> index.add(new long[1], rows));
    refused("IDMap2,Flat", "null ids", index -> index.add(null, rows));
  }

  private void emptyAndUntrained() throws Exception {
    float[] queries = Arrays.copyOf(rows, 25 * D);
    for (String factory : new String[] {"Flat", "IDMap2,Flat", "NSG8,Flat", "L2norm,Flat"}) {
      answered(
          factory,
          "search of an emptied index",
          index -> {
            index.reset();
            nothingFound(index.search(queries, 3));
          });
    }
    for (String factory : new String[] {"IVF4,Flat", "SQ8", "PQ4x4fs"}) {
      try (VectorIndex untrained = VectorIndex.create(factory, D, Metric.L2)) {
        refused(factory + ": search before training", () -> untrained.search(row, 1));
        refused(factory + ": add before training", () -> untrained.add(rows));
      }
    }
  }

  private void idsThatAreNotThere() throws Exception {
    for (String factory :
        new String[] {"Flat", "SQ8", "PQ4x4fs", "HNSW8", "NSG8,Flat", "Flat,RFlat", "IVF4,Flat"}) {
      for (long absent : new long[] {-1, N, N + 1_000_000, Long.MIN_VALUE, Long.MAX_VALUE}) {
        refused(factory, "reconstruct " + absent, index -> index.reconstruct(absent));
      }
    }
    refused("IDMap2,Flat", "reconstruct_n past the ids", index -> index.reconstructRange(290, 310));
  }

  private void numbers() throws Exception {
    for (String factory :
        new String[] {
          "HNSW0",
          "HNSW1",
          "IVF0,Flat",
          "IVFoops",
          "PQ7",
          "PQ0",
          "PQ8x0",
          "IVF4,PQ0",
          "OPQ0,Flat",
          "PRQ0x2x4",
          "RQ0x4",
          ""
        }) {
      refused("create " + factory, () -> VectorIndex.create(factory, D, Metric.L2));
    }
    for (int dimension : new int[] {0, -3, Integer.MAX_VALUE}) {
      refused("d=" + dimension, () -> VectorIndex.create("Flat", dimension, Metric.L2));
    }
    for (String factory : new String[] {"Flat", "IVF4,Flat", "HNSW8", "NSG8,Flat", "PQ4x4fs"}) {
      answered(
          factory,
          "k past the count",
          index -> require(index.search(row, N + 99).id(0, N + 98) == -1, "an id"));
      for (int k : new int[] {0, -1, Integer.MAX_VALUE}) {
        refused(factory, "k=" + k, index -> index.search(row, k));
      }
    }
    refused(
        "IVF4,Flat", "nprobe=0", index -> index.search(row, 1, SearchOptions.parse("nprobe=0")));
    refused("IVF4,Flat", "set nprobe=0", index -> index.set("nprobe=0"));
    refused("HNSW8", "set efConstruction=1e12", index -> index.set("efConstruction=1e12"));
    answered(
        "IDMap2,Flat",
        "an id twice",
        index -> {
          index.add(new long[] {7}, row);
          require(index.remove(IdFilter.of(7)) == 2, index.count());
        });
    refused("HNSW8", "add with ids", index -> index.add(ids, rows));
    refused("HNSW8", "remove", index -> index.remove(IdFilter.of(1)));
    try (VectorIndex other = filled("IVF4,Flat")) {
      refused("IVF8,Flat", "merge of other lists", index -> index.mergeFrom(other, 0));
    }
    answered(
        "HNSW8",
        "write a copy",
        index -> {
          try (VectorIndex copy = index.copy()) {
            copy.write(folder.resolve("copy"));
          }
        });
  }

  private void valuesThatAreNone() throws Exception {
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 1e30f}) {
      float[] bad = rows.clone();
      bad[5] = value;
      for (String factory : new String[] {"Flat", "HNSW8", "IVF4,Flat", "IVF4,PQ4x4fs", "SQ8"}) {
        refused(factory, value + " in a query", index -> index.search(bad, 3));
        refused(factory, value + " in an addition", index -> index.add(bad));
        refused(factory, value + " in training", index -> index.train(bad));
      }
    }
  }

  private void whatFastScanGetsWrong() throws Exception {
    String factory = "IVF4,PQ4x4fs";
    answered(
        factory,
        "remove",
        index -> {
          require(index.remove(IdFilter.range(0, 50)) == 50, index.count());
          require(index.count() == N - 50, index.count());
        });
    answered(
        factory,
        "merge",
        index -> {
          try (VectorIndex other = index.copy()) {
            index.mergeFrom(other, N);
            require(index.count() == 2 * N, index.count());
          }
        });
    refused(
        factory,
        "search and reconstruct",
        index -> index.searchAndReconstruct(row, 3, SearchOptions.DEFAULT));
    refused("IDMap2," + factory, "remove", index -> index.remove(IdFilter.of(1)));
    refused(factory, "reconstruct", index -> index.reconstruct(1));
    refused(factory, "encode", index -> index.encode(rows));
  }

  private void filters() throws Exception {
    for (String factory : new String[] {"HNSW8", "IDMap,Flat", "IVF4,PQ4x4fs", "IVF4,Flat"}) {
      answered(
          factory,
          "filter",
          index ->
              require(
                  Arrays.stream(index.search(rows, 3, SOME).ids()).allMatch(id -> id < 50),
                  factory));
    }
    for (String factory : new String[] {"PQ4np", "LSH", "NSG8,Flat", "IVF4,RQ2x4", "PQ4x4fs"}) {
      refused(factory, "filter", index -> index.search(rows, 3, SOME));
    }
    for (IdFilter filter :
        new IdFilter[] {
          IdFilter.range(N + 5, N + 9),
          IdFilter.range(9, 5),
          IdFilter.range(Long.MIN_VALUE, -1),
          IdFilter.of(-1, N, Long.MAX_VALUE)
        }) {
      answered(
          "Flat",
          "a filter that holds nothing",
          index -> nothingFound(index.search(rows, 3, SearchOptions.DEFAULT.with(filter))));
    }
  }

  private void lists() throws Exception {
    for (String factory : new String[] {"IVF4,Flat", "IVF4,PQ4", "IVF4,PQ4x4fs"}) {
      for (long list : new long[] {-2, 4, Long.MAX_VALUE}) {
        refused(factory, "search in list " + list, index -> searchIn(index, list, 1));
      }
      refused(factory, "search in a list at NaN", index -> searchIn(index, 1, Float.NaN));
      answered(factory, "search in no list", index -> nothingFound(searchIn(index, -1, 0)));
    }
  }

  private Neighbors searchIn(VectorIndex index, long list, float distance) {
    Neighbors lists = new Neighbors(1, new float[] {distance}, new long[] {list});
    return index.lists().search(row, 3, lists, SearchOptions.DEFAULT);
  }

  private void mapped() throws Exception {
    Path file = folder.resolve("mapped");
    for (String factory : new String[] {"Flat", "IDMap2,Flat", "IVF4,Flat", "HNSW8"}) {
      answered(
          factory,
          "map",
          index -> {
            index.write(file);
            try (VectorIndex mapped = VectorIndex.map(file)) {
              refused("add to a mapped index", () -> mapped.add(rows));
              refused("add ids to a mapped index", () -> mapped.add(ids, rows));
              refused("reset a mapped index", mapped::reset);
              refused("remove from a mapped index", () -> mapped.remove(IdFilter.of(1)));
            }
          });
    }
  }

  private void files() throws Exception {
    answered(
        "SQbf16",
        "search a file of bf16",
        index -> {
          index.write(folder.resolve("bf16"));
          try (VectorIndex read = VectorIndex.read(folder.resolve("bf16"))) {
            require(read.search(row, 1).id(0, 0) == 7, "another");
          }
        });
    refused("SQ8", "a code of another length", index -> patched(index, 37, 7));
    refused("Flat", "a kind that is none", index -> patched(index, 0, 'X'));
    refused("Flat", "a file that is cut", index -> cut(index, 5_000));
    refused("Flat", "an empty file", index -> cut(index, 0));
    refused("no file", () -> VectorIndex.read(folder.resolve("none")));
    Path bits = folder.resolve("bits");
    try (BinaryIndex index = BinaryIndex.create("BFlat", D)) {
      index.write(bits);
    }
    refused("a file of bits", () -> VectorIndex.read(bits));
    refused("Flat", "no folder", index -> index.write(folder.resolve("none").resolve("index")));
    refused(
        "Flat",
        "a full disk",
        index -> {
          try (FileChannel full =
              FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE)) {
            index.write(full);
          }
        });
    Path lists = folder.resolve("lists");
    answered(
        "IVF4,Flat",
        "lists in another file",
        index -> index.lists().writeOnDisk(folder.resolve("over"), lists));
    refused("a file that names another", () -> VectorIndex.read(folder.resolve("over")));
    ByteBuffer nested = nested(200_000);
    refused("headers in headers", () -> VectorIndex.read(nested));
  }

  private VectorIndex patched(VectorIndex index, int at, int value) throws IOException {
    Path file = folder.resolve("patched");
    index.write(file);
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] = (byte) value;
    return VectorIndex.read(ByteBuffer.wrap(bytes));
  }

  private VectorIndex cut(VectorIndex index, int sizeBytes) throws IOException {
    Path file = folder.resolve("cut");
    index.write(file);
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), sizeBytes));
    return VectorIndex.map(file);
  }

  private static ByteBuffer nested(int levels) {
    ByteBuffer file = ByteBuffer.allocate(levels * 37).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < levels; i++) {
      file.put("IxMp".getBytes(StandardCharsets.US_ASCII)).putInt(D).putLong(0);
      file.putLong(1 << 20).putLong(1 << 20).put((byte) 1).putInt(1);
    }
    return file.flip();
  }

  private void bits() throws Exception {
    byte[] some = new byte[25 * D / 8];
    for (String factory : new String[] {"BHash0", "BHash0x4", "BHash4x0", "BIVF0", "BHNSW1"}) {
      refused("create " + factory, () -> BinaryIndex.create(factory, D));
    }
    for (String factory : new String[] {"BFlat", "BIVF4", "BHNSW8", "IDMap2,BFlat"}) {
      try (BinaryIndex index = BinaryIndex.create(factory, D)) {
        index.train(some);
        begin(factory + ": empty");
        nothingFound(index.search(some, 3));
        if (index.supports(Operation.ADD)) {
          index.add(some);
        } else {
          index.add(Arrays.copyOf(ids, 25), some);
        }
        refused(factory + ": short query", () -> index.search(new byte[3], 1));
        refused(factory + ": short addition", () -> index.add(new byte[5]));
        refused(factory + ": k=0", () -> index.search(some, 0));
        for (long absent : new long[] {-1, 25, Long.MAX_VALUE}) {
          refused(factory + ": reconstruct " + absent, () -> index.reconstruct(absent));
        }
      }
    }
  }

  @SuppressWarnings("NullAway") // what the compiler refuses, a caller without it may do
  private void transforms() throws Exception {
    for (String factory :
        new String[] {"", "PCA", "PCA0", "PCA33", "OPQ0", "OPQ5", "OPQ4_7", "ITQ33", "RR0"}) {
      refused("transform " + factory, () -> VectorTransform.create(factory, D));
    }
    for (String factory : new String[] {"PCA8", "OPQ4", "RR8", "ITQ8", "Center"}) {
      try (VectorTransform transform = VectorTransform.create(factory, D)) {
        refused(factory + ": apply before training", () -> transform.apply(row));
        refused(factory + ": short training", () -> transform.train(new float[D - 1]));
        refused(factory + ": NaN", () -> transform.train(new float[] {Float.NaN}));
        Path file = folder.resolve("transform");
        transform.train(rows);
        transform.write(file);
        refused(factory + ": train again", () -> transform.train(rows));
        refused(factory + ": short row", () -> transform.apply(new float[D + 1]));
        refused(factory + ": null row", () -> transform.apply(null));
        refused(factory + ": short row back", () -> transform.reverse(new float[3]));
        refused(factory + ": as an index", () -> VectorIndex.read(file));
        byte[] bytes = Files.readAllBytes(file);
        for (int size = 0; size < bytes.length; size += 1 + bytes.length / 50) {
          Files.write(file, Arrays.copyOf(bytes, size));
          refused(factory + ": cut at " + size, () -> VectorTransform.read(file));
        }
      }
    }
    try (VectorTransform opq = VectorTransform.create("OPQ4", D)) {
      refused("OPQ4: few rows", () -> opq.train(Arrays.copyOf(rows, 5 * D)));
    }
    refused(
        "frozen centroids that take all rows",
        () ->
            KMeans.of(4, D)
                .initialCentroids(new float[D])
                .frozenCentroids()
                .train(new float[N * D]));
    try (VectorIndex flat = filled("Flat")) {
      ParameterSpace space = ParameterSpace.of(flat);
      refused("no values", () -> space.with("nprobe"));
      refused("nprobe=0", () -> space.with("nprobe", 0));
      refused("experiments=2", () -> space.experiments(2));
      refused("short queries", () -> space.explore(flat, new float[3], 1, found -> 1));
    }
  }
}
