"""How well clauses fit the mentions that people marked: ours against a naive splitter.

For each set of answers the table shows
inside   share of marked spans of which at least 80 % lies in one clause,
apart    share of pairs of marked spans with different themes that end in different clauses,
mean     their harmonic mean,
clauses and mentions an answer.

Run it from the repository: python benchmarks/clauses.py
"""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from why_nps.text.clauses import split_clauses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Span = tuple[int, int]
    Splitter = Callable[[str], list[Span]]

CORPUS = Path(__file__).parents[1] / "src" / "why_nps" / "data" / "corpus"
SETS = {"developed on": (1, 3, 5, 7, 9), "held out": (2, 4, 6, 8)}
_NAIVE = re.compile(r"[.!?;,\n]+(?=\s|$)|\b(?:maar|en)\b", re.IGNORECASE)


def main() -> None:
    """Print the table."""
    print(
        f"{'answers':<14}{'splitter':<10}{'inside':>8}{'apart':>8}{'mean':>8}{'clauses':>9}{'mentions':>10}"
    )
    for name, numbers in SETS.items():
        answers = read_answers(numbers)
        for splitter, split in (("naive", split_naively), ("ours", split_clauses)):
            inside, apart, clauses, mentions = measure(answers, split)
            mean = 2 * inside * apart / (inside + apart)
            print(
                f"{name:<14}{splitter:<10}{inside:>8.3f}{apart:>8.3f}{mean:>8.3f}{clauses:>9.2f}{mentions:>10.2f}"
            )


def read_answers(numbers: Iterable[int]) -> list[dict[str, Any]]:
    """Read the corpus files with these numbers; answers without a mention are left out."""
    lines = [
        json.loads(line)
        for number in numbers
        for line in (CORPUS / f"answers_{number}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    return [line for line in lines if line["mentions"]]


def measure(answers: list[dict[str, Any]], split: Splitter) -> tuple[float, float, float, float]:
    """Return the shares inside and apart, and clauses and mentions an answer."""
    inside: list[bool] = []
    apart: list[bool] = []
    clauses = 0
    for answer in answers:
        found = split(answer["answer"])
        clauses += len(found)
        marked = []
        for mention in answer["mentions"]:
            start = answer["answer"].index(mention["span"])
            span = start, start + len(mention["span"])
            best = max(range(len(found)), key=lambda i, span=span: _overlap(span, found[i]), default=-1)
            inside.append(best >= 0 and _overlap(span, found[best]) >= 0.8 * (span[1] - span[0]))
            marked.append((span, mention["theme"], best))
        apart += [
            one != other
            for (a, theme, one), (b, second, other) in combinations(marked, 2)
            if theme != second and not _overlap(a, b)
        ]
    mentions = len(inside)
    return sum(inside) / mentions, sum(apart) / len(apart), clauses / len(answers), mentions / len(answers)


def split_naively(text: str) -> list[Span]:
    """Split at punctuation, "maar" and "en"."""
    ends = [match.span() for match in _NAIVE.finditer(text)]
    starts = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(text)]
    return [(a, b) for a, b in zip(starts, stops, strict=True) if text[a:b].strip()]


def _overlap(one: Span, other: Span) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


if __name__ == "__main__":
    main()
