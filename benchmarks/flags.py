"""Measure the flags found by wording alone: precision, recall and F1 per flag, and their cost.

Usage: ``python benchmarks/flags.py``. The wordings were written on files 1, 3, 5 and 7 of the corpus and on
the answers of file 9 with an even number; the others measure. Answers of the test split are in neither part.
"""

from __future__ import annotations

import time

import pandas as pd

from why_nps.core.codebook import load_codebook
from why_nps.text import find_remarks, normalise_answer
from why_nps.text.flags import read_wordings
from why_nps.training.corpus import CodedAnswer, load_corpus, split_corpus


def is_development(answer: CodedAnswer) -> bool:
    """Say whether the wordings were written with this answer in sight."""
    file, number = answer.answer_id.removeprefix("t").split("-")
    return int(number) % 2 == 0 if file == "9" else int(file) % 2 == 1


def measure(answers: list[CodedAnswer]) -> pd.DataFrame:
    """Return counts, precision, recall and F1, one row a flag."""
    found = find_remarks([normalise_answer(answer.text).text for answer in answers])
    rows = []
    for flag in read_wordings("words")["flags"]:
        said = [flag in answer.flags for answer in answers]
        claimed = [flag in flags for flags in found]
        hits = sum(a and b for a, b in zip(said, claimed, strict=True))
        rows.append(
            {
                "flag": flag,
                "support": sum(said),
                "found": sum(claimed),
                "precision": hits / max(1, sum(claimed)),
                "recall": hits / max(1, sum(said)),
                "f1": 2 * hits / max(1, sum(said) + sum(claimed)),
            }
        )
    return pd.DataFrame(rows).round(3)


def measure_cost(answers: list[CodedAnswer]) -> float:
    """Return the microseconds per answer without a flag, the best of five."""
    texts = [normalise_answer(answer.text).text for answer in answers if not answer.flags]
    best = min(_time(texts) for _ in range(5))
    return best / len(texts) * 1e6


def _time(texts: list[str]) -> float:
    begin = time.process_time()
    find_remarks(texts)
    return time.process_time() - begin


if __name__ == "__main__":
    ANSWERS = split_corpus(load_corpus(load_codebook()), []).train
    DEVELOPMENT = [answer for answer in ANSWERS if is_development(answer)]
    UNSEEN = [answer for answer in ANSWERS if not is_development(answer)]
    for name, part in (("development", DEVELOPMENT), ("unseen", UNSEEN)):
        print(f"{name}: {len(part):,} answers\n{measure(part).to_string(index=False)}\n")
    print(f"cost: {measure_cost(ANSWERS):.1f} microseconds per answer without a flag")
