"""From one version of a codebook to the next: what changed, and what earlier waves are worth under it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from why_nps.core.tables import MENTIONS
from why_nps.errors import CodebookError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from why_nps.core.changes import Change
    from why_nps.core.codebook import Codebook

GOES_ON, RECODED, BREAKS = "goes on", "is recoded", "breaks"
_COMPARED = ("section", "id", "change", "before", "after", "series")
_BREAKS = ("theme", "why", "version", "becomes", "mentions")


@dataclass(frozen=True, slots=True)
class Recoded:
    """Mentions of an earlier wave under a later codebook.

    Parameters
    ----------
    mentions : pandas.DataFrame
        The ``MENTIONS`` table; what became one theme in a clause is one row, with the highest probability.
    breaks : pandas.DataFrame
        ``theme``, ``why`` (split, retired, added), ``version``, ``becomes`` and ``mentions``: themes whose
        series cannot be followed over the change, and how many mentions were left out for it.
    joined : int
        Mentions that became one with another of their clause.
    """

    mentions: pd.DataFrame
    breaks: pd.DataFrame
    joined: int

    def __str__(self) -> str:
        became = f"; {self.joined:,} became one with another of their clause" if self.joined else ""
        lost = f"{len(self.breaks):,} themes cannot be compared."
        lines = [f"{len(self.mentions):,} mentions brought along{became}; {lost}"]
        for theme, why, version, becomes, mentions in self.breaks[list(_BREAKS)].to_numpy():
            into = f" into {becomes}" if becomes else ""
            left = f"; {mentions:,} mentions left out" if why != "added" else ": not read for before"
            lines.append(f"  {theme}: {why}{into} in version {version}{left}")
        return "\n".join(lines)


def compare_codebooks(old: Codebook, new: Codebook) -> pd.DataFrame:
    """Tell what differs between two codebooks, and what it does to a series over both.

    Parameters
    ----------
    old, new : Codebook
        The change log of the new one tells what became of the old one's themes.

    Returns
    -------
    pandas.DataFrame
        ``section``, ``id``, ``change`` (relabelled, redescribed, nested, renamed, merged, split, split
        and kept, retired, added, or removed where no log tells), ``before``, ``after``, and ``series``: goes
        on, is recoded, breaks.

    Examples
    --------
    >>> from why_nps.core.codebook import load_codebook
    >>> len(compare_codebooks(load_codebook(), load_codebook()))
    0
    """
    rows: list[tuple[str, ...]] = []
    since = _list_since(new, old.version) if _is_logged(new, old.version) else []
    fates = {theme: _follow(theme, since, new) for theme in old.theme_ids}
    kept = {theme: becomes for change in since for theme, becomes in change.mapping.items()}
    kept = {theme: becomes for theme, becomes in kept.items() if theme in new.theme_ids}
    for section in ("themes", "kinds", "flags"):
        before = {entry.id: entry for entry in getattr(old, section)}
        after = {entry.id: entry for entry in getattr(new, section)}
        for entry_id, entry in before.items():
            if entry_id in after:
                one, other = entry, after[entry_id]
                for change, left, right in (
                    ("relabelled", f"{one.nl} / {one.en}", f"{other.nl} / {other.en}"),
                    ("redescribed", one.covers, other.covers),
                    ("nested", one.parent, other.parent),
                ):
                    if left != right:
                        rows.append((section, entry_id, change, left, right, GOES_ON))
            if section == "themes" and entry_id in kept:
                rows.append(
                    (section, entry_id, "split, and kept", entry_id, ", ".join(kept[entry_id]), GOES_ON)
                )
            if section == "themes" and fates[entry_id] != ((entry_id,), "", ""):
                rows.append(_tell_fate(entry_id, fates, new))
            elif entry_id not in after:
                rows.append((section, entry_id, "removed", entry.nl, "", BREAKS))
        grown = {theme for becomes, _, _ in fates.values() for theme in becomes}
        parts = {theme for change in since for becomes in change.mapping.values() for theme in becomes}
        come = [i for i in after if i not in before and (section != "themes" or i not in grown | parts)]
        rows += [(section, entry_id, "added", "", after[entry_id].nl, BREAKS) for entry_id in come]
    return pd.DataFrame(rows, columns=list(_COMPARED))


def recode_mentions(mentions: pd.DataFrame, codebook: Codebook, *, since: str) -> Recoded:
    """Bring the mentions of an earlier wave under a later codebook.

    Parameters
    ----------
    mentions : pandas.DataFrame
        The ``MENTIONS`` table of the earlier wave; further columns stay.
    codebook : Codebook
        The later one; its change log tells what became of each theme.
    since : str
        Version of the codebook that the wave was coded with.

    Returns
    -------
    Recoded
        A theme that was split stays where it is the parent of its parts, or becomes their common parent; else
        nobody knows which part was meant, and its mentions are left out and told.

    Raises
    ------
    CodebookError
        If the log does not go back to that version, or a mention has a theme that was not in it.

    Examples
    --------
    >>> from why_nps.core.codebook import build_codebook
    >>> book = build_codebook({
    ...     "name": "x", "version": "2", "kinds": {"pain": {"nl": "pijnpunt"}},
    ...     "themes": {"levering": {"nl": "Levering"}},
    ...     "changes": [{"version": "2", "mapping": {"koerier": "levering"}}],
    ... })
    >>> wave = MENTIONS.frame([{"answer_id": "1", "clause": 0, "theme": "koerier", "kind": "pain",
    ...     "probability": 0.9, "start": 0, "end": 4}])
    >>> recode_mentions(wave, book, since="1").mentions["theme"].tolist()
    ['levering']
    """
    changes = _list_since(codebook, since)
    fates = {theme: _follow(theme, changes, codebook) for theme in mentions["theme"].unique()}
    lost = {theme: fate for theme, fate in fates.items() if len(fate[0]) != 1}
    unknown = sorted(theme for theme, (_, why, _) in lost.items() if not why)
    if unknown:
        raise CodebookError(
            f"{len(unknown)} themes of the mentions, such as {unknown[0]!r}, are neither in the codebook "
            f"{codebook.name!r} nor in its change log since version {since!r}."
        )
    kept = mentions[~mentions["theme"].isin(lost)]
    kept = kept.assign(
        theme=kept["theme"].map({theme: fate[0][0] for theme, fate in fates.items() if fate[0]})
    )
    kept = kept.sort_values("probability", ascending=False, kind="stable")
    single = kept.drop_duplicates(list(MENTIONS.key)).sort_index()
    counts = mentions["theme"].value_counts()
    breaks = [
        (theme, why, version, ", ".join(becomes), int(counts[theme]))
        for theme, (becomes, why, version) in lost.items()
    ]
    breaks += [(theme, "added", change.version, "", 0) for change in changes for theme in change.added]
    table = pd.DataFrame(breaks, columns=list(_BREAKS))
    return Recoded(MENTIONS.frame(single).reset_index(drop=True), table, len(kept) - len(single))


def follow_themes(themes: Sequence[str], codebook: Codebook, *, since: str) -> dict[str, str]:
    """Return for each theme of an earlier version the one that it became; none where it broke, or is gone.

    Examples
    --------
    >>> from why_nps.core.codebook import load_codebook
    >>> follow_themes(["price", "kluis"], load_codebook(), since="1")
    {'price': 'price'}
    """
    changes = _list_since(codebook, since) if _is_logged(codebook, since) else []
    ends = {theme: _follow(theme, changes, codebook)[0] for theme in themes}
    return {theme: end[0] for theme, end in ends.items() if len(end) == 1}


def _is_logged(codebook: Codebook, version: str) -> bool:
    return version == codebook.version or bool(codebook.changes)


def _list_since(codebook: Codebook, version: str) -> list[Change]:
    """Return the changes after a version; one that the log does not name is older than all of it."""
    if version == codebook.version:
        return []
    if not codebook.changes:
        raise CodebookError(
            f"The codebook {codebook.name!r} has no [[changes]]: nothing tells what became of the themes of "
            f"version {version!r}."
        )
    versions = [change.version for change in codebook.changes]
    return list(codebook.changes[versions.index(version) + 1 :] if version in versions else codebook.changes)


def _follow(theme: str, changes: Sequence[Change], codebook: Codebook) -> tuple[tuple[str, ...], str, str]:
    """Return what a theme became, and where that is not one theme why and since when."""
    parents = {entry.id: entry.parent for entry in codebook.themes}
    now = theme
    for at, change in enumerate(changes):
        becomes = change.mapping.get(now)
        if becomes is None or (now in parents and all(parents.get(new) == now for new in becomes)):
            continue
        if not becomes:
            return (), "retired", change.version
        if len(becomes) > 1:
            ends = {_follow(new, changes[at + 1 :], codebook)[0] for new in becomes}
            above = {parents.get(end[0], "") if len(end) == 1 else "" for end in ends}
            if len(above) == 1 and above != {""}:
                return (above.pop(),), "", ""
            return becomes, "split", change.version
        now = becomes[0]
    return ((now,), "", "") if now in parents else ((), "", "")


def _tell_fate(
    theme: str, fates: dict[str, tuple[tuple[str, ...], str, str]], new: Codebook
) -> tuple[str, ...]:
    becomes, why, _ = fates[theme]
    if why:
        return "themes", theme, why, theme, ", ".join(becomes), BREAKS
    if not becomes:
        return "themes", theme, "removed", theme, "", BREAKS
    shared = sum(fate[0] == becomes for fate in fates.values()) > 1
    above = any(entry.parent == becomes[0] for entry in new.themes)
    change = "merged" if shared else "split, and kept under its parent" if above else "renamed"
    return "themes", theme, change, theme, becomes[0], RECODED
