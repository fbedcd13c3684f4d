"""Compares vectors that VectorDump wrote with those of sentence-transformers.

    python compare_vectors.py MODEL TEXTS VECTORS...

MODEL is a folder, TEXTS a file with a text a line. For each file of VECTORS, little-endian float32,
prints the largest difference of a component, and the least and the mean cosine.
"""

import sys

import numpy as np
from sentence_transformers import SentenceTransformer


def main():
    with open(sys.argv[2], encoding="utf-8") as file:
        texts = file.read().splitlines()
    model = SentenceTransformer(sys.argv[1], device="cpu")
    expected = model.encode_document(texts, batch_size=64).astype(np.float64)
    for name in sys.argv[3:]:
        actual = np.fromfile(name, "<f4").reshape(len(texts), -1).astype(np.float64)
        norms = np.linalg.norm(expected, axis=1) * np.linalg.norm(actual, axis=1)
        cosines = (expected * actual).sum(1) / norms
        print(f"{name}: {len(texts)} texts; max |difference| {np.abs(expected - actual).max():.2e};"
              f" cosine min {cosines.min():.6f} mean {cosines.mean():.6f}")


main()
