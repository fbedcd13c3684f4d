"""The original recipe's loop, as the tutorial describes it, against the same DynamoDB Local.

Lists the pending rows by the sparse index, and for each row: embeds its text, adds the vector to the Faiss index, writes the
index file anew, clears the mark.

    recipe.py ENDPOINT TABLE INDEX_FILE FOLDER                       embeds by sentence-transformers, as the tutorial does
    recipe.py ENDPOINT TABLE INDEX_FILE MODEL.onnx TOKENIZER.json    the same model by ONNX Runtime, which is quicker

A request is `run ROWS`, the answer `ok SECONDS`.
"""
import sys
import time

import boto3
import faiss
import numpy as np


def by_sentence_transformers(folder):
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(folder, device="cpu")
    return lambda text: model.encode([text], normalize_embeddings=True)


def by_onnx_runtime(model, tokenizer_file):
    import onnxruntime
    from tokenizers import Tokenizer

    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    inputs = {i.name for i in session.get_inputs()}
    tokenizer = Tokenizer.from_file(tokenizer_file)
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)

    def embed(text):
        ids = np.array([tokenizer.encode(text).ids], np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        vector = session.run(None, {k: v for k, v in feed.items() if k in inputs})[0].mean(1)
        faiss.normalize_L2(vector)
        return vector

    return embed


endpoint, table_name, index_file, *model = sys.argv[1:]
embed = by_sentence_transformers(*model) if len(model) == 1 else by_onnx_runtime(*model)
embed("the model is loaded before the time counts")
table = boto3.resource("dynamodb", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="local",
                       aws_secret_access_key="local").Table(table_name)
key_names = ("content_group", "content_id")

limit = int(sys.stdin.readline().split("\t")[1])
started = time.perf_counter()
index = faiss.IndexIDMap(faiss.IndexFlatIP(384))
for number, item in enumerate(table.scan(IndexName="faiss_pending")["Items"][:limit]):
    key = {name: item[name] for name in key_names}
    vector = embed(table.get_item(Key=key)["Item"]["content"])
    index.add_with_ids(vector, np.array([number], np.int64))
    faiss.write_index(index, index_file)
    table.update_item(Key=key, UpdateExpression="REMOVE faiss_pending")
assert index.ntotal == limit, index.ntotal
print(f"ok\t{time.perf_counter() - started}", flush=True)
