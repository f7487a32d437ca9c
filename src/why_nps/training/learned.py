"""What was learned from a user's sheets: agreement, doubtful labels, and figures before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from why_nps.themes import Bundle

ALL_THEMES, WITH_KIND = "all themes", "all themes, with kind"
_DRAWS = 1_000
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Learned:
    """A tuned bundle and whether it is better.

    Parameters
    ----------
    bundle : Bundle
        Tuned to all answers.
    answers : int
    coders : pandas.DataFrame
        From `measure_agreement`, between coders; no rows where no answer has two.
    contested : int
        Answers in which coders give some theme as often as not; it is then neither learned nor unlearned.
    with_model : pandas.DataFrame
        The same between the coders and the model as it was, of themes that it knew.
    doubted : pandas.DataFrame
        From `find_doubted`: likely slips.
    strengths : dict of str to float
        How closely ``known`` and ``new`` themes follow the user's answers; chosen on left-out answers.
    comparison : pandas.DataFrame
        From `compare_findings`, on answers that were left out.
    flags : pandas.DataFrame
        From `score_labels`: the model's flags against the coders'. Learning leaves them as they are.
    new : tuple of str
        Themes that the model did not know.
    """

    bundle: Bundle
    answers: int
    coders: pd.DataFrame
    contested: int
    with_model: pd.DataFrame
    doubted: pd.DataFrame
    strengths: dict[str, float]
    comparison: pd.DataFrame
    flags: pd.DataFrame
    new: tuple[str, ...] = ()

    @property
    def better(self) -> bool:
        """Whether themes are found better on left-out answers, beyond chance (95 %).

        All together; or one that is new, where all together are found no worse: few answers have it, so that
        it seldom tells among all.
        """
        together = self.comparison.iloc[0]
        of_new = self.comparison[self.comparison["label"].isin(self.new)]
        found = bool((of_new["gain_low"] > 0).any())
        return bool(together["gain_low"] > 0 or (found and together["gain"] >= 0))

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the bundle as plain JSON values."""
        tables = ("coders", "with_model", "doubted", "comparison", "flags")
        plain = {"answers": self.answers, "contested": self.contested, "strengths": self.strengths}
        told = {name: getattr(self, name).to_dict(orient="records") for name in tables}
        return plain | told | {"better": self.better}

    def to_text(self) -> str:
        """Return the report as text for a terminal."""
        tables = {
            f"Agreement of coders ({self.contested:,} answers contested)": _name_sets(self.coders),
            "Agreement of coders with the model as it was": _name_sets(self.with_model),
            f"Labels to look at again ({_tell_shown(len(self.doubted))})": self.doubted.head(_SHOWN),
            "F1 on left-out answers, before and after": self.comparison,
            "Flags of the model, against the coders' (learning leaves them alone)": self.flags,
        }
        shown = [
            f"{title}\n{table.to_string(index=False, float_format='%.3f')}"
            for title, table in tables.items()
            if len(table)
        ]
        verdict = "better" if self.better else "not better beyond chance, so the model stays as it was"
        return "\n\n".join([f"{self.answers:,} coded answers", *shown, f"The tuned model is {verdict}."])


def compare_findings(
    truth: Sequence[Collection[tuple[str, str]]],
    before: Sequence[Collection[tuple[str, str]]],
    after: Sequence[Collection[tuple[str, str]]],
    themes: Sequence[str],
) -> pd.DataFrame:
    """Compare two models on the same answers.

    Parameters
    ----------
    truth, before, after : sequence of sets of (theme, kind)
        What each answer mentions by the coder, and by the two models.
    themes : sequence of str

    Returns
    -------
    pandas.DataFrame
        ``label`` (all themes, all themes with kind, mentions of each kind, each theme; of kinds and themes
        those that the coder gave), ``support``,
        ``before`` and ``after`` (F1 with 95 % intervals) and ``gain`` with its interval; answers are
        resampled, for both at once.

    Examples
    --------
    >>> found = compare_findings([{("price", "pain")}], [set()], [{("price", "pain")}], ["price"])
    >>> found[["label", "before", "after"]].to_numpy().tolist()[0]
    ['all themes', 0.0, 1.0]
    """
    pairs = sorted({pair for part in (truth, before, after) for found in part for pair in found})
    of_pair, of_theme = (
        [_mark(part, pairs, by_theme=by_theme, themes=themes) for part in (truth, before, after)]
        for by_theme in (False, True)
    )
    n = len(truth)
    draws = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), _DRAWS)
    rows = [_row(ALL_THEMES, of_theme, draws), _row(WITH_KIND, of_pair, draws)]
    for kind in sorted({kind for found in truth for _, kind in found}):
        here = [at for at, pair in enumerate(pairs) if pair[1] == kind]
        rows.append(_row(f"mentions of kind {kind}", [part[:, here] for part in of_pair], draws))
    rows += [
        _row(theme, [part[:, [at]] for part in of_theme], draws)
        for at, theme in enumerate(themes)
        if of_theme[0][:, at].any()
    ]
    return pd.DataFrame(rows).round(4)


def _tell_shown(rows: int) -> str:
    return f"the first {_SHOWN} of {rows:,}; all with --json" if rows > _SHOWN else f"{rows:,}"


def _name_sets(agreement: pd.DataFrame) -> pd.DataFrame:
    return agreement.assign(theme=agreement["theme"].replace("", "all, as sets"))


def _mark(
    found: Sequence[Collection[tuple[str, str]]],
    pairs: Sequence[tuple[str, str]],
    *,
    by_theme: bool,
    themes: Sequence[str],
) -> NDArray[np.bool_]:
    if by_theme:
        sets = [{theme for theme, _ in one} for one in found]
        return np.array([[theme in one for theme in themes] for one in sets], bool).reshape(-1, len(themes))
    return np.array([[pair in one for pair in pairs] for one in found], bool).reshape(-1, len(pairs))


def _row(label: str, parts: Sequence[NDArray[np.bool_]], draws: NDArray[np.int64]) -> dict[str, Any]:
    """Return the row of some labels: in truth, before and after, each (answers, labels)."""
    truth, *models = parts
    drawn, measured = [], []
    for found in models:
        hits, total = (truth & found).sum(axis=1), truth.sum(axis=1) + found.sum(axis=1)
        measured.append(2 * hits.sum() / max(total.sum(), 1))
        drawn.append(2 * (draws @ hits) / np.maximum(draws @ total, 1))
    row: dict[str, Any] = {"label": label, "support": int(truth.any(axis=1).sum())}
    told = {"before": drawn[0], "after": drawn[1], "gain": drawn[1] - drawn[0]}
    for (name, values), value in zip(told.items(), [*measured, measured[1] - measured[0]], strict=True):
        low, high = np.quantile(values, [0.025, 0.975])
        row |= {name: value, f"{name}_low": low, f"{name}_high": high}
    return row
