"""Makes the CLIP models and vectors under src/test/resources/fixtures: clip-*, and pictures.

Tiny random CLIP models, saved by sentence-transformers itself, with the vectors that it gives for
the texts of texts.json (texts.f32) and for the pictures, by name (pictures.f32).

    python make_clip_fixtures.py OUT

Vectors are little-endian float32, row-major.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
import transformers
from PIL import Image
from sentence_transformers import SentenceTransformer, models
from tokenizers import (
    Tokenizer,
    models as token_models,
    normalizers,
    pre_tokenizers,
    trainers,
)

from make_fixtures import TEXTS, corpus

START, END = "<|startoftext|>", "<|endoftext|>"


def pictures(folder):
    """Wide, tall, small, gray, transparent, with a palette, and a JPEG."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    random = np.random.default_rng(3)

    def picture(width, height, channels):
        y, x = np.mgrid[0:height, 0:width]
        waves = [np.sin(x / (3 + c) + c) * np.cos(y / (4 + c)) for c in range(channels)]
        smooth = np.stack(waves, -1) * 90 + 128
        return np.clip(smooth + random.normal(0, 20, smooth.shape), 0, 255).astype(np.uint8)

    Image.fromarray(picture(97, 50, 3)).save(folder / "wide.png")
    Image.fromarray(picture(41, 83, 3)).save(folder / "tall.png")
    Image.fromarray(picture(13, 11, 3)).save(folder / "small.png")
    Image.fromarray(picture(33, 32, 3)).save(folder / "close.png")
    Image.fromarray(picture(60, 45, 1)[:, :, 0]).save(folder / "gray.png")
    Image.fromarray(picture(50, 52, 4)).save(folder / "transparent.png")
    Image.fromarray(picture(48, 40, 3)).quantize(32).save(folder / "palette.png")
    Image.fromarray(picture(64, 48, 3)).save(folder / "photo.jpg", quality=90)


def tokenizer(folder):
    """Byte pairs as CLIP has them: the ends of words marked, the special tokens last."""
    trained = Tokenizer(token_models.BPE(end_of_word_suffix="</w>"))
    trained.normalizer = normalizers.Lowercase()
    trained.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trained.train_from_iterator(
        corpus(),
        trainers.BpeTrainer(
            vocab_size=560, initial_alphabet=alphabet, end_of_word_suffix="</w>", special_tokens=[]
        ),
    )
    model = json.loads(trained.to_str())["model"]
    tokens = sorted(alphabet) + [a + "</w>" for a in sorted(alphabet)]
    for left, right in model["merges"]:
        if left + right not in tokens:
            tokens.append(left + right)
    vocabulary = {token: i for i, token in enumerate(tokens + [START, END])}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    merges = "\n".join(left + " " + right for left, right in model["merges"])
    (folder / "merges.txt").write_text("#version: 0.2\n" + merges + "\n", encoding="utf-8")
    return transformers.CLIPTokenizerFast(
        str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=20
    )


def randomize(module):
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            norm = "norm" in name.lower() or "layrnorm" in name
            parameter.normal_(1.0 if norm and name.endswith("weight") else 0.0, 0.2)


def clip(eos, activation, **processing):
    folder = Path(tempfile.mkdtemp())
    words = tokenizer(folder)
    sizes = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
                 hidden_act=activation)
    config = transformers.CLIPConfig(
        text_config=dict(sizes, vocab_size=len(words), max_position_embeddings=20,
                         bos_token_id=words.bos_token_id, pad_token_id=words.pad_token_id,
                         eos_token_id=words.eos_token_id if eos is None else eos),
        vision_config=dict(sizes, image_size=32, patch_size=8),
        projection_dim=24,
    )
    model = transformers.CLIPModel(config)
    randomize(model)
    model.save_pretrained(folder)
    size = dict(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    processor = transformers.CLIPImageProcessor(**{**size, **processing})
    transformers.CLIPProcessor(processor, words).save_pretrained(folder)
    return models.CLIPModel(str(folder))


def save(out, name, modules, subfolder):
    modules[0].save_in_root = not subfolder
    folder = out / name
    shutil.rmtree(folder, ignore_errors=True)
    SentenceTransformer(modules=modules, device="cpu").save(str(folder))
    for extra in ["README.md", "vocab.json", "merges.txt", "special_tokens_map.json"]:
        for file in folder.rglob(extra):
            file.unlink()
    model = SentenceTransformer(str(folder), device="cpu")

    def rows(inputs, to):
        np.stack([model.encode([one])[0] for one in inputs]).astype("<f4").tofile(folder / to)

    rows(TEXTS, "texts.f32")
    files = sorted((out / "pictures").iterdir())
    rows([Image.open(file) for file in files], "pictures.f32")
    print(name, sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()))


def main():
    out = Path(sys.argv[1])
    torch.manual_seed(2)
    pictures(out / "pictures")
    save(out, "clip-root", [clip(None, "quick_gelu")], subfolder=False)
    save(out, "clip-normalize",  # as the first CLIP models were saved
         [clip(2, "gelu", size={"height": 32, "width": 32}, do_center_crop=False, resample=2,
               image_mean=[0.5, 0.4, 0.3], image_std=[0.2, 0.3, 0.4]),
          models.Normalize()], subfolder=True)


if __name__ == "__main__":
    main()
