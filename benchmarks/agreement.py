"""How far a second coder agrees with the corpus: ``python benchmarks/agreement.py``.

The second coder, a language model given the coding guide and nothing else, coded 160 answers of the training
split blind (``data/corpus/second_coding.tsv``). What it disagrees on bounds what a model can be measured to
reach.
"""

from __future__ import annotations

from pathlib import Path

from why_nps.core.codebook import load_codebook
from why_nps.stats.agreement import measure_set_alpha
from why_nps.training.corpus import load_corpus
from why_nps.training.measures import kind_accuracy, micro_f1

CODING = Path(__file__).parents[1] / "src" / "why_nps" / "data" / "corpus" / "second_coding.tsv"

Pair = tuple[str, str]


def read_coding(path: Path) -> dict[str, set[Pair]]:
    """Read the pairs of theme and kind of each answer."""
    coded: dict[str, set[Pair]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        answer_id, _, pairs = line.partition("\t")
        found = (pair.partition("/") for pair in pairs.split(", ") if pair)
        coded[answer_id] = {(theme, kind) for theme, _, kind in found}
    return coded


def main() -> None:
    """Print the agreement."""
    second = read_coding(CODING)
    first = {answer.answer_id: answer.pairs for answer in load_corpus(load_codebook())}
    ours, theirs = [first[answer_id] for answer_id in second], list(second.values())
    themes = [[{theme for theme, _ in pairs} for pairs in coder] for coder in (ours, theirs)]
    alpha = measure_set_alpha([list(pair) for pair in zip(*themes, strict=True)])
    print(f"{len(second)} answers")
    print(f"theme, micro-F1            {micro_f1(*themes):.3f}")
    print(f"theme and kind, micro-F1   {micro_f1(ours, theirs):.3f}")
    print(f"kind given the theme       {kind_accuracy(ours, theirs):.3f}")
    print(f"themes, Krippendorff's alpha (MASI) {alpha:.3f}")


if __name__ == "__main__":
    main()
