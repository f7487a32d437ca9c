"""What the compared systems learn and read, and how right they are; the steps of ``speed.py``.

One fold of whole sectors is scored; thresholds are learned on a second one, by a model that saw neither.
Each system learns from the same clauses, reads the same clauses, and is decided alike; the test split is
left alone.
"""

from __future__ import annotations

import json
import pickle
import sys
from importlib.metadata import packages_distributions, version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from peers import PEERS, READING, list_missing

from why_nps import code, load_bundle
from why_nps.core.codebook import load_codebook
from why_nps.flow.coding import list_pairs
from why_nps.flow.finding import prepare_answers
from why_nps.themes import save_bundle
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
from why_nps.training.fit import assemble_bundle, deal_folds, fit_without, gather_clauses, leave_out
from why_nps.training.measures import micro_f1, take_part
from why_nps.training.recipe import load_recipe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from why_nps.training.measures import Pair

OURS = "why_nps"
PARTS = ("inner", "outer")  # thresholds are learned by the first, the second is scored
_SEED = 7
_ENOUGH = 11  # words; what its last clause has beyond brings the mean to 15
_JOINTS = (", ", ". ", " en ", ", maar ")
_RESAMPLES = 2000


def prepare(folder: Path, largest: int, timed: int, thin: int) -> dict[str, Any]:
    """Write the answers to be timed, their clauses, and what is learned from and scored.

    Parameters
    ----------
    folder : Path
    largest : int
        How many answers to make.
    timed : int
        Of how many the clauses are needed.
    thin : int
        Only each so manieth coded answer and clause is used; 1 uses all.

    Returns
    -------
    dict
        Which systems there are, their versions, and counts.
    """
    bank = load_clause_bank()
    answers = split_corpus(load_corpus(load_codebook()), bank).train
    texts = make_answers(answers, bank, largest)
    (folder / "answers.txt").write_text("\n".join(texts), encoding="utf-8")
    clauses = prepare_answers(texts[:timed]).clauses
    (folder / "clauses.txt").write_text("\n".join(clauses), encoding="utf-8")
    parts = deal(answers[::thin], bank[::thin])
    (folder / "parts.pickle").write_bytes(pickle.dumps(parts))
    seen, held, kept = parts["outer"]
    missing = list_missing()
    return {
        "systems": [*(name for name in PEERS if name not in missing), OURS],
        "missing": missing,
        "versions": list_versions(),
        "counts": {
            "timed": timed,
            "words": round(sum(len(text.split()) for text in texts[:timed]) / timed),
            "distinct": len({word for text in texts[:timed] for word in text.lower().split()}),
            "clauses": len(clauses),
            "learned": len(gather_clauses(seen, kept)),
            "scored": sum(not is_for_training_only(answer) for answer in held),
        },
    }


def list_versions() -> list[str]:
    """Name the packages of the systems that are installed, with their versions."""
    packages = packages_distributions()
    named = [name for peer in PEERS.values() for name in dict.fromkeys(packages.get(peer.package, []))]
    return [f"{name} {version(name)}" for name in [OURS, *named]]


def make_answers(answers: Sequence[CodedAnswer], bank: Sequence[CodedClause], n: int) -> list[str]:
    """Draw clauses into answers of 15 words on average, all different."""
    cut = [clause for answer in answers for clause in cut_coded(answer)]
    parts = list(dict.fromkeys(" ".join(clause.text.split()) for clause in [*bank, *cut]))
    words = [len(part.split()) for part in parts]
    dice = np.random.default_rng(_SEED)
    made: dict[str, None] = {}
    while len(made) < n:
        pick, joints = dice.integers(len(parts), size=_ENOUGH), dice.integers(len(_JOINTS), size=_ENOUGH)
        text, length = "", 0
        for part, joint in zip(pick.tolist(), joints.tolist(), strict=True):
            text += (_JOINTS[joint] if text else "") + parts[part]
            length += words[part]
            if length >= _ENOUGH:
                break
        made[text] = None
    return list(made)


def deal(
    answers: Sequence[CodedAnswer], bank: Sequence[CodedClause]
) -> dict[str, tuple[list[CodedAnswer], list[CodedAnswer], list[CodedClause]]]:
    """Return for each part the answers to learn from, those held out, and the clauses to learn from."""
    folds = deal_folds(answers, load_recipe())
    (seen, scored), (_, tuned) = folds[:2]
    outer, clauses = leave_out(scored, seen, bank)
    of_tuned = {answer.answer_id for answer in tuned}
    inner = [answer for answer in outer if answer.answer_id not in of_tuned]
    inner, fewer = leave_out(tuned, inner, clauses)
    return {"inner": (inner, tuned, fewer), "outer": (outer, scored, clauses)}


def fit(folder: Path, system: str, part: str) -> None:
    """Fit a system without a part's held answers, and keep what it says of them."""
    seen, held, bank = _load(folder / "parts.pickle")[part]
    if system == OURS:
        fitted = fit_without(seen, held, bank, load_codebook(), load_recipe())
        (folder / f"{part}.pickle").write_bytes(pickle.dumps(fitted))
        return
    clauses, book = gather_clauses(seen, bank), load_codebook()
    targets = code_targets([set(clause.pairs) for clause in clauses], [*book.theme_ids], [*book.kind_ids])
    peer = PEERS[system]().fit([clause.text for clause in clauses], targets)
    texts, _ = cut_scored(held) if part == "outer" else _cut_tuned(held)
    np.save(folder / f"{system}-{part}.npy", peer.score(texts))
    if part == "outer":
        home = folder / system
        home.mkdir()
        peer.save(home)


def rate(folder: Path, systems: Sequence[str]) -> dict[str, dict[str, float]]:
    """Learn thresholds on one part's held answers, and score the other's.

    Returns
    -------
    dict
        For each system the micro-F1 of themes and of themes with kinds, 0..1, and the ends of the 95 %
        interval of each minus that of the first system, answers resampled.
    """
    parts = _load(folder / "parts.pickle")
    tuned, scored = parts["inner"][1], [a for a in parts["outer"][1] if not is_for_training_only(a)]
    truth = [answer.pairs for answer in scored]
    truths = {"theme": take_part(truth, 0), "theme_kind": truth}
    rated: dict[str, dict[str, float]] = {}
    first: dict[str, list[set[Any]]] = {}
    for system in systems:
        pairs = _read_ours(folder, scored) if system == OURS else _read_peer(folder, system, tuned, scored)
        found = {"theme": take_part(pairs, 0), "theme_kind": pairs}
        first = first or found
        rated[system] = {key: micro_f1(truths[key], found[key]) for key in truths}
        for key, true in truths.items():
            ends = _compare(true, found[key], first[key])
            rated[system] |= dict(zip((f"{key}_low", f"{key}_high"), ends, strict=True))
    return rated


def cut_scored(answers: Sequence[CodedAnswer]) -> tuple[list[str], NDArray[np.int64]]:
    """Cut the answers that are scored as in use; returns clauses and the answer of each."""
    prepared = prepare_answers([answer.text for answer in answers if not is_for_training_only(answer)])
    return prepared.clauses, prepared.owners


def _cut_tuned(answers: Sequence[CodedAnswer]) -> tuple[list[str], list[tuple[int, CodedClause]]]:
    cut = [(row, clause) for row, answer in enumerate(answers) for clause in cut_coded(answer)]
    return [clause.text for _, clause in cut], cut


def _read_ours(folder: Path, scored: Sequence[CodedAnswer]) -> list[set[Pair]]:
    inner, outer = (_load(folder / f"{part}.pickle") for part in PARTS)
    toml = files("why_nps").joinpath("data", "codebook.toml").read_text(encoding="utf-8")
    bundle = assemble_bundle(
        outer, [inner], codebook=load_codebook(), codebook_toml=toml, recipe=load_recipe()
    )
    save_bundle(bundle, folder / OURS)
    coded = code([answer.text for answer in scored], model=load_bundle(folder / OURS))
    return [set(pairs) for pairs in list_pairs(coded)]


def _read_peer(
    folder: Path, system: str, tuned: Sequence[CodedAnswer], scored: Sequence[CodedAnswer]
) -> list[set[Pair]]:
    book = load_codebook()
    _, cut = _cut_tuned(tuned)
    truth = code_targets([set(clause.pairs) for _, clause in cut], [*book.theme_ids], [*book.kind_ids])
    owners = np.array([row for row, _ in cut], np.int64)
    learned = learn_calibration(np.load(folder / f"{system}-inner.npy"), truth, owners)
    n = len(book.theme_ids)
    cuts = learned.thresholds[:n]
    np.savez(
        folder / system / READING,
        slopes=learned.slopes,
        offsets=learned.offsets,
        cuts=np.log(cuts / (1 - cuts)),
    )
    probability = to_probability(np.load(folder / f"{system}-outer.npy") * learned.slopes + learned.offsets)
    _, owners = cut_scored(scored)
    found = decide_mentions(
        probability[:, :n], probability[:, n:], owners, cuts, book.theme_ids.index(GENERAL)
    )
    pairs: list[set[Pair]] = [set() for _ in scored]
    for clause, theme, kind in zip(found.clause, found.theme, found.kind, strict=True):
        pairs[owners[clause]].add((book.theme_ids[theme], book.kind_ids[kind]))
    return pairs


def _compare(
    truth: Sequence[set[Any]], found: Sequence[set[Any]], other: Sequence[set[Any]]
) -> tuple[float, float]:
    n = len(truth)
    draws = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), _RESAMPLES)

    def resample(said: Sequence[set[Any]]) -> NDArray[np.float64]:
        right = np.array([len(t & f) for t, f in zip(truth, said, strict=True)])
        total = np.array([len(t) + len(f) for t, f in zip(truth, said, strict=True)])
        return 2 * (draws @ right) / np.maximum(draws @ total, 1)

    low, high = np.quantile(resample(found) - resample(other), [0.025, 0.975])
    return float(low), float(high)


def _load(path: Path) -> Any:
    return pickle.loads(path.read_bytes())  # noqa: S301  written in this run


if __name__ == "__main__":
    step, home, *rest = sys.argv[1:]
    if step == "prepare":
        print(json.dumps(prepare(Path(home), *map(int, rest))))
    elif step == "fit":
        fit(Path(home), *rest)
    elif step == "rate":
        print(json.dumps(rate(Path(home), rest)))
