"""Index files in unusual states, for the pre-walk's fuzzer; called by make_files.py --variants.

Names tell the state: NAME.untrained, NAME.empty (trained), NAME.few (sparse lists), NAME.reset,
NAME.removed, NAME.array and NAME.hash (direct maps), NAME.adds (several adds), and single kinds that no
factory string of make_files.py reaches.
"""

import sys

import faiss
import numpy as np

import make_files as kinds
from make_files import BINARY_KINDS, BITS, D, KINDS, METRICS, N, NOT_SEARCHED, Quiet, add, make

MORE_KINDS = [  # name, factory, metric
    ("FlatLinf", "Flat", 3),
    ("FlatLp", "Flat", 4),
    ("FlatCanberra", "Flat", 20),
    ("FlatJaccard", "Flat", 23),
    ("FlatNaN", "Flat", 24),
    ("HNSWL1", "HNSW16", 2),
    ("SQ8IP", "SQ8", 0),
    ("SQ8direct", "SQ8_direct", 1),
    ("PQIP", "PQ8np", 0),
    ("PQ10bit", "PQ4x10np", 1),
    ("PQ12bit", "PQ2x12np", 1),
    ("PQfsIP", "PQ8x4fs", 0),
    ("PQ7fs", "PCA21,PQ7x4fs", 1),
    ("PQfs64", "PQ8x4fs_64", 1),
    ("IVFPQfs64", "IVF32,PQ8x4fs_64", 1),
    ("IVFPQIP", "IVF32,PQ8np", 0),
    ("IVFPQ10bit", "IVF32,PQ4x10np", 1),
    ("IVFPQfsIP", "IVF32,PQ8x4fs", 0),
    ("IVFPQfsrIP", "IVF32,PQ8x4fsr", 0),
    ("IVFSQ4IP", "IVF32,SQ4", 0),
    ("RaBitQIP", "RaBitQ", 0),
    ("IVFRaBitQIP", "IVF32,RaBitQ", 0),
    ("NSGPQ", "NSG16,PQ8np", 1),
    ("NSGIP", "NSG16,Flat", 0),
    ("PCAW", "PCAW16,Flat", 1),
    ("PCAWR", "PCAWR16,Flat", 1),
    ("Chain", "PCA24,RR16,L2norm,IVF32,Flat", 1),
    ("IDMapPCA", "IDMap,PCA16,Flat", 1),
    ("IDMapPQfs", "IDMap,PQ8x4fs", 1),
    ("IDMapIVFPQfs", "IDMap,IVF32,PQ8x4fs", 1),
    ("IDMap2RFlat", "IDMap2,IVF32,PQ8np,RFlat", 1),
    ("PQIDMap", "PQ8np,IDMap2", 1),
    ("RefinePCA", "IVF32,PQ8np,Refine(PCA16,Flat)", 1),
    ("RefineHNSW", "IVF32,PQ8np,Refine(HNSW8,Flat)", 1),
    ("RefinePQfs", "IVF32,Flat,Refine(PQ8x4fs)", 1),
    ("IVFofIVF", "IVF32(IVF4,Flat),Flat", 1),
    ("IVFofSQ", "IVF32(SQ8),PQ8np", 1),
    ("IVFofRefine", "IVF32(PQ8x4fs,RFlat),Flat", 1),
    ("IVFofPCA", "IVF32(PCA16,Flat),PQ8np", 1),
    ("IVFNSG", "IVF64_NSG16,Flat", 1),
    ("IVFRCQ2", "IVF32(RCQ2x3),PQ8np", 1),
    ("RQfloat", "RQ4x5_Nfloat", 1),
    ("RQqint8", "RQ4x5_Nqint8", 1),
    ("RQqint4", "RQ4x5_Nqint4", 1),
    ("RQcqint8", "RQ4x5_Ncqint8", 1),
    ("RQcqint4", "RQ4x5_Ncqint4", 1),
    ("RQlsq", "RQ4x5_Nlsq2x4", 1),
    ("RQlut", "RQ4x5_Nnone", 1),
    ("RQmixed", "RQ1x6_3x4", 1),
    ("RQIP", "RQ4x5", 0),
    ("LSQcqint8", "LSQ4x5_Ncqint8", 1),
    ("PRQcqint8", "PRQ2x2x5_Ncqint8", 1),
    ("IVFRQIP", "IVF32,RQ4x5_Nqint8", 0),
    ("IVFPRQ", "IVF32,PRQ2x2x5_Nqint8", 1),
    ("IVFPLSQ", "IVF32,PLSQ2x2x5", 1),
    ("LSQfs", "LSQ4x4fs_32_Nlsq2x4", 1),
    ("PRQfs", "PRQ2x2x4fs_32_Nrq2x4", 1),
    ("PLSQfs", "PLSQ2x2x4fs_32_Nlsq2x4", 1),
    ("RQfsIP", "RQ4x4fs_32", 0),
    ("IVFLSQfs", "IVF32,LSQ4x4fs_32_Nlsq2x4", 1),
    ("IVFPRQfs", "IVF32,PRQ2x2x4fs_32_Nrq2x4", 1),
    ("IVFPLSQfs", "IVF32,PLSQ2x2x4fs_32_Nlsq2x4", 1),
    ("IVFRQfsr", "IVF32,RQ4x4fsr_32_Nrq2x4", 1),
    ("IVFLSH", "IVF32,ITQ16,SHc-0.5", 1),
]

MORE_BINARY = [("BIVFfew", "BIVF16"), ("BHash12", "BHash12"), ("BMultiHash8", "BHash8x12")]


def note(name, error):
    print(f"{name} left out: {str(error).splitlines()[0][:100]}", file=sys.stderr)


def remove(index, factory):
    """Every third row or id; False where the kind cannot, or where it dies trying."""
    if "fs" in factory and factory.startswith("IDMap"):
        return False  # aborts on its own assertion
    chosen = kinds.ids_of(N)[::3] if kinds.is_mapped(factory) else np.arange(0, N, 3)
    try:
        index.remove_ids(chosen)
    except RuntimeError:
        return False
    return True


def states(out, name, factory, metric, data):
    METRICS.setdefault(metric, metric)
    write = lambda state, index: faiss.write_index(index, f"{out}/{name}.{state}.faiss")
    write("untrained", faiss.index_factory(D, factory, METRICS[metric]))
    write("empty", make(factory, metric, data, 0))
    if not factory.startswith("NSG"):
        write("few", make(factory, metric, data, 7))
    index = make(factory, metric, data, N)
    if remove(index, factory):
        write("removed", index)
    index.reset()
    write("reset", index)
    if "NSG" in factory:
        return
    index = make(factory, metric, data, 0)
    for first, last in ((0, 100), (100, 101), (101, 130), (130, 300)):
        if kinds.is_mapped(factory):
            index.add_with_ids(data[first:last], kinds.ids_of(N)[first:last])
        else:
            index.add(data[first:last])
    write("adds", index)


def direct_maps(out, name, factory, metric, data):
    for state, kind in (("array", faiss.DirectMap.Array), ("hash", faiss.DirectMap.Hashtable)):
        index = make(factory, metric, data, 400)
        index.set_direct_map_type(kind)
        faiss.write_index(index, f"{out}/{name}.{state}.faiss")
    index = make(factory, metric, data, 0)
    index.set_direct_map_type(faiss.DirectMap.Hashtable)
    index.add_with_ids(data[:200], np.arange(200) * 7 - 300)
    faiss.write_index(index, f"{out}/{name}.ids.faiss")


def special_float(data):
    """Kinds without a factory string."""
    flat = lambda: faiss.IndexFlatL2(D)

    def dedup():
        index = faiss.IndexIVFFlatDedup(flat(), D, 32, faiss.METRIC_L2)
        index.train(data)
        index.add(np.vstack([data[:300], data[:50]]))
        return index

    def independent(inner):
        coarse = faiss.index_factory(16, inner)
        index = faiss.IndexIVFIndependentQuantizer(flat(), coarse, faiss.PCAMatrix(D, 16))
        index.train(data)
        index.add(data[:300])
        return index

    def cagra(base_only):
        index = faiss.IndexHNSWCagra(D, 16, faiss.METRIC_L2)
        index.add(data[:300])
        index.base_level_only = base_only
        return index

    def nn_descent():
        index = faiss.IndexNNDescentFlat(D, 16)
        index.add(data[:300])
        return index

    def two_layer():
        index = faiss.Index2Layer(flat(), 32, 8)
        index.train(data)
        index.add(data[:300])
        return index

    def row_min_max(kind):
        index = kind(faiss.IndexScalarQuantizer(D, faiss.ScalarQuantizer.QT_8bit))
        index.train(data)
        return index

    def centered():
        index = faiss.IndexPreTransform(faiss.CenteringTransform(D), flat())
        index.train(data)
        index.add(data[:300])
        return index

    def searched_as(search_type):
        index = faiss.IndexPQ(D, 8, 8)
        index.do_polysemous_training = False
        index.train(data)
        index.add(data[:300])
        index.search_type = search_type
        return index

    def plain_codes():
        index = faiss.index_factory(D, "IVF32,PQ8np")
        index.by_residual = False
        index.train(data)
        index.add(data[:300])
        return index

    def scalar(qtype):
        index = faiss.IndexScalarQuantizer(D, qtype)
        index.train(data)
        index.add(data[:300])
        return index

    def two_query_blocks():
        index = make("PQ8x4fs_64", "l2", data, 300)
        index.qbs = 2
        return index

    sq = faiss.ScalarQuantizer
    return [
        ("Dedup", dedup),
        ("IndependentFlat", lambda: independent("IVF32,Flat")),
        ("IndependentPQ", lambda: independent("IVF32,PQ8np")),
        ("Cagra", lambda: cagra(False)),
        ("CagraBase", lambda: cagra(True)),
        ("NNDescent", nn_descent),
        ("TwoLayer", two_layer),
        ("RowMinMax", lambda: row_min_max(faiss.IndexRowwiseMinMax)),
        ("RowMinMaxFP16", lambda: row_min_max(faiss.IndexRowwiseMinMaxFP16)),
        ("Centered", centered),
        ("PQHamming", lambda: searched_as(faiss.IndexPQ.ST_HE)),
        ("PQPolysemous", lambda: searched_as(faiss.IndexPQ.ST_polysemous)),
        ("PQSymmetric", lambda: searched_as(faiss.IndexPQ.ST_SDC)),
        ("IVFPQplain", plain_codes),
        ("SQ8uniform", lambda: scalar(sq.QT_8bit_uniform)),
        ("SQ4uniform", lambda: scalar(sq.QT_4bit_uniform)),
        ("SQ8directly", lambda: scalar(sq.QT_8bit_direct)),
        ("SQ8signed", lambda: scalar(sq.QT_8bit_direct_signed)),
        ("PQfs64two", two_query_blocks),
    ]


def special_binary(data, bits):
    def from_float():
        index = faiss.IndexBinaryFromFloat(faiss.IndexFlatL2(BITS))
        index.add(bits[:300])
        return index

    def cagra():
        index = faiss.IndexBinaryHNSWCagra(BITS, 16)
        index.add(bits[:300])
        return index

    def mapped_ivf():
        index = faiss.IndexBinaryIDMap2(faiss.index_binary_factory(BITS, "BIVF32"))
        index.train(bits)
        index.add_with_ids(bits[:300], kinds.ids_of(300))
        return index

    return [("BFromFloat", from_float), ("BCagra", cagra), ("BIDMapIVF", mapped_ivf)]


def write_variants(out):
    data, _ = kinds.float_data()
    bits, _ = kinds.binary_data()
    for name, factory, metric in KINDS + MORE_KINDS:
        if name in NOT_SEARCHED:
            continue
        METRICS.setdefault(metric, metric)
        try:
            index = make(factory, metric, data, N)
        except RuntimeError as error:
            note(name, error)
            continue
        if (name, factory, metric) in MORE_KINDS:
            faiss.write_index(index, f"{out}/{name}.faiss")
        states(out, name, factory, metric, data)
        if factory.startswith("IVF32") and isinstance(index, faiss.IndexIVF) and "HNSW" not in factory:
            direct_maps(out, name, factory, metric, data)
    for name, factory in BINARY_KINDS + MORE_BINARY:
        for state, n in (("empty", 0), ("one", 1), ("few", 7), ("more", 500)):
            index = kinds.make_binary(factory, bits, n)
            faiss.write_index_binary(index, f"{out}/{name}.{state}.faiss")
    for makers, write in (
        (special_float(data), faiss.write_index),
        (special_binary(data, bits), faiss.write_index_binary),
    ):
        for name, maker in makers:
            try:
                with Quiet():
                    index = maker()
                write(index, f"{out}/{name}.faiss")
            except (RuntimeError, AttributeError, TypeError) as error:
                note(name, error)
