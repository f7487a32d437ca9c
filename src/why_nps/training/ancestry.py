"""What themes of an edited codebook have from those of a model: the same, several that were merged, none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

from why_nps.core.migration import follow_themes
from why_nps.themes.labeller import to_probability
from why_nps.training.tuning import mix_labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from why_nps.core.codebook import Codebook
    from why_nps.themes import Bundle
    from why_nps.themes.blend import BlendedScorer

    Floats = NDArray[np.float64]
    Sources = dict[str, list[int]]

NEW = -3.5  # log odds of a theme before anything is known of it
_CUTS = np.linspace(0.5, 0.999, 500)  # shares of clauses below a threshold


@dataclass(frozen=True, slots=True)
class Inherited:
    """A model for the themes of another codebook, before anything is learned.

    Parameters
    ----------
    scorer : BlendedScorer
        Kinds behind the themes, as in the model.
    limits : ndarray, shape (themes,)
        Probability from which a theme is there.
    """

    scorer: BlendedScorer
    limits: Floats


def trace_themes(book: Codebook, bundle: Bundle) -> Sources:
    """Return the codebook's themes, and for each the columns of the model's themes that became it."""
    became = follow_themes(bundle.themes.themes_, book, since=bundle.codebook.version)
    sources: Sources = {theme: [] for theme in book.theme_ids}
    for column, theme in enumerate(bundle.themes.themes_):
        if theme in became:
            sources[became[theme]].append(column)
    return sources


def inherit_themes(bundle: Bundle, sources: Sources, bank: Sequence[str]) -> Inherited:
    """Bring a model under other themes: what was merged begins as a sum of its parts.

    Parameters
    ----------
    bundle : Bundle
    sources : dict of str to list of int
        From `trace_themes`.
    bank : sequence of str
        Clauses at large, on which a sum is brought as near as can be to what its parts say; unused where
        nothing was merged.
    """
    old, themes = bundle.themes.labeller_.scorer_, list(sources.values())
    kinds = len(bundle.themes.kinds_)
    mix = np.zeros((len(bundle.themes.themes_) + kinds, len(themes) + kinds))
    mix[len(bundle.themes.themes_) :, len(themes) :] = np.eye(kinds)
    added = np.zeros(len(themes) + kinds)
    limits = np.full(len(themes), np.median(bundle.themes.thresholds_))
    said = old.score(bank).astype(np.float64) if any(len(columns) > 1 for columns in themes) else None
    for at, columns in enumerate(themes):
        if len(columns) > 1 and said is not None:
            mix[columns, at], added[at], limits[at] = sum_parts(
                said[:, columns], bundle.themes.thresholds_[columns]
            )
        elif columns:
            mix[columns, at], limits[at] = 1, bundle.themes.thresholds_[columns[0]]
        else:
            added[at] = NEW
    return Inherited(mix_labels(old, mix, added), limits)


def sum_parts(scores: Floats, thresholds: Floats) -> tuple[Floats, float, float]:
    """Find the sum of themes' log odds that comes nearest to the odds of one of them or more.

    Parameters
    ----------
    scores : ndarray, shape (n, parts)
        Log odds of the parts, for clauses at large.
    thresholds : ndarray, shape (parts,)
        Probability from which a part is there.

    Returns
    -------
    weights : ndarray, shape (parts,)
    constant : float
    threshold : float
        Probability from which the sum is there: where it agrees best (F1) with any part being there.

    Examples
    --------
    >>> scores = np.array([[3.0, -5], [-5, 3], [-5, -5], [-4, -5]] * 9)
    >>> weights, constant, threshold = sum_parts(scores, np.array([0.5, 0.5]))
    >>> (to_probability(scores @ weights + constant) >= threshold)[:4].tolist()
    [True, True, False, False]
    """
    wanted = 1 - np.prod(1 - to_probability(scores), axis=1)
    rows = np.column_stack([scores, np.ones(len(scores))])

    def loss(weights: Floats) -> tuple[float, Floats]:
        z = rows @ weights
        return float((np.logaddexp(0, z) - wanted * z).mean()), rows.T @ (to_probability(z) - wanted) / len(z)

    fitted = minimize(loss, np.ones(rows.shape[1]), jac=True, method="L-BFGS-B").x
    found = to_probability(rows @ fitted)
    there = np.asarray((to_probability(scores) >= thresholds).any(axis=1))
    cuts = np.unique(np.quantile(found, _CUTS))
    over = found[:, None] >= cuts
    hits, sizes = (over & there[:, None]).sum(axis=0), over.sum(axis=0) + there.sum()
    return fitted[:-1], float(fitted[-1]), float(cuts[(hits / np.maximum(sizes, 1)).argmax()])


def read_as_before(
    clauses: Sequence[str], offsets: Floats, limits: Floats, sources: Sources, bundle: Bundle
) -> tuple[Floats, Floats]:
    """Return the scores and thresholds of the model as it was, under the codebook as it is.

    A merged theme is there where one of those that it was made of is; a new one never.
    """
    scores, over = offsets.copy(), np.tile(limits, (len(offsets), 1))
    old = bundle.themes.labeller_.scorer_.score(clauses)
    log_odds = np.log(bundle.themes.thresholds_ / (1 - bundle.themes.thresholds_))
    for at, columns in enumerate(sources.values()):
        if not columns:
            over[:, at] = 2.0
        elif len(columns) > 1:
            surest = np.array(columns)[(old[:, columns] - log_odds[columns]).argmax(axis=1)]
            scores[:, at] = old[np.arange(len(old)), surest]
            over[:, at] = bundle.themes.thresholds_[surest]
    return scores, over
