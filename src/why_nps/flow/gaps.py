"""What the codebook misses: clauses without a theme, grouped by meaning.

Groups are what random halves of the clauses keep together (`why_nps.flow.grouping`), however many those are.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from why_nps.core.changes import Change
from why_nps.core.codebook import Codebook, Entry, build_codebook
from why_nps.errors import InputError
from why_nps.flow.exporting import mask_coded
from why_nps.flow.grouping import embed_texts, group_texts
from why_nps.flow.joining import name_periods
from why_nps.flow.sheets import CHANCE, DRAWN, USEFUL
from why_nps.flow.verbatims import hash_text
from why_nps.themes.features import tokenise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from why_nps.flow.coding import Coded

_SHORTEST = 3  # words: shorter clauses say too little to be grouped
_WORDS, _EXAMPLES = 6, 3
_OTHERS = 100  # answers to code beside a group's
_Z = 1.959964
_COLUMNS = (
    "group",
    "words",
    "clauses",
    "answers",
    "stability",
    "score_difference",
    "low",
    "high",
    "examples",
)


@dataclass(frozen=True, slots=True)
class Gaps:
    """Groups of clauses that carry no theme.

    Parameters
    ----------
    groups : pandas.DataFrame
        A row a group, the largest first: ``group`` (1, 2, ...), its typical ``words``, ``clauses`` and
        ``answers`` in it, ``stability`` (0..1: how far it comes back in random halves),
        ``score_difference``, the mean score of its answers less that of all others, with its 95 %
        interval ``low`` to ``high``, and ``examples``, masked.
    members : pandas.DataFrame
        ``answer_id``, ``clause``, ``text`` (masked) and ``group``, 0 where a clause is in none.
    growth : pandas.DataFrame
        ``group``, ``period``, ``answers`` of the period with content, and the ``share`` of them in the group.
    """

    groups: pd.DataFrame
    members: pd.DataFrame
    growth: pd.DataFrame

    def __str__(self) -> str:
        inside = int((self.members["group"] > 0).sum())
        lines = [
            f"{len(self.members):,} clauses without a theme, {inside:,} of them in {len(self.groups)} groups"
        ]
        for row in self.groups.to_dict("records"):
            growth = self.growth[self.growth["group"] == row["group"]]
            shares = ", ".join(f"{p} {s:.1%}" for p, s in growth[["period", "share"]].to_numpy())
            size = f"{row['answers']:,} answers, stability {row['stability']:.2f}"
            score = f"score {row['score_difference']:+.1f} ({row['low']:+.1f} to {row['high']:+.1f})"
            lines += [f"\n{row['group']}. {row['words']}: {size}", f"   {score} {shares}".rstrip()]
            lines += [f"   - {example}" for example in row["examples"]]
        return "\n".join(lines)


def find_gaps(coded: Coded) -> Gaps:
    """Group the clauses that carry no theme by what they mean.

    Parameters
    ----------
    coded : Coded
        From `code`. Personal data is masked before anything is shown.

    Returns
    -------
    Gaps
        The same for the same answers in any order. No groups where none comes back in random halves.

    Examples
    --------
    >>> from why_nps import code
    >>> len(find_gaps(code(["Veel te duur", "nvt"])).groups)
    0
    """
    masked = mask_coded(coded)
    clauses = masked.clauses[["answer_id", "clause", "text"]]
    themed = pd.MultiIndex.from_frame(coded.mentions[["answer_id", "clause"]])
    bare = clauses[~pd.MultiIndex.from_frame(clauses[["answer_id", "clause"]]).isin(themed)]
    long = np.array([len(tokenise(text)) >= _SHORTEST for text in bare["text"]], bool)
    members = bare[long].reset_index(drop=True)
    texts = sorted(set(members["text"]))
    numbers, stability = group_texts(texts)
    of_text = dict(zip(texts, numbers.tolist(), strict=True))
    members = members.assign(group=members["text"].map(of_text).astype("int64"))
    sizes = members.loc[members["group"] > 0, "group"].value_counts()
    order = sorted(sizes.index, key=lambda group: (-sizes[group], texts[numbers.tolist().index(group)]))
    members["group"] = members["group"].map({group: at for at, group in enumerate(order, start=1)}).fillna(0)
    members = members.astype({"group": "int64"})
    rows = [
        _describe(at, stability[group], members, clauses, coded) for at, group in enumerate(order, start=1)
    ]
    return Gaps(pd.DataFrame(rows, columns=list(_COLUMNS)), members, _follow(members, coded))


def draft_theme(gaps: Gaps, group: int, theme: str, codebook: Codebook, *, label: str = "") -> Codebook:
    """Turn a group into a draft of a theme, with a line in the change log.

    Parameters
    ----------
    gaps : Gaps
        From `find_gaps`.
    group : int
        Number of the group.
    theme : str
        Id of the new theme.
    codebook : Codebook
        To add it to.
    label : str, optional
        Dutch label; without it the group's words.

    Returns
    -------
    Codebook
        Of a new version, for a person to edit. The theme's phrases are the group's most typical clauses.

    Raises
    ------
    InputError
        If there is no such group, or a theme with that id.
    CodebookError
        If the id is no id.
    """
    rows = gaps.groups[gaps.groups["group"] == group]
    if rows.empty:
        raise InputError(f"There is no group {group}; there are {len(gaps.groups)}.")
    if theme in codebook.theme_ids:
        raise InputError(f"The codebook has a theme {theme!r} already; give the draft another id.")
    row = rows.iloc[0]
    name = label or str(row["words"])
    entry = Entry(
        theme, name, name, f"draft, from clauses such as: {row['words']}", "", tuple(row["examples"])
    )
    version = f"{codebook.version}+{theme}"
    change = Change(version, added=(theme,), what=f"draft from {row['answers']} answers without a theme")
    grown = replace(
        codebook, version=version, themes=(*codebook.themes, entry), changes=(*codebook.changes, change)
    )
    return build_codebook(grown.to_dict())


def draw_group(gaps: Gaps, group: int, coded: Coded) -> pd.DataFrame:
    """Return the answers of a group to code, and behind them others: a model must learn what it is not, too.

    Returns
    -------
    pandas.DataFrame
        In the form of `draw_useful`, equal texts once: they correct no figures. The same texts for the same
        answers in any order.
    """
    ids = gaps.members.loc[gaps.members["group"] == group, "answer_id"]
    content = coded.screening.loc[coded.screening["status"] == "content", "answer_id"]
    answers = mask_coded(coded).answers.frame
    answers = answers[answers["answer_id"].isin(content)]
    order = np.argsort([hash_text(text) for text in answers["text"]], kind="stable")
    answers = answers.iloc[order].assign(inside=answers["answer_id"].isin(ids))
    answers = answers.sort_values("inside", ascending=False, kind="stable").drop_duplicates("text")
    chosen = answers.head(int(answers["inside"].sum()) + _OTHERS)
    return pd.DataFrame(
        {
            "answer_id": chosen["answer_id"].to_numpy(),
            "text": chosen["text"].to_numpy(),
            DRAWN: USEFUL,
            CHANCE: np.nan,
        }
    )


def _describe(
    group: int, stability: float, members: pd.DataFrame, clauses: pd.DataFrame, coded: Coded
) -> tuple[object, ...]:
    inside = members[members["group"] == group]
    texts = sorted(set(inside["text"]))
    difference = _compare_scores(coded, set(inside["answer_id"]))
    counts = len(inside), inside["answer_id"].nunique()
    words = ", ".join(name_words(texts, clauses["text"].tolist()))
    return group, words, *counts, round(stability, 3), *difference, _pick_typical(texts)


def name_words(texts: Sequence[str], background: Sequence[str]) -> list[str]:
    """Return the words that set texts apart: common in them, and more so than in the background.

    Examples
    --------
    >>> name_words(["de kluis was stuk", "de kluis klemde"], ["de app", "de prijs", "de kluis was stuk"])[0]
    'kluis'
    """
    own, usual = (
        Counter(word for text in part for word in set(tokenise(text))) for part in (texts, background)
    )
    weights = {
        word: n / len(texts) * np.log(n / len(texts) * (len(background) + 1) / (usual[word] + 1))
        for word, n in own.items()
        if word.isalpha()
    }
    return sorted(weights, key=lambda word: (-weights[word], word))[:_WORDS]


def _pick_typical(texts: Sequence[str]) -> list[str]:
    """Return the texts nearest to the middle of their group."""
    meaning = embed_texts(texts)
    near = np.asarray(meaning @ np.asarray(meaning.mean(axis=0)).ravel())
    return [texts[at] for at in np.lexsort((np.arange(len(texts)), -near.round(6)))[:_EXAMPLES]]


def _compare_scores(coded: Coded, ids: set[str]) -> tuple[float, float, float]:
    """Return the mean score of some answers less that of the others, and its interval (Welch)."""
    frame = coded.answers.frame.dropna(subset="score")
    inside = frame["answer_id"].isin(ids)
    sides: list[NDArray[np.float64]] = [
        frame.loc[rows, "score"].to_numpy(float) for rows in (inside, ~inside)
    ]
    if min(map(len, sides)) < 2:  # noqa: PLR2004  a variance needs two
        return float("nan"), float("nan"), float("nan")
    difference = float(sides[0].mean() - sides[1].mean())
    error = float(np.sqrt(sum(side.var(ddof=1) / len(side) for side in sides)))
    return round(difference, 2), round(difference - _Z * error, 2), round(difference + _Z * error, 2)


def _follow(members: pd.DataFrame, coded: Coded) -> pd.DataFrame:
    """Return the share of each period's answers with content that is in each group."""
    content = coded.screening.loc[coded.screening["status"] == "content", "answer_id"]
    frame = coded.answers.frame
    frame = frame[frame["answer_id"].isin(content)].assign(period=name_periods).dropna(subset="period")
    totals = frame.groupby("period")["answer_id"].nunique()
    grown = members[members["group"] > 0][["answer_id", "group"]].drop_duplicates()
    if grown.empty or frame.empty:
        return pd.DataFrame(columns=["group", "period", "answers", "share"])
    counts = grown.merge(frame[["answer_id", "period"]], on="answer_id").groupby(["group", "period"]).size()
    full = pd.MultiIndex.from_product(
        [sorted(grown["group"].unique()), totals.index], names=["group", "period"]
    )
    table = counts.reindex(full, fill_value=0).reset_index(name="inside")
    table["answers"] = table["period"].map(totals)
    table["share"] = table["inside"] / table["answers"]
    return table[["group", "period", "answers", "share"]]
