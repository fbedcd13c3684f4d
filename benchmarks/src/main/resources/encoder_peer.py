"""The same model outside the JVM: onnxruntime in batches, or sentence-transformers where it is installed.

    encoder_peer.py onnx MODEL.onnx TOKENIZER.json        the whole model as one ONNX file
    encoder_peer.py torch FOLDER [DTYPE]                  sentence-transformers on torch
    encoder_peer.py onnx-st FOLDER MODEL.onnx             sentence-transformers on its ONNX backend

Requests: `hello`, answered by `ok VERSION`; `embed TEXTS OUT` (one text a line), answered by
`ok SECONDS`, OUT gets row-major float32; `single TEXTS COUNT`, answered by the median time of the
first texts one by one, `ok MILLISECONDS`.
"""
import os
import sys
import tempfile
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


def sentence_transformers(backend, folder, more):
    import sentence_transformers
    import torch

    torch.set_num_threads(CORES)
    model = sentence_transformers.SentenceTransformer(
        folder, backend=backend, device="cpu", model_kwargs=more)

    def embed(texts):
        rows = model.encode(texts, batch_size=BATCH, show_progress_bar=False, convert_to_tensor=True)
        return rows.float().numpy()

    return embed, f"sentence-transformers {sentence_transformers.__version__}, torch {torch.__version__}"


def with_onnx(folder, model):
    """A folder that has the ONNX file where the backend looks for it."""
    made = tempfile.mkdtemp()
    for name in os.listdir(folder):
        os.symlink(os.path.join(folder, name), os.path.join(made, name))
    os.mkdir(os.path.join(made, "onnx"))
    os.symlink(os.path.abspath(model), os.path.join(made, "onnx", "model.onnx"))
    return made


def load(kind, first, *more):
    if kind == "onnx":
        return onnx(first, *more)
    if kind == "onnx-st":
        return sentence_transformers("onnx", with_onnx(first, *more), {"provider": "CPUExecutionProvider"})
    # Attention in bfloat16 is ten times slower fused than written out where there is no AMX.
    return sentence_transformers(
        "torch", first, {"dtype": more[0], "attn_implementation": "eager"} if more else {})


def read(name):
    with open(name, encoding="utf-8") as file:
        return file.read().splitlines()


def main():
    embed, version = load(*sys.argv[1:])
    for line in sys.stdin:
        words = line.rstrip("\n").split("\t")
        if words[0] == "hello":
            print(f"ok\t{version}", flush=True)
        elif words[0] == "single":
            times = []
            for text in read(words[1])[:int(words[2])]:
                started = time.perf_counter()
                embed([text])
                times.append((time.perf_counter() - started) * 1e3)
            print(f"ok\t{sorted(times)[len(times) // 2]}", flush=True)
        else:
            texts = read(words[1])
            started = time.perf_counter()
            rows = embed(texts)
            seconds = time.perf_counter() - started
            np.asarray(rows, np.float32).tofile(words[2])
            print(f"ok\t{seconds}", flush=True)


main()
