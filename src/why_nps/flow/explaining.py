"""From coded answers to an explanation: join, estimate, choose verbatims."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import numpy as np
import pandas as pd

from why_nps.core.tables import ESTIMATES
from why_nps.errors import InputError
from why_nps.flow.contrasting import contrast_words
from why_nps.flow.crossing import cross_segments
from why_nps.flow.doubting import doubt_scores, doubt_units, rank_segments, watch_periods
from why_nps.flow.exporting import list_employees
from why_nps.flow.joining import join_scores
from why_nps.flow.placing import keep_apart
from why_nps.flow.quoting import FLAG, column_labels, find_mentioning, list_to_quote, pick_clear
from why_nps.flow.reasons import mark_verbatims
from why_nps.flow.sampling import correct_for_errors, read_sample
from why_nps.flow.verbatims import choose_verbatims
from why_nps.report import Explanation
from why_nps.stats import (
    estimate_drivers,
    estimate_groups,
    estimate_groups_by_period,
    estimate_periods,
    estimate_scores,
    find_disclosing,
    find_standouts,
    wilson_interval,
)
from why_nps.stats.estimates import suppressed_rows
from why_nps.themes import load_bundle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from why_nps.flow.coding import Coded
    from why_nps.flow.joining import Observations
    from why_nps.flow.sampling import HandCoded
    from why_nps.themes import Bundle

    Withheld = Mapping[str, frozenset[tuple[str, str]]]

_SCORES = ("nps", "share_promoters", "share_passives", "share_detractors")
_EMPLOYEE = "employee"


def explain(
    coded: Coded,
    *,
    by: str | Sequence[str] | None = None,
    minimum_n: int = 10,
    sample: HandCoded | str | Path | None = None,
    asked: int | None = None,
    name_employees: bool = False,
    model: Bundle | str | None = None,
) -> Explanation:
    """Relate what answers mention to the scores they came with.

    Parameters
    ----------
    coded : Coded
        From `code`.
    by : str or sequence of str, optional
        Segments to compare, such as "branch", by our name or by the file's; without it all that were read.
    minimum_n : int, default 10
        Groups with fewer scored answers are suppressed.
    sample : HandCoded, str or Path, optional
        A random sample of these answers coded by hand, or its sheet as `read_sample` reads it: rates and
        effects are then also given corrected for the errors of the model.
    asked : int, optional
        How many people were asked, for what those who did not answer could change.
    name_employees : bool, default False
        Show employees by the names in the file; else names become numbered pseudonyms. Codes stay codes.
    model : Bundle or str, optional
        The one that coded the answers, to mark the words that carried each mention; without it the shipped
        model. Nothing is marked where another one coded them.

    Returns
    -------
    Explanation

    Raises
    ------
    InputError
        If no answer has a score, a column of `by` was not read, fewer people were asked than answered, or
        the sample is not one of these answers.
    """
    segments = _choose_segments(coded, by)
    if minimum_n < 1:
        raise InputError(f"minimum_n must be at least 1, not {minimum_n}.")
    observed = join_scores(coded, segments, name_employees=name_employees)
    coded_by_hand = read_sample(sample, coded.codebook) if isinstance(sample, str | Path) else sample
    cells = observed.frame.assign(n=observed.counts)
    more = [] if coded_by_hand is None else [correct_for_errors(coded, observed, coded_by_hand)]
    estimates = estimate_all(
        dict.fromkeys(["", *segments], observed),
        segments,
        withhold(cells, segments, minimum_n),
        minimum_n=minimum_n,
        asked=asked,
        more=more,
    )
    keys = list_to_quote(observed, estimates, segments)
    chosen = keep_apart(choose_verbatims(coded, find_mentioning(observed, keys)), cells, minimum_n)
    verbatims = _mark(chosen, coded, load_bundle(model))
    return Explanation(
        estimates=estimates,
        verbatims=verbatims,
        reading=coded.answers.report,
        coding=coded.summary,
        model=coded.model,
        codebook=coded.codebook,
        segments=segments,
        minimum_n=minimum_n,
        words=contrast_words(coded, minimum_n),
        crossing=cross_segments(observed, segments, verbatims, minimum_n=minimum_n),
    )


def _mark(verbatims: pd.DataFrame, coded: Coded, bundle: Bundle) -> pd.DataFrame:
    """Mark what carried the mentions of verbatims, where this model coded them."""
    if bundle.summary != coded.model or verbatims.empty:
        return verbatims
    chosen = coded.answers.frame[coded.answers.frame["answer_id"].isin(verbatims["answer_id"])]
    texts = dict(zip(chosen["answer_id"], chosen["text"].fillna(""), strict=True))
    return mark_verbatims(verbatims, texts, bundle, names=list_employees(coded.answers.frame))


def estimate_all(
    observed: Mapping[str, Observations],
    segments: Sequence[str],
    withheld: Withheld,
    *,
    minimum_n: int,
    asked: int | None,
    more: Sequence[pd.DataFrame] = (),
) -> pd.DataFrame:
    """Estimate everything that an explanation holds.

    Parameters
    ----------
    observed : mapping of str to Observations
        For each segment, and for ``""``, observations of the same answers. Those of a segment need hold no
        other segment.
    segments : sequence of str
    withheld : mapping of str to set of (group, period)
        From `withhold`.
    minimum_n, asked
        As in `explain`.
    more : sequence of pandas.DataFrame
        ESTIMATES to go with them.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES.
    """
    if observed[""].n < minimum_n:
        return ESTIMATES.frame(suppressed_rows(_SCORES))
    parts = list(_estimate(observed, segments, withheld, minimum_n))
    parts += watch_periods(observed[""], pd.concat(parts), minimum_n)
    parts += rank_segments(pd.concat(parts), segments)
    parts += doubt_scores(observed[""], asked)
    parts += doubt_units(observed, segments, withheld, minimum_n)
    estimates = pd.concat([*parts, *more], ignore_index=True)
    known = set(map(tuple, estimates[list(ESTIMATES.key)].to_numpy()))
    rates = _rate_cells(observed, pick_clear(estimates), known)
    return ESTIMATES.frame(pd.concat([estimates, rates], ignore_index=True))


def withhold(cells: pd.DataFrame, segments: Sequence[str], minimum_n: int) -> Withheld:
    """Find what the figures of all segments together would give away.

    Parameters
    ----------
    cells : pandas.DataFrame
        Scored answers, or kinds of them: ``period``, the segments, and ``n``, how many they are.
    segments : sequence of str
    minimum_n : int

    Returns
    -------
    dict of str to frozenset of (group, period)
        For each segment and for ``""``, what to withhold.
    """
    dated = bool(cells["period"].notna().any())
    if cells["n"].sum() < minimum_n or not (dated or segments):
        return dict.fromkeys(["", *segments], frozenset())
    columns = {name: cells[name] for name in segments}
    return find_disclosing(columns, cells["period"] if dated else None, minimum_n, counts=cells["n"])


def _choose_segments(coded: Coded, by: str | Sequence[str] | None) -> tuple[str, ...]:
    known = coded.answers.segments
    if by is None:
        return tuple(name for name in known if name != "wave")
    ours = {theirs: name for name, theirs in coded.answers.report.columns.items() if name in known}
    asked = [by] if isinstance(by, str) else by
    wanted = tuple(dict.fromkeys(ours.get(name, name) for name in asked))
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise InputError(
            f"There is no segment {unknown[0]!r} in these answers; there are: {', '.join(known) or 'none'}. "
            "Name the column when reading: read_answers(..., segments=[...])."
        )
    return wanted


def _estimate(
    observed: Mapping[str, Observations], segments: Sequence[str], withheld: Withheld, minimum_n: int
) -> Iterator[pd.DataFrame]:
    every = observed[""]
    scores, mentions, labels = every.frame["score"].to_numpy(), every.mentions, every.labels
    weights, counts = every.weights, every.counts
    yield estimate_scores(scores, weights=weights, counts=counts)
    yield estimate_drivers(scores, mentions, labels, weights=weights, counts=counts)
    yield _rate_flags(every)
    period = every.frame["period"]
    dated = bool(period.notna().any())
    if dated:
        yield estimate_periods(
            scores,
            mentions,
            labels,
            period,
            weights=weights,
            counts=counts,
            minimum_n=minimum_n,
            withheld=withheld[""],
        )
    for by in segments:
        limits: _Limits = {"minimum_n": minimum_n, "withheld": withheld[by]}
        yield from _estimate_segment(observed[by], by, dated=dated, limits=limits)


class _Limits(TypedDict):
    minimum_n: int
    withheld: frozenset[tuple[str, str]]


def _estimate_segment(
    observed: Observations, by: str, *, dated: bool, limits: _Limits
) -> Iterator[pd.DataFrame]:
    frame, mentions, labels = observed.frame, observed.mentions, observed.labels
    scores, groups, period = frame["score"].to_numpy(), frame[by], frame["period"]
    weights, counts = observed.weights, observed.counts
    yield estimate_groups(scores, mentions, labels, groups, by=by, weights=weights, counts=counts, **limits)
    if dated:
        yield estimate_groups_by_period(
            scores, groups, period, by=by, weights=weights, counts=counts, **limits
        )
    everything = np.hstack([mentions, observed.flagged])
    names = [*labels, *((flag, FLAG) for flag in observed.flags)]
    periods = period if dated and by != _EMPLOYEE else None  # too few answers a person a period
    yield find_standouts(everything, names, groups, by=by, periods=periods, counts=counts, **limits)


def _rate_flags(observed: Observations) -> pd.DataFrame:
    labels = [(flag, FLAG) for flag in observed.flags]
    scores = observed.frame["score"].to_numpy()
    rows = estimate_drivers(
        scores, observed.flagged, labels, weights=observed.weights, counts=observed.counts
    )
    return rows[rows["statistic"] == "mention_rate"].assign(statistic="flag_rate")


def _rate_cells(
    observed: Mapping[str, Observations], clear: pd.DataFrame, known: set[tuple[str, ...]]
) -> pd.DataFrame:
    """Give the rate itself in each cell that stands out, where no estimate holds it yet."""
    columns = {by: column_labels(observed[by]) for by in clear["by"].unique()}
    rows = []
    for by, group, period, theme, kind in clear[list(ESTIMATES.key)[1:]].astype(str).to_numpy():
        key = ("flag_rate" if kind == FLAG else "mention_rate", by, group, period, theme, kind)
        if key in known:
            continue
        here = observed[by]
        inside = (here.frame[by] == group).to_numpy(bool)
        if period:
            inside = inside & (here.frame["period"] == period).to_numpy(bool)
        n = int(here.counts[inside].sum())
        hits = int(here.counts[inside & columns[by][theme, kind]].sum())
        low, high = wilson_interval(hits / n, n)
        error = np.sqrt(hits / n * (1 - hits / n) / n)
        rows.append((*key, hits / n, error, float(low), float(high), n, float(hits), np.nan, ""))
    return ESTIMATES.frame(pd.DataFrame(rows, columns=list(ESTIMATES.columns)))
