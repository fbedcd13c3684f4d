"""Makes the reference models and vectors under src/test/resources/fixtures.

Tiny random models of every architecture, pooling and module, saved by sentence-transformers itself,
each with the vectors that it gives; and vectors of the default model by ONNX Runtime.

    python make_fixtures.py OUT MINILM_JAR WORDNET_JAR

Vectors are little-endian float32, row-major, one row for each text of texts.json:
vectors.f32 by encode_document, queries.f32 by encode_query.
"""

import json
import random
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import onnxruntime
import torch
import transformers
from sentence_transformers import SentenceTransformer, models
from tokenizers import (
    Tokenizer,
    decoders,
    models as token_models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

TEXTS = [
    "a place where bread is made",
    "bakery",
    "",
    " ",
    "\tA tab,\na line and a no-break space\u00a0",
    "The quick brown fox jumps over the lazy dog.",
    "the act of making something ready",
    "UPPER lower MiXeD",
    "na\u00efve caf\u00e9 \u00fcber stra\u00dfe \u0130stanbul",
    "\U0001f600\U0001f1e9\U0001f1ea \U0001f469\u200d\U0001f680 emoji \u2764\ufe0f",
    "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645",
    "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd right to left",
    "\u65e5\u672c\u8a9e\u306e\u6587\u7ae0 \u4e2d\u6587",
    "a literal [PAD] and <pad> and [SEP] </s> inside",
    "x" * 300,
    "one two three four five six seven eight nine ten " * 40,
    "bread " * 15,
    "numbers 1234567890, 3.14159 and -7",
    "punctuation!?;:()[]{}<>@#$%^&*",
    "1",
]
ALL_MODES = dict(
    pooling_mode_cls_token=True,
    pooling_mode_max_tokens=True,
    pooling_mode_mean_tokens=True,
    pooling_mode_mean_sqrt_len_tokens=True,
    pooling_mode_weightedmean_tokens=True,
    pooling_mode_lasttoken=True,
)
HIDDEN = 32


def corpus():
    words = " ".join(t for t in TEXTS if len(t) < 200)
    return [words] * 20 + TEXTS


def word_piece(specials, cls, sep):
    tokenizer = Tokenizer(token_models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.train_from_iterator(
        corpus(), trainers.WordPieceTrainer(vocab_size=260, special_tokens=specials)
    )
    return with_ends(tokenizer, cls, sep)


def byte_pair():
    tokenizer = Tokenizer(token_models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        corpus(),
        trainers.BpeTrainer(
            vocab_size=330,
            special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        ),
    )
    return with_ends(tokenizer, "<s>", "</s>")


def unigram():
    tokenizer = Tokenizer(token_models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.train_from_iterator(
        corpus(),
        trainers.UnigramTrainer(
            vocab_size=250,
            unk_token="<unk>",
            special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
        ),
    )
    return with_ends(tokenizer, "<s>", "</s>")


def with_ends(tokenizer, cls, sep):
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{cls} $A {sep}",
        pair=f"{cls} $A {sep} $B {sep}",
        special_tokens=[(cls, tokenizer.token_to_id(cls)), (sep, tokenizer.token_to_id(sep))],
    )
    return tokenizer


def fast(tokenizer, style, max_length):
    if style == "bert":
        names = dict(
            unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]",
            mask_token="[MASK]",
        )
    else:
        names = dict(
            unk_token="[UNK]" if style == "mpnet" else "<unk>", pad_token="<pad>",
            cls_token="<s>", sep_token="</s>", bos_token="<s>", eos_token="</s>",
            mask_token="<mask>",
        )
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=max_length,
        model_input_names=["input_ids", "attention_mask"], **names
    )


def bert_tokenizer():
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    return fast(word_piece(specials, "[CLS]", "[SEP]"), "bert", 60)


def mpnet_tokenizer():
    specials = ["<s>", "<pad>", "</s>", "[UNK]", "<mask>"]
    return fast(word_piece(specials, "<s>", "</s>"), "mpnet", 290)


def sizes(tokenizer, **more):
    return dict(
        vocab_size=len(tokenizer),
        hidden_size=HIDDEN,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=48,
        **more,
    )


def bert(**more):
    tokenizer = bert_tokenizer()
    config = transformers.BertConfig(
        **sizes(tokenizer, **{"max_position_embeddings": 64, **more})
    )
    return transformers.BertModel(config, add_pooling_layer=False), tokenizer


def distilbert():
    tokenizer = bert_tokenizer()
    config = transformers.DistilBertConfig(
        vocab_size=len(tokenizer), dim=HIDDEN, n_layers=2, n_heads=4, hidden_dim=48,
        max_position_embeddings=64,
    )
    return transformers.DistilBertModel(config), tokenizer


def roberta():
    tokenizer = fast(byte_pair(), "roberta", 62)
    config = transformers.RobertaConfig(
        **sizes(tokenizer, max_position_embeddings=64, type_vocab_size=1, layer_norm_eps=1e-5),
        pad_token_id=1, bos_token_id=0, eos_token_id=2,
    )
    return transformers.RobertaModel(config, add_pooling_layer=False), tokenizer


def xlm_roberta():
    tokenizer = fast(unigram(), "xlm-roberta", 62)
    config = transformers.XLMRobertaConfig(
        **sizes(tokenizer, max_position_embeddings=64, type_vocab_size=1, layer_norm_eps=1e-5),
        pad_token_id=1, bos_token_id=0, eos_token_id=2,
    )
    return transformers.XLMRobertaModel(config, add_pooling_layer=False), tokenizer


def mpnet():
    tokenizer = mpnet_tokenizer()
    config = transformers.MPNetConfig(
        **sizes(tokenizer, max_position_embeddings=300, layer_norm_eps=1e-5),
        pad_token_id=1, bos_token_id=0, eos_token_id=2,
    )
    return transformers.MPNetModel(config, add_pooling_layer=False), tokenizer


def randomize(module):
    """The usual start of training, 0.02, makes all vectors alike; these differ."""
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            norm = "norm" in name.lower() and name.endswith("weight")
            if norm:
                parameter.normal_(1.0, 0.2)
            else:
                parameter.normal_(0.0, 0.25)


def transformer(made, folder, **more):
    model, tokenizer = made
    randomize(model)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return models.Transformer(str(folder), **more)


def vectors(model, method, texts):
    rows = [method(text, convert_to_numpy=True) for text in texts]  # one by one: no padding
    return np.stack(rows).astype("<f4")


def save(out, name, modules, dtype=None, shard=None, **more):
    model = SentenceTransformer(modules=modules, device="cpu", **more)
    for module in modules[1:]:
        randomize(module)
    folder = out / name
    model.save(str(folder))
    if dtype is not None:
        half = model[0].auto_model.to(dtype)
        half.save_pretrained(folder)
    if shard is not None:
        (folder / "model.safetensors").unlink()
        model[0].auto_model.save_pretrained(folder, max_shard_size=shard)
    finish(folder)


def finish(folder):
    for extra in ["README.md", "vocab.txt", "special_tokens_map.json"]:
        (folder / extra).unlink(missing_ok=True)
    model = SentenceTransformer(str(folder), device="cpu", model_kwargs={"torch_dtype": "float32"})
    vectors(model, model.encode_document, TEXTS).tofile(folder / "vectors.f32")
    vectors(model, model.encode_query, TEXTS).tofile(folder / "queries.f32")
    print(folder.name, sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()))


def tiny_models(out, scratch):
    def mean(**more):
        return models.Pooling(HIDDEN, pooling_mode="mean", **more)

    def next_folder():
        return tempfile.mkdtemp(dir=scratch)

    save(out, "bert-mean-normalize",
         [transformer(bert(), next_folder(), max_seq_length=32), mean(), models.Normalize()])
    save(out, "bert-all-poolings",
         [transformer(bert(hidden_act="gelu_new"), next_folder()),
          models.Pooling(HIDDEN, **ALL_MODES)])
    save(out, "bert-prompts",
         [transformer(bert(hidden_act="relu"), next_folder()),
          # Without cls: max pooling overwrites it in place where the prompt is left out.
          models.Pooling(HIDDEN, include_prompt=False,
                         **{**ALL_MODES, "pooling_mode_cls_token": False})],
         prompts={"query": "bread is made: ", "passage": "place of bread "})
    save(out, "bert-default-prompt",
         [transformer(bert(), next_folder(), do_lower_case=True), mean()],
         prompts={"any": "the fox "}, default_prompt_name="any")
    save(out, "bert-dense-layernorm",
         [transformer(bert(), next_folder()), mean(),
          models.Dense(HIDDEN, 24), models.LayerNorm(24),
          models.Dense(24, 16, bias=False, activation_function=torch.nn.Identity()),
          models.Normalize()])
    save(out, "bert-float16", [transformer(bert(), next_folder()), mean()], dtype=torch.float16)
    save(out, "bert-bfloat16", [transformer(bert(), next_folder()), mean()], dtype=torch.bfloat16)
    save(out, "bert-sharded", [transformer(bert(), next_folder()), mean()], shard="40KB")
    save(out, "distilbert-cls",
         [transformer(distilbert(), next_folder()),
          models.Pooling(HIDDEN, pooling_mode="cls"), models.Normalize()])
    save(out, "roberta-mean", [transformer(roberta(), next_folder()), mean(), models.Normalize()])
    save(out, "xlm-roberta-max",
         [transformer(xlm_roberta(), next_folder()), models.Pooling(HIDDEN, pooling_mode="max")])
    save(out, "mpnet-mean", [transformer(mpnet(), next_folder()), mean(), models.Normalize()])
    plain = out / "bert-plain"
    transformer(bert(), plain)
    finish(plain)


def glosses(wordnet_jar, count):
    lines = []
    with zipfile.ZipFile(wordnet_jar) as jar:
        for part in ["noun", "verb", "adj", "adv"]:
            name = next(n for n in jar.namelist() if n.endswith("data." + part))
            for line in jar.read(name).decode("utf-8").splitlines():
                if not line.startswith(" ") and "|" in line:
                    lines.append(line.split("|", 1)[1].strip())
    return random.Random(1).sample(lines, count)


def default_model(out, minilm_jar, wordnet_jar):
    texts = TEXTS + glosses(wordnet_jar, 200 - len(TEXTS))
    with zipfile.ZipFile(minilm_jar) as jar:
        session = onnxruntime.InferenceSession(jar.read("all-minilm-l6-v2.onnx"))
        tokenizer = Tokenizer.from_str(jar.read("all-minilm-l6-v2-tokenizer.json").decode())
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)
    rows = []
    for text in texts:
        ids = np.array([tokenizer.encode(text.strip()).ids], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids),
                 "token_type_ids": np.zeros_like(ids)}
        wanted = {i.name: given[i.name] for i in session.get_inputs()}
        row = session.run(None, wanted)[0][0].astype(np.float64).mean(0)
        rows.append(row / np.linalg.norm(row))
    folder = out / "default-model"
    folder.mkdir()
    np.stack(rows).astype("<f4").tofile(folder / "vectors.f32")
    (folder / "texts.json").write_text(json.dumps(texts, indent=0), encoding="utf-8")


def main():
    out = Path(sys.argv[1])
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    torch.manual_seed(1)
    (out / "texts.json").write_text(json.dumps(TEXTS, indent=0), encoding="utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        tiny_models(out, scratch)
    default_model(out, sys.argv[2], sys.argv[3])


if __name__ == "__main__":
    main()
