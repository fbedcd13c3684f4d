"""Read index files that Java wrote with Python's Faiss, and answer from them.

    python read_files.py FOLDER WHO

FOLDER has NAME.faiss, query.f32 and query.u8 as make_files.py writes them; NAME.WHO.ids.i64 and NAME.WHO.distances.f32, of a
search of all queries with k = 10, are written beside them. One thread.
"""

import pathlib
import sys

import faiss
import numpy as np
from make_files import BITS, D, K

folder, who = pathlib.Path(sys.argv[1]), sys.argv[2]
faiss.omp_set_num_threads(1)
faiss.cvar.distance_compute_blas_threshold = 20  # as in 1.12
queries = np.fromfile(folder / "query.f32", "<f4").reshape(-1, D)
bits = np.fromfile(folder / "query.u8", "u1").reshape(-1, BITS // 8)
for file in sorted(folder.glob("*.faiss")):
    binary = file.read_bytes()[:2] == b"IB"
    index = faiss.read_index_binary(str(file)) if binary else faiss.read_index(str(file))
    distances, ids = index.search(bits if binary else queries, K)
    ids.astype("<i8").tofile(folder / f"{file.stem}.{who}.ids.i64")
    distances.astype("<f4").tofile(folder / f"{file.stem}.{who}.distances.f32")
