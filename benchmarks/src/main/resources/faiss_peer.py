"""PyPI's faiss-cpu beside ours: same files, same queries, one thread. Requests are those of driver.cpp, load and search."""
import sys
import time

import faiss
import numpy as np

faiss.omp_set_num_threads(1)
# 1.15 runs batches query by query up to 128,000 of them, 1.12 from 20 on as one product: compare like with like.
faiss.cvar.distance_compute_blas_threshold = 20


def search(index, file, nq, calls, k, out):
    queries = np.fromfile(file, np.float32).reshape(-1, index.d)
    batches = len(queries) // nq
    parts = [np.ascontiguousarray(queries[i * nq:(i + 1) * nq]) for i in range(batches)]
    distances, ids = np.empty((nq, k), np.float32), np.empty((nq, k), np.int64)
    everything = np.empty((calls, nq, k), np.int64)
    started = time.thread_time()
    for i in range(calls):
        index.search(parts[i % batches], k, D=distances, I=ids)
        everything[i] = ids
    seconds = time.thread_time() - started
    everything.tofile(out)
    return seconds


def main():
    index = None
    for line in sys.stdin:
        words = line.rstrip("\n").split("\t")
        if words[0] == "hello":
            print(f"ok\t{faiss.__version__}\t{faiss.get_compile_options().strip()}", flush=True)
        elif words[0] == "load":
            index = faiss.read_index(words[1])
            if words[2] != "-":
                faiss.ParameterSpace().set_index_parameters(index, words[2])
            print("ok", flush=True)
        elif words[0] == "search":
            seconds = search(index, words[1], int(words[2]), int(words[3]), int(words[4]), words[5])
            print(f"ok\t{seconds}", flush=True)
        else:
            print("error\tunknown request", flush=True)


main()
