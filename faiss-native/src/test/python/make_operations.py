"""Do to every kind of index what the Java tests do, with Python's Faiss, and write what came of it.

    python make_operations.py OUTDIR          after make_files.py OUTDIR

Each operation runs in a process of its own, since some end it. OUTDIR gets

    operations.tsv                  kind, operation, outcome: ok, "ends the process", or Faiss's text
    NAME.radius.f32                 of RANGE_SEARCH
    NAME.OPERATION.ids.i64          and .distances.f32: a search of QUERIES queries, k = 10, after or under it (RESET: and
                                    after adding again);
                                    of RANGE_SEARCH the hits, and their limits in .limits.i64
    NAME.SEARCH_AND_RECONSTRUCT.vectors.f32     what stands behind the ids that it found
    NAME.ASSIGN.ids.i64
    NAME.RECONSTRUCT.vectors.f32    the vectors at PLACES (.u8 for the binary kinds)
    NAME.ENCODE.{codes.u8,vectors.f32}      codes of the first QUERIES training rows, and what they stand for
    NAME.LISTS.sizes.i64
"""

import os
import sys

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import faiss
import numpy as np
from make_files import BITS, D, K, N

QUERIES, ADDED, PLACES = 20, 100, (0, 7, 999)
REFILLED = 200  # rows that an emptied index gets: NSG builds no graph of 100
FROM, TO = 100, 400  # ids removed, or let through
ADD_ID = 10_000  # the first id added


class Subject:
    def __init__(self, out, name, factory, metric, ids):
        self.out, self.name, self.binary = out, name, metric == "hamming"
        self.mapped, self.similarity = ids == "mapped", metric == "ip"
        suffix, dtype, width = ("u8", "u1", BITS // 8) if self.binary else ("f32", "<f4", D)
        self.rows = np.fromfile(f"{out}/data.{suffix}", dtype).reshape(-1, width)
        self.queries = np.fromfile(f"{out}/query.{suffix}", dtype).reshape(-1, width)[:QUERIES]
        self.index = self.read()

    def read(self):
        path = f"{self.out}/{self.name}.faiss"
        return faiss.read_index_binary(path) if self.binary else faiss.read_index(path)

    def save(self, operation, what, array, dtype):
        extension = {"<i8": "i64", "<f4": "f32", "u1": "u8"}[dtype]
        array.astype(dtype).tofile(f"{self.out}/{self.name}.{operation}.{what}.{extension}")

    def answer(self, operation, index=None, **parameters):
        distances, ids = (index or self.index).search(self.queries, K, **parameters)
        self.save(operation, "ids", ids, "<i8")
        self.save(operation, "distances", distances, "<f4")

    def search(self):
        self.answer("SEARCH")

    def search_and_reconstruct(self):
        if self.binary:
            raise RuntimeError("there is none")
        distances, ids, vectors = self.index.search_and_reconstruct(self.queries, K)
        self.save("SEARCH_AND_RECONSTRUCT", "ids", ids, "<i8")
        self.save("SEARCH_AND_RECONSTRUCT", "distances", distances, "<f4")
        self.save("SEARCH_AND_RECONSTRUCT", "vectors", vectors, "<f4")

    def assign(self):
        self.save("ASSIGN", "ids", self.index.assign(self.queries, K), "<i8")

    def add(self):
        self.index.add(self.rows[N : N + ADDED])
        self.answer("ADD")

    def add_with_ids(self):
        self.index.add_with_ids(self.rows[N : N + ADDED], np.arange(ADD_ID, ADD_ID + ADDED, dtype="i8"))
        self.answer("ADD_WITH_IDS")

    def remove(self):
        removed = self.index.remove_ids(faiss.IDSelectorRange(FROM, TO))
        if removed != (sum(FROM <= 3 * i + 5 < TO for i in range(N)) if self.mapped else TO - FROM):
            raise RuntimeError(f"counts {removed} removed")
        self.answer("REMOVE")

    def reset(self):
        self.index.reset()
        if self.index.ntotal:
            raise RuntimeError(f"leaves {self.index.ntotal}")
        rows = self.rows[N : N + REFILLED]
        if self.mapped:
            self.index.add_with_ids(rows, np.arange(ADD_ID, ADD_ID + REFILLED, dtype="i8"))
        else:
            self.index.add(rows)
        _, ids = self.index.search(self.queries, K)
        if ids.max() >= (ADD_ID if self.mapped else 0) + REFILLED:
            raise RuntimeError("finds what was there before")
        self.answer("RESET")

    def reconstruct(self):
        direct_map(self.index)
        ids = [3 * place + 5 if self.mapped else place for place in PLACES]
        vectors = np.stack([self.index.reconstruct(id) for id in ids])
        self.save("RECONSTRUCT", "vectors", vectors, "u1" if self.binary else "<f4")

    def range_search(self):
        distances, _ = self.index.search(self.queries, 5)
        radius = float(np.median(distances[:, 4]))
        self.save_radius(radius)
        limits, distances, ids = self.index.range_search(self.queries, int(radius) if self.binary else radius)
        self.save("RANGE_SEARCH", "limits", limits, "<i8")
        self.save("RANGE_SEARCH", "ids", ids, "<i8")
        self.save("RANGE_SEARCH", "distances", distances, "<f4")

    def save_radius(self, radius):
        np.array([radius], "<f4").tofile(f"{self.out}/{self.name}.radius.f32")

    def merge(self):
        other = self.read()
        self.index.merge_from(other, N if keeps_ids(self.index) else 0)
        self.answer("MERGE")

    def filter(self):
        parameters = parameters_of(self.index, faiss.IDSelectorRange(FROM, TO))
        self.answer("FILTER", params=parameters)

    def copy(self):
        clone = faiss.clone_binary_index if self.binary else faiss.clone_index
        self.answer("COPY", clone(self.index))

    def encode(self):
        rows = self.rows[:QUERIES]
        codes = self.index.sa_encode(rows)
        decoded = self.index.sa_decode(codes)
        if isinstance(self.index, faiss.IndexRefine) and not np.allclose(decoded, rows, atol=0.05):
            raise RuntimeError("decodes the wrong part of a code")
        self.save("ENCODE", "codes", codes, "u1")
        self.save("ENCODE", "vectors", decoded, "<f4")

    def upsert(self):
        raise RuntimeError("there is none")

    def copy_subset(self):
        if self.binary:
            raise RuntimeError("there is none")
        other = self.read()
        other.reset()
        inner = faiss.extract_index_ivf(other)
        faiss.extract_index_ivf(self.index).copy_subset_to(inner, faiss.InvertedLists.SUBSET_TYPE_ID_RANGE, FROM, TO)
        other.ntotal = inner.ntotal
        self.answer("COPY_SUBSET", other)

    def lists(self):
        inverted = (self.index if self.binary else faiss.extract_index_ivf(self.index)).invlists
        sizes = np.array([inverted.list_size(i) for i in range(inverted.nlist)])
        self.save("LISTS", "sizes", sizes, "<i8")


OPERATIONS = ("search", "search_and_reconstruct", "assign", "add", "add_with_ids", "remove", "reset", "reconstruct",
              "range_search", "merge", "filter", "copy", "encode", "upsert", "copy_subset", "lists")


def keeps_ids(index):
    while isinstance(index, faiss.IndexPreTransform):
        index = faiss.downcast_index(index.index)
    return isinstance(index, (faiss.IndexIVF, faiss.IndexBinaryIVF, faiss.IndexIDMap, faiss.IndexBinaryIDMap))


def direct_map(index):
    if isinstance(index, (faiss.IndexPreTransform, faiss.IndexIDMap, faiss.IndexBinaryIDMap)):
        inner = index.index
        direct_map(faiss.downcast_index(inner) if isinstance(inner, faiss.Index) else faiss.downcast_IndexBinary(inner))
    elif isinstance(index, (faiss.IndexIVF, faiss.IndexBinaryIVF)):
        index.make_direct_map()


def parameters_of(index, selector):
    """Of the class that this kind reads: Faiss ignores another one in silence."""
    if isinstance(index, (faiss.IndexIDMap, faiss.IndexPreTransform)):
        return parameters_of(faiss.downcast_index(index.index), selector)
    if isinstance(index, faiss.IndexRefine):
        inner = parameters_of(faiss.downcast_index(index.base_index), selector)
        return faiss.IndexRefineSearchParameters(k_factor=index.k_factor, base_index_params=inner)
    if isinstance(index, faiss.IndexIVFRaBitQ):
        return faiss.IVFRaBitQSearchParameters(sel=selector, nprobe=index.nprobe, qb=index.qb)
    if isinstance(index, faiss.IndexIVFPQ):
        return faiss.IVFPQSearchParameters(sel=selector, nprobe=index.nprobe)
    if isinstance(index, faiss.IndexIVF):
        return faiss.SearchParametersIVF(sel=selector, nprobe=index.nprobe)
    if isinstance(index, faiss.IndexHNSW):
        return faiss.SearchParametersHNSW(sel=selector, efSearch=index.hnsw.efSearch)
    return faiss.SearchParameters(sel=selector)


def outcome(subject, operation):
    """Of the operation in a child: ok, or why not."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 2)
        status = 0
        try:
            getattr(subject, operation)()
        except BaseException as error:  # whatever it is, it is the outcome
            text = str(error).strip().split(": ")[-1].split("\n")[-1]
            os.write(writing, (text or type(error).__name__)[:90].encode())
            status = 1
        os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text = pipe.read().decode()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return "ok" if status == 0 else text if status == 1 else "ends the process"


def main():
    out = sys.argv[1]
    faiss.omp_set_num_threads(1)
    with open(f"{out}/kinds.tsv", encoding="ascii") as tsv:
        kinds = [line.rstrip("\n").split("\t") for line in tsv][1:]
    rows = []
    for name, factory, metric, _, _, ids in kinds:
        if name == "Lattice":  # its search crashes
            continue
        subject = Subject(out, name, factory, metric, ids)
        rows += [(name, operation.upper(), outcome(subject, operation)) for operation in OPERATIONS]
    with open(f"{out}/operations.tsv", "w", encoding="utf-8") as tsv:
        tsv.writelines("\t".join(row) + "\n" for row in rows)


if __name__ == "__main__":
    main()
