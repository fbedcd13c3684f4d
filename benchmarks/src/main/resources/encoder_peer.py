"""The same model outside the JVM: onnxruntime in batches, or sentence-transformers where it is installed.

    encoder_peer.py onnx MODEL.onnx TOKENIZER.json        the whole model as one ONNX file
    encoder_peer.py torch|onnx-st FOLDER                  sentence-transformers on its torch or ONNX backend

A request is `embed TEXTS OUT` (one text a line); the answer `ok SECONDS`; OUT gets row-major float32.
"""
import os
import sys
import time

import numpy as np

CORES = len(os.sched_getaffinity(0))
BATCH = 32
MAX_TOKENS = 256


def onnx(model, tokenizer_file):
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = CORES
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    names = {i.name for i in session.get_inputs()}
    tokenizer = Tokenizer.from_file(tokenizer_file)
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.enable_padding()

    def embed(texts):
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        rows = [None] * len(texts)
        for start in range(0, len(texts), BATCH):
            some = order[start:start + BATCH]
            encoded = tokenizer.encode_batch([texts[i] for i in some])
            ids = np.array([e.ids for e in encoded], np.int64)
            mask = np.array([e.attention_mask for e in encoded], np.int64)
            feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            hidden = session.run(None, {k: v for k, v in feed.items() if k in names})[0]
            weights = mask[:, :, None].astype(np.float32)
            pooled = (hidden * weights).sum(1) / weights.sum(1)
            pooled /= np.linalg.norm(pooled, axis=1, keepdims=True)
            for i, row in zip(some, pooled):
                rows[i] = row
        return np.stack(rows)

    return embed, f"onnxruntime {onnxruntime.__version__}"


def sentence_transformers(backend, folder):
    import sentence_transformers
    import torch

    torch.set_num_threads(CORES)
    model = sentence_transformers.SentenceTransformer(folder, backend=backend, device="cpu")
    return (lambda texts: model.encode(texts, batch_size=BATCH, show_progress_bar=False)), (
        f"sentence-transformers {sentence_transformers.__version__}, torch {torch.__version__}")


def main():
    kind = sys.argv[1]
    embed, version = onnx(*sys.argv[2:4]) if kind == "onnx" else sentence_transformers(
        "onnx" if kind == "onnx-st" else "torch", sys.argv[2])
    for line in sys.stdin:
        words = line.rstrip("\n").split("\t")
        if words[0] == "hello":
            print(f"ok\t{version}", flush=True)
            continue
        with open(words[1], encoding="utf-8") as file:
            texts = file.read().splitlines()
        started = time.perf_counter()
        rows = embed(texts)
        seconds = time.perf_counter() - started
        np.asarray(rows, np.float32).tofile(words[2])
        print(f"ok\t{seconds}", flush=True)


main()
