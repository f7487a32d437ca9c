"""The change log of a codebook: what became of each theme from one version to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from why_nps.errors import CodebookError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Change:
    """What changed in the themes from one version to the next.

    Parameters
    ----------
    version : str
        The version that the change led to.
    mapping : mapping of str to tuple of str
        What became of a theme: one id (renamed, or merged with what has that id too), several (split), or
        none (retired).
    added : tuple of str
        Themes that are new: earlier answers were not read for them.
    what, on : str
        Why, in words, and the day; both may be "".
    """

    version: str
    mapping: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    what: str = ""
    on: str = ""

    def __str__(self) -> str:
        head = " ".join(part for part in ("version", self.version, self.on) if part)
        steps = [f"{old} -> {', '.join(new) or 'retired'}" for old, new in self.mapping.items()]
        steps += [f"{theme} is new" for theme in self.added]
        return "\n    ".join([f"  {head}: {self.what}" if self.what else f"  {head}", *steps])

    def to_dict(self) -> dict[str, Any]:
        """Return the change as plain JSON values, as it stands in TOML."""
        becomes = {old: new[0] if len(new) == 1 else list(new) for old, new in self.mapping.items()}
        told = {"version": self.version, "on": self.on, "what": self.what}
        return {
            name: value
            for name, value in {**told, "mapping": becomes, "added": list(self.added)}.items()
            if value
        }


def read_changes(rows: Any) -> tuple[Change, ...]:
    """Read a change log from plain values.

    Raises
    ------
    CodebookError
        If it is no list of changes, or a change tells no version.
    """
    if not isinstance(rows, list) or not all(isinstance(row, dict) and row.get("version") for row in rows):
        raise CodebookError("Each of the [[changes]] must name the version that it led to.")
    changes = []
    for row in rows:
        version, mapping, added = str(row["version"]), row.get("mapping", {}), row.get("added", [])
        if not isinstance(mapping, dict) or not isinstance(added, list):
            raise CodebookError(f"Change {version!r}: mapping must be a table of ids, added a list of ids.")
        becomes = {
            old: (new,) if isinstance(new, str) else tuple(map(str, new)) for old, new in mapping.items()
        }
        changes.append(
            Change(version, becomes, tuple(map(str, added)), str(row.get("what", "")), str(row.get("on", "")))
        )
    return tuple(changes)


def check_changes(changes: Sequence[Change], version: str, parents: Mapping[str, str]) -> None:
    """Check that a log leads to the themes as they are, reading it from its end.

    Parameters
    ----------
    changes : sequence of Change
    version : str
        Of the codebook.
    parents : mapping of str to str
        Every theme of the codebook, and its parent or "".

    Raises
    ------
    CodebookError
        If a version stands twice, the log does not end at the codebook's, leads to a theme that is not there,
        or ends one that is.
    """
    versions = [change.version for change in changes]
    if len(set(versions)) < len(versions):
        raise CodebookError("Each of the [[changes]] must lead to a version of its own.")
    if versions and versions[-1] != version:
        raise CodebookError(
            f"The last of the [[changes]] leads to version {versions[-1]!r}, the codebook is {version!r}."
        )
    known = set(parents)
    for change in reversed(changes):
        targets = {new for becomes in change.mapping.values() for new in becomes}
        for theme in sorted(targets.union(change.added) - known):
            raise CodebookError(f"Change {change.version!r} leads to {theme!r}, which is no theme then.")
        for old, becomes in change.mapping.items():
            above = bool(becomes) and all(parents.get(new) == old for new in becomes)
            if old in known and not above:
                raise CodebookError(
                    f"Change {change.version!r}: {old!r} cannot go and stay; an id never changes meaning, so "
                    "give what it became a new id, or nest that under it."
                )
        known = (known - set(change.added)) | set(change.mapping)
