"""hnswlib and usearch beside ours.

    build ENGINE BASE D OUT       ok SECONDS BYTES      row-major float32, inner product, one thread, M 16, efConstruction 100
    search QUERIES CALLS K EF OUT ok SECONDS            one query a call, the ids of all calls out
"""
import os
import sys
import time

import numpy as np

M, EF_CONSTRUCTION = 16, 100


class Hnswlib:
    def __init__(self, base):
        import hnswlib
        self.index = hnswlib.Index(space="ip", dim=base.shape[1])
        self.index.init_index(len(base), M=M, ef_construction=EF_CONSTRUCTION, random_seed=1)
        self.index.set_num_threads(1)
        self.index.add_items(base, num_threads=1)

    def save(self, file):
        self.index.save_index(file)

    def ef(self, ef):
        self.index.set_ef(ef)

    def search(self, query, k):
        return self.index.knn_query(query, k, num_threads=1)[0][0]


class Usearch:
    def __init__(self, base):
        from usearch.index import Index
        self.index = Index(ndim=base.shape[1], metric="ip", connectivity=M, expansion_add=EF_CONSTRUCTION, dtype="f32")
        self.index.add(np.arange(len(base)), base, threads=1)

    def save(self, file):
        self.index.save(file)

    def ef(self, ef):
        self.index.expansion_search = ef

    def search(self, query, k):
        return self.index.search(query[0], k, threads=1).keys


def main():
    engine = None
    for line in sys.stdin:
        words = line.rstrip("\n").split("\t")
        if words[0] == "hello":
            print("ok", flush=True)
        elif words[0] == "build":
            base = np.fromfile(words[2], np.float32).reshape(-1, int(words[3]))
            started = time.perf_counter()
            engine = {"hnswlib": Hnswlib, "usearch": Usearch}[words[1]](base)
            seconds = time.perf_counter() - started
            engine.save(words[4])
            d = base.shape[1]
            print(f"ok\t{seconds}\t{os.path.getsize(words[4]) - base.nbytes}", flush=True)
        else:
            queries = np.fromfile(words[1], np.float32).reshape(-1, 1, d)
            calls, k = int(words[2]), int(words[3])
            engine.ef(int(words[4]))
            ids, seconds = np.full((calls, k), -1, np.int64), 0.0
            for i in range(calls):
                started = time.perf_counter()
                found = engine.search(queries[i % len(queries)], k)
                seconds += time.perf_counter() - started
                ids[i, :len(found)] = found
            ids.tofile(words[5])
            print(f"ok\t{seconds}", flush=True)


main()
