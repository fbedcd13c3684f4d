"""Write one index file per kind with Python's Faiss, and what it answers: the oracle of the Java tests.

    python make_files.py OUTDIR               the kinds, their data and expected results
    python make_files.py OUTDIR --variants    instead, files in unusual states (for the pre-walk's fuzzer)

OUTDIR gets, little-endian and without headers (d floats or d / 8 bytes a row):

    kinds.tsv           name, factory, metric, d, n, ids; tab-separated, one header line
                        metric: l2, ip, l1 or hamming; ids: position or mapped (id = 3 * position + 5)
    data.f32, query.f32         2000 training rows, of which the first n are in the index; 64 queries
    data.u8, query.u8           the same for the binary kinds
    NAME.faiss                  the index, as write_index writes it
    NAME.NQ.ids.i64             the ids of a search of the first NQ queries with k = 10 (NQ = 1, 19, 20, 64)
    NAME.NQ.distances.f32       and the distances (.i32 for the binary kinds)
    kmeans.NAME.{centroids,objectives}.f32      k-means of the training rows, for each of KMEANS
    METRIC.{nearest.ids.i64,nearest.distances.f32,pairwise.f32}     of the absolute values / 4, for each metric

A kind that the installed Faiss does not know is left out with a line on stderr. One thread, fixed seeds.
"""

import os
import sys

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import faiss
import numpy as np

D, BITS, TRAINING, N, K = 32, 256, 2000, 1000, 10
BATCHES = (1, 19, 20, 64)
METRICS = {"l2": faiss.METRIC_L2, "ip": faiss.METRIC_INNER_PRODUCT, "l1": faiss.METRIC_L1}

KINDS = [  # name, factory, metric; "np" keeps PQ from training polysemous codes for minutes
    ("FlatL2", "Flat", "l2"),
    ("FlatIP", "Flat", "ip"),
    ("FlatL1", "Flat", "l1"),
    ("IDMap", "IDMap,Flat", "l2"),
    ("IDMap2", "IDMap2,Flat", "l2"),
    ("IDMapHNSW", "IDMap,HNSW16", "l2"),
    ("IDMap2IVF", "IDMap2,IVF32,Flat", "l2"),
    ("IVFFlat", "IVF32,Flat", "l2"),
    ("IVFFlatIP", "IVF32,Flat", "ip"),
    ("IVFPQ", "IVF32,PQ8np", "l2"),
    ("IVFPQR", "IVF32,PQ8+8", "l2"),
    ("IVFSQ8", "IVF32,SQ8", "l2"),
    ("IVFSQfp16", "IVF32,SQfp16", "l2"),
    ("IVFSQbf16", "IVF32,SQbf16", "l2"),
    ("SQ8", "SQ8", "l2"),
    ("SQ4", "SQ4", "l2"),
    ("SQ6", "SQ6", "l2"),
    ("SQfp16", "SQfp16", "l2"),
    ("SQbf16", "SQbf16", "l2"),
    ("HNSW", "HNSW16", "l2"),
    ("HNSWIP", "HNSW16", "ip"),
    ("HNSWSQ8", "HNSW16,SQ8", "l2"),
    ("HNSWPQ", "HNSW16,PQ8np", "l2"),
    ("HNSW2Level", "HNSW16_32+PQ8", "l2"),
    ("IVFHNSW", "IVF32_HNSW16,Flat", "l2"),
    ("NSG", "NSG16,Flat", "l2"),
    ("NSGSQ8", "NSG16,SQ8", "l2"),
    ("PQ", "PQ8np", "l2"),
    ("PQ4bit", "PQ8x4np", "l2"),
    ("PQfs", "PQ8x4fs", "l2"),
    ("IVFPQfs", "IVF32,PQ8x4fs", "l2"),
    ("IVFPQfsr", "IVF32,PQ8x4fsr", "l2"),
    ("LSH", "LSH", "l2"),
    ("LSHrt", "LSHrt", "l2"),
    ("OPQ", "OPQ8_32,IVF32,PQ8np", "l2"),
    ("PCA", "PCA16,Flat", "l2"),
    ("PCAR", "PCAR16,IVF32,SQ8", "l2"),
    ("RR", "RR32,PQ8np", "l2"),
    ("L2norm", "L2norm,Flat", "l2"),
    ("ITQ", "ITQ16,LSH", "l2"),
    ("Pad", "Pad64,HNSW16", "l2"),
    ("RFlat", "IVF32,PQ8np,RFlat", "l2"),
    ("Refine", "IVF32,PQ8x4fs,Refine(SQ8)", "l2"),
    ("PQfsRFlat", "PQ8x4fs,RFlat", "l2"),
    ("RaBitQ", "RaBitQ", "l2"),
    ("IVFRaBitQ", "IVF32,RaBitQ", "l2"),
    ("RRRaBitQ", "RR32,IVF32,RaBitQ", "ip"),
    ("RQ", "RQ4x5", "l2"),
    ("LSQ", "LSQ4x5", "l2"),
    ("PRQ", "PRQ2x2x5", "l2"),
    ("PLSQ", "PLSQ2x2x5", "l2"),
    ("IVFRQ", "IVF32,RQ4x5", "l2"),
    ("IVFLSQ", "IVF32,LSQ4x5", "l2"),
    ("RQfs", "RQ4x4fs_32_Nrq2x4", "l2"),
    ("IVFRQfs", "IVF32,RQ4x4fs_32_Nrq2x4", "l2"),
    ("IMI", "IMI2x4,PQ8np", "l2"),
    ("IVFRCQ", "IVF32(RCQ1x5),Flat", "l2"),
    ("IVFITQ", "IVF32,ITQ16,SH", "l2"),
    ("Lattice", "ZnLattice2x10_4", "l2"),
    # known to 1.15 only
    ("RaBitQ4", "RaBitQ4", "l2"),
    ("IVFRaBitQ4", "IVF32,RaBitQ4", "l2"),
    ("RaBitQfs", "RaBitQfs", "l2"),
    ("IVFRaBitQfs", "IVF32,RaBitQfs", "l2"),
    ("Panorama", "FlatL2Panorama4", "l2"),
    ("IVFPanorama", "IVF32,FlatPanorama4", "l2"),
    ("HNSWPanorama", "HNSW16,FlatPanorama4", "l2"),
]

BINARY_KINDS = [
    ("BFlat", "BFlat"),
    ("BIVF", "BIVF32"),
    ("BHNSW", "BHNSW16"),
    ("BIVFHNSW", "BIVF32_HNSW16"),
    ("BIDMap", "IDMap,BFlat"),
    ("BIDMap2", "IDMap2,BFlat"),
    ("BHash", "BHash16"),
    ("BMultiHash", "BHash4x16"),
]

KMEANS = {  # 2000 rows: a sample is taken at 20 points a centroid
    "plain": dict(niter=10),
    "seeded": dict(niter=5, seed=7, nredo=3),
    "sampled": dict(niter=5, max_points_per_centroid=20),
    "spherical": dict(niter=5, spherical=True),
    "weighted": dict(niter=5),
    "initial": dict(niter=5),
}
DISTANCES = {  # by the names of the Java enum
    "INNER_PRODUCT": faiss.METRIC_INNER_PRODUCT,
    "L2": faiss.METRIC_L2,
    "L1": faiss.METRIC_L1,
    "LINF": faiss.METRIC_Linf,
    "LP": faiss.METRIC_Lp,
    "CANBERRA": faiss.METRIC_Canberra,
    "BRAY_CURTIS": faiss.METRIC_BrayCurtis,
    "JENSEN_SHANNON": faiss.METRIC_JensenShannon,
    "JACCARD": faiss.METRIC_Jaccard,
    "NAN_EUCLIDEAN": faiss.METRIC_NaNEuclidean,
    "GOWER": faiss.METRIC_GOWER,
}

NOT_SEARCHED = {"Lattice"}  # its search crashes


class Quiet:
    """Keeps Faiss's clustering warnings, which have no switch, off stderr."""

    def __enter__(self):
        self.saved = os.dup(2)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 2)
        os.close(null)

    def __exit__(self, *unused):
        os.dup2(self.saved, 2)
        os.close(self.saved)


def float_data():
    """Clustered rows: a mixture of 40 Gaussians, so that graphs and lists have something to find."""
    random = np.random.RandomState(1234)
    centers = random.randn(40, D)
    data = centers[random.randint(40, size=TRAINING)] + 0.4 * random.randn(TRAINING, D)
    queries = data[random.choice(TRAINING, 64)] + 0.1 * random.randn(64, D)
    return data.astype("<f4"), queries.astype("<f4")


def binary_data():
    random = np.random.RandomState(4321)
    centers = random.randint(256, size=(40, BITS // 8))
    noise = random.randint(256, size=(TRAINING, BITS // 8)) & random.randint(256, size=(TRAINING, BITS // 8))
    data = centers[random.randint(40, size=TRAINING)] ^ (noise & random.randint(256, size=noise.shape))
    queries = data[random.choice(TRAINING, 64)] ^ 1
    return data.astype("u1"), queries.astype("u1")


def ids_of(n):
    return np.arange(n, dtype="<i8") * 3 + 5


def is_mapped(factory):
    return factory.startswith("IDMap")


def make(factory, metric, data, n):
    """A trained index holding the first n rows."""
    index = faiss.index_factory(D, factory, METRICS[metric])
    with Quiet():
        index.train(data)
    add(index, factory, data[:n])
    return index


def make_binary(factory, data, n):
    if is_mapped(factory):  # the factory of 1.12.0 does not parse these
        prefix, inner = factory.split(",", 1)
        wrapper = faiss.IndexBinaryIDMap2 if prefix == "IDMap2" else faiss.IndexBinaryIDMap
        part = faiss.index_binary_factory(BITS, inner)
        index = wrapper(part)
        index.own_fields = True
        part.this.disown()
    else:
        index = faiss.index_binary_factory(BITS, factory)
    with Quiet():
        index.train(data)
    add(index, factory, data[:n])
    return index


def add(index, factory, rows):
    if len(rows) == 0:
        return
    if is_mapped(factory):
        index.add_with_ids(rows, ids_of(len(rows)))
    else:
        index.add(rows)


def write_expected(out, name, index, queries, distance_type):
    extension = distance_type[1] + str(8 * int(distance_type[2:]))
    for batch in BATCHES:
        distances, ids = index.search(queries[:batch], K)
        ids.astype("<i8").tofile(f"{out}/{name}.{batch}.ids.i64")
        distances.astype(distance_type).tofile(f"{out}/{name}.{batch}.distances.{extension}")


def write_numeric(out, data, queries):
    """What needs no index."""
    for name, settings in KMEANS.items():
        kmeans = faiss.Kmeans(D, 20, **settings)
        weights = (1 + np.arange(len(data)) % 5).astype("f4") if name == "weighted" else None
        kmeans.train(data, weights=weights, init_centroids=data[:7] if name == "initial" else None)
        kmeans.centroids.astype("<f4").tofile(f"{out}/kmeans.{name}.centroids.f32")
        kmeans.obj.astype("<f4").tofile(f"{out}/kmeans.{name}.objectives.f32")
    vectors, some = np.minimum(1, np.abs(data) / 4), np.minimum(1, np.abs(queries) / 4)
    for name, metric in DISTANCES.items():
        distances, ids = faiss.knn(some, vectors, K, metric, 3.0)
        ids.astype("<i8").tofile(f"{out}/{name}.nearest.ids.i64")
        distances.astype("<f4").tofile(f"{out}/{name}.nearest.distances.f32")
        faiss.pairwise_distances(some, vectors, metric, 3.0).astype("<f4").tofile(f"{out}/{name}.pairwise.f32")


def write_kinds(out):
    data, queries = float_data()
    bits, bit_queries = binary_data()
    data.tofile(f"{out}/data.f32")
    queries.tofile(f"{out}/query.f32")
    bits.tofile(f"{out}/data.u8")
    bit_queries.tofile(f"{out}/query.u8")
    rows = [("name", "factory", "metric", "d", "n", "ids")]

    def note(name, factory, metric, d):
        rows.append((name, factory, metric, str(d), str(N), "mapped" if is_mapped(factory) else "position"))

    for name, factory, metric in KINDS:
        try:
            index = make(factory, metric, data, N)
        except RuntimeError as error:
            print(f"{name}: {factory} left out: {str(error).splitlines()[0][:90]}", file=sys.stderr)
            continue
        faiss.write_index(index, f"{out}/{name}.faiss")
        if name not in NOT_SEARCHED:
            write_expected(out, name, index, queries, "<f4")
        note(name, factory, metric, D)
    for name, factory in BINARY_KINDS:
        index = make_binary(factory, bits, N)
        faiss.write_index_binary(index, f"{out}/{name}.faiss")
        write_expected(out, name, index, bit_queries, "<i4")
        note(name, factory, "hamming", BITS)
    write_numeric(out, data, queries)
    with open(f"{out}/kinds.tsv", "w", encoding="ascii") as tsv:
        tsv.writelines("\t".join(row) + "\n" for row in rows)


def main():
    out = sys.argv[1]
    os.makedirs(out, exist_ok=True)
    faiss.omp_set_num_threads(1)
    if "--variants" in sys.argv[2:]:
        from make_variants import write_variants

        write_variants(out)
    else:
        write_kinds(out)


if __name__ == "__main__":
    main()
