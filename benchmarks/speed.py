"""How fast the shipped model reads, on one core: ``python benchmarks/speed.py``.

Answers are the corpus's own, numbered so that no two are the same. Each figure is the median of three runs;
the floor, one regular expression per answer, is timed in the same run.
"""

from __future__ import annotations

import os
import platform
import re
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

from why_nps import code, load_bundle
from why_nps.core.codebook import load_codebook
from why_nps.flow.coding import prepare_answer
from why_nps.training.corpus import load_corpus

if TYPE_CHECKING:
    from collections.abc import Callable

ANSWERS = 20_000
MODEL = Path(__file__).parents[1] / "models" / "nl-base"


def measure(work: Callable[[], object]) -> float:
    """Return the median seconds of three runs."""
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def main() -> None:
    """Print the table."""
    corpus = [answer.text for answer in load_corpus(load_codebook())]
    texts = [f"{corpus[i % len(corpus)]} {i}" for i in range(ANSWERS)]
    bundle = load_bundle()
    prepared = [prepare_answer(text) for text in texts]
    clauses = [answer.text[start:end] for answer in prepared for start, end in answer.spans]
    code(texts[:200])
    digits = re.compile(r"\d+$")
    rows = {
        "floor: one regular expression": lambda: [digits.search(text) for text in texts],
        "text: normalise, screen, clauses": lambda: [prepare_answer(text) for text in texts],
        "themes of all clauses, warm": lambda: bundle.themes.predict_both(clauses),
        "the whole of code": lambda: code(texts),
    }
    words = sum(len(text.split()) for text in texts) / len(texts)
    print(f"{platform.processor() or platform.machine()}, one core; {ANSWERS:,} answers of {words:.0f} words")
    for name, work in rows.items():
        print(f"{name:36s} {ANSWERS / measure(work):10,.0f} answers a second")
    print(f"{'loading the bundle':36s} {measure(lambda: load_bundle(MODEL)):10.2f} seconds")
    size = sum(path.stat().st_size for path in MODEL.iterdir()) / 1e6
    print(f"{'bundle on disk':36s} {size:10.1f} MB")


if __name__ == "__main__":
    main()
