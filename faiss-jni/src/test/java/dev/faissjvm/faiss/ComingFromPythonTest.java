package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.faissjvm.faiss.testing.Vectors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both sides of README.md's table run on the same data and give the same. */
class ComingFromPythonTest {
  private static final int d = 16;
  private final float[] x = Vectors.gaussian(1_000, d, 1);
  private final float[] q = Vectors.gaussian(19, d, 2);
  private final long[] ids = new long[1_000];

  @TempDir Path folder = Path.of("");

  @Test
  void bothSidesGiveTheSame() throws Exception {
    Arrays.setAll(ids, i -> 3L * i);
    Files.write(folder.resolve("x.f32"), bytes(x));
    Files.write(folder.resolve("q.f32"), bytes(q));
    Neighbors ours;
    try (VectorIndex index = VectorIndex.create("IVF16,SQ8", d, Metric.L2)) {
      index.train(x);
      index.add(ids, x);
      index.write(folder.resolve("java.faiss"));
      index.lists().writeOnDisk(folder.resolve("java.ondisk"), folder.resolve("java.lists"));
      ours = index.search(q, 10);
    }
    try (VectorTransform pca = VectorTransform.create("PCA8", d)) {
      pca.train(x);
      pca.write(folder.resolve("java.vt"));
    }
    python();
    assertThat(longs("theirs")).isEqualTo(ours.ids());
    assertThat(longs("theirs.ondisk")).isEqualTo(ours.ids());
    assertThat(folder.resolve("java.faiss"))
        .hasSameBinaryContentAs(folder.resolve("trained.faiss"));
    assertThat(folder.resolve("java.lists")).hasSameBinaryContentAs(folder.resolve("python.lists"));
    asked();
    changed();
    nestedAndOnDisk();
    shardsAndReplicas();
    parametersOfACall();
    transforms();
    clustersAndCodes();
    tuned();
  }

  private void asked() throws Exception {
    try (VectorIndex index = VectorIndex.read(folder.resolve("trained.faiss"))) {
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      index.write(stream);
      assertThat(stream.toByteArray()).isEqualTo(Files.readAllBytes(folder.resolve("serialized")));
      Neighbors hits = index.search(q, 10);
      assertThat(hits.ids()).isEqualTo(longs("search"));
      hits = index.search(q, 10, SearchOptions.parse("nprobe=8"));
      assertThat(hits.ids()).isEqualTo(longs("nprobe"));
      IdFilter filter = IdFilter.range(0, 900).and(IdFilter.of(3, 6).not());
      hits = index.search(q, 10, SearchOptions.parse("nprobe=8").with(filter));
      assertThat(hits.ids()).isEqualTo(longs("filtered"));
      RangeHits near = index.rangeSearch(q, 16.0f, SearchOptions.DEFAULT);
      assertThat(near.limits()).isEqualTo(longs("lims"));
      NeighborVectors found = index.searchAndReconstruct(q, 10, SearchOptions.DEFAULT);
      assertNear("recons", found.vectors(), floats("recons"));
      assertThat(index.lists().nearest(q)).isEqualTo(longs("assign"));
      byte[] codes = index.encode(q);
      assertThat(codes).isEqualTo(Files.readAllBytes(folder.resolve("codes")));
      assertNear("decoded", index.decode(codes), floats("decoded"));
      assertNear("reconstruct", index.reconstruct(30), floats("reconstruct"));
      assertThat(index.lists().centroids()).isEqualTo(floats("centroids"));
      SearchOptions wide = SearchOptions.parse("nprobe=8");
      Neighbors lists = index.lists().nearest(q, wide);
      hits = index.lists().search(q, 10, lists, wide);
      assertThat(hits.ids()).isEqualTo(longs("preassigned"));
      index.set("nprobe=8");
      index.write(folder.resolve("again"));
      assertThat(folder.resolve("again")).hasSameBinaryContentAs(folder.resolve("nprobe.faiss"));
      index.lists().directMap(InvertedLists.DirectMap.HASH);
      assertNear("reconstruct", index.reconstruct(30), floats("reconstruct"));
      assertThat(index.lists().ids(5)).isEqualTo(longs("list"));
    }
  }

  private void changed() throws Exception {
    Path file = folder.resolve("again");
    try (VectorIndex index = VectorIndex.read(folder.resolve("trained.faiss"));
        VectorIndex half = index.copy()) {
      half.reset();
      index.copySubsetTo(half, IdFilter.range(0, 600));
      half.write(file);
      assertThat(file).hasSameBinaryContentAs(folder.resolve("half.faiss"));
      index.remove(IdFilter.range(0, 600));
      index.write(file);
      assertThat(file).hasSameBinaryContentAs(folder.resolve("removed.faiss"));
      index.mergeFrom(half, 0);
      index.write(file);
      assertThat(file).hasSameBinaryContentAs(folder.resolve("merged.faiss"));
    }
    Path java = folder.resolve("both");
    Path lists = folder.resolve("java.both.lists");
    try (VectorIndex half = VectorIndex.map(folder.resolve("half.faiss"));
        VectorIndex removed = VectorIndex.map(folder.resolve("removed.faiss"))) {
      half.lists().writeOnDisk(java, lists, removed);
    }
    assertThat(lists).hasSameBinaryContentAs(folder.resolve("both.lists"));
    try (VectorIndex both = VectorIndex.read(java, ReadOption.ON_DISK_LISTS)) {
      assertThat(both.search(q, 10).ids()).isEqualTo(longs("search"));
    }
  }

  private void nestedAndOnDisk() throws Exception {
    try (VectorIndex graph = VectorIndex.read(folder.resolve("graph.faiss"))) {
      Neighbors hits = graph.search(q, 10, SearchOptions.parse("nprobe=4,quantizer_efSearch=1"));
      assertThat(hits.ids()).isEqualTo(longs("nested"));
      Neighbors broad = graph.search(q, 10, SearchOptions.parse("nprobe=4,quantizer_efSearch=99"));
      assertThat(hits.ids()).isNotEqualTo(broad.ids()); // so it reached the graph
    }
    try (VectorIndex links = VectorIndex.create("HNSW4,Flat", d, Metric.L2);
        VectorIndex theirs = VectorIndex.read(folder.resolve("links.faiss"))) {
      links.set("efConstruction=80");
      links.add(x);
      assertThat(links.describe()).isEqualTo(theirs.describe());
    }
    try (VectorIndex disk =
            VectorIndex.read(folder.resolve("ondisk.faiss"), ReadOption.ON_DISK_LISTS);
        VectorIndex mapped = VectorIndex.map(folder.resolve("trained.faiss"))) {
      assertThat(disk.search(q, 10).ids()).isEqualTo(longs("search"));
      assertThat(mapped.search(q, 10).ids()).isEqualTo(longs("search"));
    }
  }

  private void shardsAndReplicas() throws Exception {
    VectorIndex first = VectorIndex.create("IDMap2,Flat", d, Metric.L2);
    VectorIndex second = VectorIndex.create("IDMap2,Flat", d, Metric.L2);
    first.add(Arrays.copyOf(ids, 400), Arrays.copyOf(x, 400 * d));
    second.add(Arrays.copyOfRange(ids, 400, 1_000), Arrays.copyOfRange(x, 400 * d, 1_000 * d));
    try (IndexShards shards = IndexShards.of(first, second)) {
      Neighbors hits = shards.search(q, 10);
      assertThat(hits.ids()).isEqualTo(longs("shards"));
    }
    float[] some = Arrays.copyOf(x, 999 * d);
    first = VectorIndex.create("IVF8,SQ8", d, Metric.L2);
    second = VectorIndex.create("IVF16,Flat", d, Metric.L2);
    try (IndexShards shards = IndexShards.of(first, second)) {
      shards.train(x);
      shards.add(some);
      assertThat(longs("shards.lists")).containsExactly(first.count(), second.count());
      assertThat(shards.search(q, 10).ids()).isEqualTo(longs("shards.added"));
    }
    shardsOfLists("plain", "IVF16,SQ8", "IVF16,Flat");
    shardsOfLists("codes", "IVF16_HNSW8,Flat", "IVF16,PQ4");
    first = VectorIndex.create("Flat", d, Metric.L2);
    second = VectorIndex.create("Flat", d, Metric.L2);
    try (IndexShards shards = IndexShards.successive(first, second)) {
      shards.add(some);
      Neighbors hits = shards.search(q, 10);
      assertThat(hits.ids()).isEqualTo(longs("successive"));
    }
    first = VectorIndex.read(folder.resolve("graph.faiss"));
    second = VectorIndex.read(folder.resolve("graph.faiss"));
    try (IndexReplicas replicas = IndexReplicas.of(first, second)) {
      replicas.add(Arrays.copyOf(x, 100 * d));
      Neighbors hits = replicas.search(q, 10);
      assertThat(hits.ids()).isEqualTo(longs("replicas"));
    }
  }

  private void shardsOfLists(String name, String one, String other) throws Exception {
    VectorIndex first = VectorIndex.create(one, d, Metric.L2);
    VectorIndex second = VectorIndex.create(other, d, Metric.L2);
    try (IndexShards shards = IndexShards.ofLists(first, second)) {
      shards.train(x);
      shards.add(Arrays.copyOf(x, 999 * d));
      Neighbors hits = shards.search(q, 10, SearchOptions.parse("nprobe=4"));
      assertThat(hits.ids()).isEqualTo(longs("shards." + name));
    }
  }

  private void parametersOfACall() throws Exception {
    List<String> parameters = Files.readAllLines(folder.resolve("parameters"));
    for (int i = 0; i < parameters.size(); i++) {
      try (VectorIndex index = VectorIndex.read(folder.resolve("parameters" + i + ".faiss"))) {
        assertThat(index.search(q, 10, SearchOptions.parse(parameters.get(i))).ids())
            .as("%s", parameters.get(i))
            .isEqualTo(longs("parameters" + i))
            .isNotEqualTo(index.search(q, 10).ids());
      }
    }
  }

  private void transforms() throws Exception {
    for (String name :
        List.of("PCA8", "PCAR4", "OPQ4_8", "RR8", "ITQ8", "L2norm", "Pad20", "Center")) {
      Path file = folder.resolve(name + ".vt");
      Path again = folder.resolve("again.vt");
      try (VectorTransform ours = VectorTransform.create(name, d);
          VectorTransform theirs = VectorTransform.read(file)) {
        if (!ours.isTrained()) {
          ours.train(x);
        }
        assertNear(name, theirs.apply(q), floats(name + ".applied"));
        if (List.of("RR8", "L2norm", "Pad20", "Center").contains(name)) {
          assertNear(name, ours.apply(q), floats(name + ".applied"));
        }
        // The signs of components are LAPACK's choice, a rotation in front of others so, too.
        int rows = name.startsWith("OPQ") ? 1 : 19;
        float[] norms = norms(rows, ours.apply(q));
        float[] expected = norms(rows, floats(name + ".applied"));
        for (int i = 0; i < rows; i++) {
          assertThat(norms[i])
              .as(name)
              .isCloseTo(expected[i], withinPercentage(rows == 1 ? 2 : 0.1));
        }
        if (!name.equals("ITQ8")) {
          assertNear(name, theirs.reverse(theirs.apply(q)), floats(name + ".reversed"));
        }
        theirs.write(again);
        assertThat(again).as(name).hasSameBinaryContentAs(file);
      }
      if (!name.equals("Center")) {
        file = folder.resolve(name + ".untrained.vt");
        try (VectorTransform theirs = VectorTransform.read(file)) {
          theirs.write(again);
          assertThat(again).as(name).hasSameBinaryContentAs(file);
        }
      }
    }
    try (VectorTransform pca = VectorTransform.create("PCA8", d)) {
      pca.train(x);
      float[] smaller = pca.apply(q);
      assertNear("pca", norms(19, smaller), norms(19, floats("pca")));
      assertNear("theirs.vt", smaller, floats("theirs.vt"));
      pca.write(folder.resolve("pca.vt"));
    }
    VectorTransform.read(folder.resolve("pca.vt")).close();
  }

  private void clustersAndCodes() throws Exception {
    float[] larger = x.clone();
    for (int i = 0; i < larger.length; i++) {
      larger[i] *= 4;
    }
    KMeans kmeans = KMeans.of(8, d).iterations(5).integerCentroids();
    assertThat(kmeans.train(larger).centroids()).isEqualTo(floats("whole"));
    float[] first = Arrays.copyOf(x, 3 * d);
    kmeans = KMeans.of(8, d).iterations(5).initialCentroids(first).frozenCentroids();
    float[] centroids = kmeans.train(x).centroids();
    assertNear("frozen", centroids, floats("frozen"));
    assertThat(centroids).startsWith(first);
    try (VectorIndex codec = VectorIndex.create("PQ4", d, Metric.L2)) {
      codec.train(x);
      assertThat(codec.encode(q)).isEqualTo(Files.readAllBytes(folder.resolve("pq")));
    }
    try (VectorIndex codec = VectorIndex.create("SQ6", d, Metric.L2)) {
      codec.train(x);
      assertThat(codec.encode(q)).isEqualTo(Files.readAllBytes(folder.resolve("sq")));
      assertNear("sq.decoded", codec.decode(codec.encode(q)), floats("sq.decoded"));
    }
  }

  private void tuned() throws Exception {
    Neighbors truth = Distances.by(Metric.L2, d).nearest(q, x, 10);
    for (String name :
        List.of(
            "IVF64,Flat",
            "IVF32_HNSW4,SQ8,RFlat",
            "IDMap2,HNSW4",
            "IMI2x4,PQ4np",
            "IVF16,PQ4np",
            "Flat")) {
      List<String> theirs = Files.readAllLines(folder.resolve(name + ".combinations"));
      DoubleBuffer quality = little(name + ".quality").asDoubleBuffer();
      try (VectorIndex index = VectorIndex.read(folder.resolve(name + ".tuned"))) {
        ParameterSpace space = ParameterSpace.of(index);
        assertThat(space.combinations()).containsExactlyElementsOf(orNothing(theirs));
        ParameterSpace.Points points =
            space.explore(index, q, 10, found -> Recall.intersection(found, truth));
        assertThat(points.all().get(0).parameters()).isEqualTo(space.combinations().get(0));
        for (ParameterSpace.Point point : points.all()) {
          int number = space.combinations().indexOf(point.parameters());
          assertThat(point.quality()).as("%s", point).isEqualTo(quality.get(number), offset(1e-9));
        }
        assertThat(points.all()).containsAll(points.optimal());
        assertThat(points.optimal())
            .isSortedAccordingTo(Comparator.comparingDouble(ParameterSpace.Point::quality));
      }
    }
  }

  private static List<String> orNothing(List<String> combinations) {
    return combinations.isEmpty() ? List.of("") : combinations;
  }

  private static float[] norms(int rows, float[] values) {
    float[] norms = new float[rows];
    for (int i = 0; i < values.length; i++) {
      norms[i / (values.length / rows)] += values[i] * values[i];
    }
    return norms;
  }

  /** Equal but for the last bits, in which one set of SIMD instructions differs from another. */
  private static void assertNear(String what, float[] found, float[] expected) {
    assertThat(found).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).as(what).isCloseTo(expected[i], offset(2e-4f));
    }
  }

  @Test
  void everyCallOfTheTableIsRunHere() throws IOException {
    String python = squeezed(Files.readString(Path.of("src", "test", "python", "calls.py")));
    String java =
        squeezed(
            Files.readString(
                Path.of(
                    "src",
                    "test",
                    "java",
                    "dev",
                    "faissjvm",
                    "faiss",
                    "ComingFromPythonTest.java")));
    Pattern row = Pattern.compile("\\| `([^`]+)` \\| `([^`]+)` \\|.*");
    List<Matcher> calls =
        Files.readAllLines(Path.of("README.md")).stream()
            .map(row::matcher)
            .filter(Matcher::matches)
            .toList();
    assertThat(calls).hasSizeGreaterThan(20);
    for (Matcher call : calls) {
      assertThat(python).contains(squeezed(call.group(1)));
      assertThat(java).contains(squeezed(call.group(2)));
    }
  }

  private static String squeezed(String text) {
    return text.replaceAll("\\s+", "");
  }

  private void python() throws Exception {
    String python = System.getProperty("faiss.python", "");
    assumeFalse(python.isEmpty(), "no Python with Faiss: run ./check, or set -Dfaiss.python");
    Path log = folder.resolve("log");
    Process calls =
        new ProcessBuilder(
                python, Path.of("src", "test", "python", "calls.py").toString(), folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(calls.waitFor()).as("%s", Files.readString(log)).isZero();
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  private float[] floats(String name) throws IOException {
    ByteBuffer bytes = little(name);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  private long[] longs(String name) throws IOException {
    ByteBuffer bytes = little(name);
    long[] values = new long[bytes.remaining() / Long.BYTES];
    bytes.asLongBuffer().get(values);
    return values;
  }

  private ByteBuffer little(String name) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(folder.resolve(name))).order(ByteOrder.LITTLE_ENDIAN);
  }
}
