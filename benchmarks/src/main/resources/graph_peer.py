"""Graph libraries beside ours, one thread, one query a call: hnswlib or usearch, named as the argument.

    open BASE DIMENSION FILE            builds FILE unless it is there; ok and the processor seconds that it took
    search QUERIES COUNT WIDTH K OUT    ok and processor seconds; OUT gets the inner product of each hit, float32
"""
import os
import sys
import time

import numpy as np

LINKS, BUILD_WIDTH = 16, 100


class Hnswlib:
    def __init__(self, dimension):
        import hnswlib

        self.index = hnswlib.Index(space="ip", dim=dimension)

    def build(self, base):
        self.index.init_index(max_elements=len(base), M=LINKS, ef_construction=BUILD_WIDTH)
        self.index.add_items(base, np.arange(len(base)), num_threads=1)

    def save(self, file):
        self.index.save_index(file)

    def load(self, file):
        self.index.load_index(file)
        self.index.set_num_threads(1)

    def width(self, width):
        self.index.set_ef(width)

    def search(self, query, k):
        return 1 - self.index.knn_query(query, k=k, num_threads=1)[1][0]


class Usearch:
    def __init__(self, dimension):
        from usearch.index import Index

        self.index = Index(ndim=dimension, metric="ip", dtype="f32", connectivity=LINKS, expansion_add=BUILD_WIDTH)

    def build(self, base):
        self.index.add(np.arange(len(base)), base, threads=1)

    def save(self, file):
        self.index.save(file)

    def load(self, file):
        self.index.load(file)

    def width(self, width):
        self.index.expansion_search = width

    def search(self, query, k):
        return 1 - self.index.search(query, k, threads=1).distances


def opened(library, base, dimension, file):
    engine = {"hnswlib": Hnswlib, "usearch": Usearch}[library](dimension)
    figure = file + ".seconds"
    if not os.path.exists(figure):
        vectors = np.fromfile(base, np.float32).reshape(-1, dimension)
        started = time.process_time()
        engine.build(vectors)
        seconds = time.process_time() - started
        engine.save(file)
        with open(figure, "w", encoding="ascii") as out:
            out.write(str(seconds))
    engine.load(file)
    with open(figure, encoding="ascii") as kept:
        return engine, kept.read()


def search(engine, file, count, width, k, out):
    queries = np.fromfile(file, np.float32).reshape(-1, dimension)[:count]
    engine.width(width)
    found, seconds = np.full((count, k), -2, np.float32), 0.0
    for i, query in enumerate(queries):
        started = time.thread_time()
        products = engine.search(query, k)
        seconds += time.thread_time() - started
        found[i, :len(products)] = products
    found.tofile(out)
    return seconds


engine, dimension = None, 0
for line in sys.stdin:
    words = line.rstrip("\n").split("\t")
    if words[0] == "open":
        dimension = int(words[2])
        engine, cost = opened(sys.argv[1], words[1], dimension, words[3])
        print(f"ok\t{cost}", flush=True)
    elif words[0] == "search":
        print(f"ok\t{search(engine, words[1], int(words[2]), int(words[3]), int(words[4]), words[5])}", flush=True)
    else:
        print("error\tunknown request", flush=True)
