"""Make the accurate model of what encoders learned: ``python tools/accurate.py OUT WHOLE 0=A 1=B 2=C``.

WHOLE, A, B, C are files of ``tools/teacher.py``: of an encoder that learned from everything, and of ones that
left a fold of sectors out. The shipped recipe is fitted without the same folds; how both models join is
learned, and what they reach is measured, on the left-out sectors. Needs the extra ``accurate``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from safetensors.numpy import load_file

from why_nps.core.codebook import load_codebook
from why_nps.themes import load_bundle
from why_nps.themes.context import save_context
from why_nps.training.context import read_fold, train_accurate
from why_nps.training.corpus import load_clause_bank, load_corpus, split_corpus
from why_nps.training.fit import deal_folds, fit_without
from why_nps.training.recipe import load_recipe


def main() -> None:
    """Join, measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("whole", type=Path)
    parser.add_argument("folds", nargs="+", help="NUMBER=FILE")
    asked = parser.parse_args()
    book, bank, recipe = load_codebook(), load_clause_bank(), load_recipe()
    answers = split_corpus(load_corpus(book), bank).train
    dealt = deal_folds(answers, recipe)
    folds = []
    for number, _, path in (named.partition("=") for named in asked.folds):
        fit = fit_without(*dealt[int(number)], bank, book, recipe)
        folds.append(read_fold(fit, load_file(path)))
        print(f"fold {number}: {len(fit.held):,} answers read", flush=True)
    base = load_bundle()
    bundle, arrays = train_accurate(base, load_file(asked.whole), folds, answers, recipe=recipe)
    save_context(bundle, base, arrays, asked.out)
    for figure, value in bundle.summary.figures.items():
        print(f"{figure:24s} {value:.3f}")


if __name__ == "__main__":
    main()
