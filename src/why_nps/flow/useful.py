"""The answers most useful to code next: where the model is unsure, of rare themes, unlike each other.

They are no random sample: what is found in them says nothing of the others, and sheets tell so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from why_nps.errors import InputError
from why_nps.flow.exporting import list_employees
from why_nps.flow.finding import prepare_answers
from why_nps.flow.sheets import CHANCE, DRAWN, USEFUL
from why_nps.flow.verbatims import hash_text
from why_nps.text import mask_personal_data, normalise_answer
from why_nps.themes import load_bundle
from why_nps.themes.features import tokenise
from why_nps.themes.vectors import load_word_vectors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from why_nps.flow.coding import Coded
    from why_nps.themes import Bundle

    Floats = NDArray[np.float64]

_POOL = 2_000  # the most doubtful, among which unlike ones are looked for


def draw_useful(coded: Coded, *, size: int = 100, model: Bundle | str | None = None) -> pd.DataFrame:
    """Draw the answers from which a model learns most when they are coded.

    Parameters
    ----------
    coded : Coded
        From `code`; answers without a score are drawn too, equal texts once.
    size : int
        How many; all where there are fewer.
    model : Bundle, optional
        The one that coded them; without it the shipped model.

    Returns
    -------
    pandas.DataFrame
        ``answer_id``, ``text`` (masked), ``drawn`` ("useful") and an empty ``probability``: nobody knows
        with what chance they came. The most useful first, so that coding may stop early; the same for
        the same answers in any order.

    Raises
    ------
    InputError
        If there is nothing to draw from.

    Examples
    --------
    >>> from why_nps import code
    >>> draw_useful(code(["Veel te duur", "Prima", "nvt"]), size=1)["drawn"].tolist()
    ['useful']
    """
    content = coded.screening.loc[coded.screening["status"] == "content", "answer_id"]
    pool = coded.answers.frame[coded.answers.frame["answer_id"].isin(content)]
    pool = pool.drop_duplicates("text")
    pool = pool.iloc[np.argsort([hash_text(text) for text in pool["text"]], kind="stable")]
    if size < 1 or pool.empty:
        raise InputError(
            f"Cannot draw {size:,} of the {len(pool):,} different answers with something to read."
        )
    texts = pool["text"].tolist()
    rows = choose_useful(texts, load_bundle(model), size)
    names = list_employees(coded.answers.frame)
    shown = [mask_personal_data(normalise_answer(texts[row]).text, names=names).text for row in rows]
    return pd.DataFrame(
        {"answer_id": pool["answer_id"].to_numpy()[rows], "text": shown, DRAWN: USEFUL, CHANCE: np.nan}
    )


def choose_useful(texts: Sequence[str], bundle: Bundle, size: int) -> list[int]:
    """Choose texts one after another: the most doubtful that is unlike those chosen before.

    Returns
    -------
    list of int
        Positions; of equals the first.
    """
    doubt = measure_doubt(texts, bundle)
    order = np.argsort(-doubt, kind="stable")[: max(_POOL, size)]
    meaning, doubt = _embed([texts[row] for row in order]), doubt[order]
    nearest = np.zeros(len(order))
    chosen: list[int] = []
    for _ in range(min(size, len(order))):
        best = int(np.argmax(doubt * (1 - nearest)))
        chosen.append(best)
        nearest = np.clip(np.maximum(nearest, meaning @ meaning[best]), 0, 1)
        doubt[best] = -1.0
    return [int(order[row]) for row in chosen]


def measure_doubt(texts: Sequence[str], bundle: Bundle) -> Floats:
    """Measure how unsure a model is of what texts mention, rare themes counting more, shape (n,).

    A theme's doubt is the variance p (1 - p) of its surest clause, after moving its threshold to one
    half. Its weight is one over the root of how often it is expected.
    """
    said = prepare_answers(texts)
    themes, _, _ = bundle.predict(said.texts, said.clauses, said.owners)
    surest = np.zeros((len(texts), themes.shape[1]))
    np.maximum.at(surest, said.owners, themes)
    odds = surest / np.maximum(1 - surest, 1e-6)
    limits = bundle.themes.thresholds_ / (1 - bundle.themes.thresholds_)
    moved = odds / (odds + limits)
    weights = 1 / np.sqrt(surest.sum(axis=0) + 1)
    return np.asarray(moved * (1 - moved) @ weights)


def _embed(texts: Sequence[str]) -> Floats:
    """Return the mean vector of each text's words, of length 1; zeros for a text without a known word."""
    vectors = load_word_vectors()
    means = np.array([vectors.look_up(tokenise(text)).sum(axis=0) for text in texts], np.float64)
    lengths = np.linalg.norm(means.reshape(len(texts), -1), axis=1, keepdims=True)
    return np.asarray(means / np.maximum(lengths, 1e-9))
