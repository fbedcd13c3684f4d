"""How often the same model in Python, with exact search, finds the words of questions.tsv: what the README compares with.

    python questions.py WORDNET_JAR MODEL_JAR QUESTIONS_TSV

needs onnxruntime, tokenizers, numpy. Every synset of WordNet 3.1 is a row, its gloss the text, as in the demo.
"""

import sys
import zipfile

import numpy as np
import onnxruntime
from tokenizers import Tokenizer


def rows(jar):
    for name in sorted(jar.namelist()):
        if name.rsplit("/", 1)[-1] in ("data.noun", "data.verb", "data.adj", "data.adv"):
            for line in jar.read(name).decode("utf-8").splitlines():
                if line.startswith("  ") or "|" not in line:
                    continue
                fields, gloss = line.split("|", 1)
                parts = fields.split()
                count = int(parts[3], 16)
                words = [parts[4 + 2 * i].split("(")[0].replace("_", " ") for i in range(count)]
                yield words, gloss.strip()


def model(jar):
    onnx = next(n for n in jar.namelist() if n.endswith(".onnx"))
    tokens = next(n for n in jar.namelist() if n.endswith("tokenizer.json"))
    tokenizer = Tokenizer.from_str(jar.read(tokens).decode("utf-8"))
    tokenizer.enable_truncation(256)
    tokenizer.no_padding()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(jar.read(onnx), options)
    return tokenizer, session


def embed(texts, tokenizer, session, batch=64):
    encoded = [e.ids for e in tokenizer.encode_batch(texts)]
    order = np.argsort([len(e) for e in encoded], kind="stable")
    vectors = np.zeros((len(texts), 384), np.float32)
    for start in range(0, len(texts), batch):
        part = order[start : start + batch]
        width = max(len(encoded[i]) for i in part)
        ids = np.zeros((len(part), width), np.int64)
        mask = np.zeros_like(ids)
        for row, i in enumerate(part):
            ids[row, : len(encoded[i])] = encoded[i]
            mask[row, : len(encoded[i])] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        out = session.run(None, feed)[0]
        mean = (out * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
        vectors[part] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
    return vectors


def main():
    with zipfile.ZipFile(sys.argv[1]) as jar:
        dictionary = list(rows(jar))
    with zipfile.ZipFile(sys.argv[2]) as jar:
        tokenizer, session = model(jar)
    questions = [
        line.rstrip("\n").split("\t")
        for line in open(sys.argv[3], encoding="utf-8")
        if line.strip() and not line.startswith("#")
    ]
    vectors = embed([gloss for _, gloss in dictionary], tokenizer, session)
    asked = embed([q[0] for q in questions], tokenizer, session)
    first = ten = 0
    for question, scores in zip(questions, asked @ vectors.T):
        best = np.argsort(-scores, kind="stable")[:10]
        hit = [question[1] in dictionary[i][0] for i in best]
        first += hit[0]
        ten += any(hit)
    print(f"{len(dictionary)} rows, {len(questions)} questions: {first} first, {ten} in the first ten")


main()
