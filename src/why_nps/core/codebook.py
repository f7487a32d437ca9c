"""The codebook: which themes, kinds and flags exist, and what they are called.

A codebook is data (TOML). An id never changes meaning; a new meaning is a new id, and the change log
says what became of the old one.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from why_nps.core.cards import make_card, make_table
from why_nps.core.changes import Change, check_changes, read_changes
from why_nps.errors import CodebookError

if TYPE_CHECKING:
    from collections.abc import Mapping

_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A theme, kind or flag of the codebook.

    Parameters
    ----------
    id : str
        Lower case letters, digits and underscores; never changes meaning.
    nl, en : str
        Label in Dutch and in English.
    covers : str
        What belongs to it, for coders and readers.
    parent : str
        Id of the theme that it is part of; "" where it stands alone.
    phrases : tuple of str
        What customers write about it, in their words; a model learns a new theme from them too.
    """

    id: str
    nl: str
    en: str
    covers: str = ""
    parent: str = ""
    phrases: tuple[str, ...] = ()

    def label(self, language: str) -> str:
        """Return the label in ``language`` ("nl" or "en").

        Examples
        --------
        >>> Entry("price", "Prijs & waarde", "Price & value").label("nl")
        'Prijs & waarde'
        """
        return self.nl if language == "nl" else self.en

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the id as plain JSON values; parent and phrases only where there are any."""
        told = {"nl": self.nl, "en": self.en, "covers": self.covers}
        more = {"parent": self.parent, "phrases": list(self.phrases)}
        return told | {name: value for name, value in more.items() if value}


@dataclass(frozen=True, slots=True)
class Codebook:
    """Themes, kinds and flags, in the order in which they are shown.

    Parameters
    ----------
    name, version : str
        Which codebook this is; estimates under different versions are not comparable.
    themes, kinds, flags : tuple of Entry
        Their ids are unique within each tuple.
    changes : tuple of Change
        The change log, the oldest first.
    """

    name: str
    version: str
    themes: tuple[Entry, ...]
    kinds: tuple[Entry, ...]
    flags: tuple[Entry, ...]
    changes: tuple[Change, ...] = ()

    @property
    def theme_ids(self) -> tuple[str, ...]:
        """Ids of the themes, in order."""
        return tuple(entry.id for entry in self.themes)

    @property
    def kind_ids(self) -> tuple[str, ...]:
        """Ids of the kinds, in order."""
        return tuple(entry.id for entry in self.kinds)

    @property
    def flag_ids(self) -> tuple[str, ...]:
        """Ids of the flags, in order."""
        return tuple(entry.id for entry in self.flags)

    def to_dict(self) -> dict[str, Any]:
        """Return the codebook as plain JSON values.

        Examples
        --------
        >>> load_codebook().to_dict()["themes"]["price"]["nl"]
        'Prijs & waarde'
        """
        sections = {"themes": self.themes, "kinds": self.kinds, "flags": self.flags}
        told: dict[str, Any] = {"name": self.name, "version": self.version}
        told |= {
            section: {entry.id: entry.to_dict() for entry in found} for section, found in sections.items()
        }
        return told | ({"changes": [change.to_dict() for change in self.changes]} if self.changes else {})

    def to_text(self, language: str = "nl") -> str:
        """Return the codebook and its change log as text for a terminal; a theme stands under its parent."""
        lines = [f"{self.name} {self.version}"]
        for title, entries in (("Themes", self.themes), ("Kinds", self.kinds), ("Flags", self.flags)):
            lines += ["", title]
            for entry, depth in _nest(entries):
                covers = f": {entry.covers}" if entry.covers else ""
                lines.append(f"  {'  ' * depth}{entry.id:20s} {entry.label(language)}{covers}")
        return "\n".join([*lines, *(["", "Changes"] if self.changes else []), *map(str, self.changes)])

    def label(self, entry_id: str, language: str = "nl") -> str:
        """Return the label of a theme, kind or flag; the id itself where the codebook has none.

        Examples
        --------
        >>> load_codebook().label("delivery")
        'Levering & bezorging'
        """
        for entry in (*self.themes, *self.kinds, *self.flags):
            if entry.id == entry_id:
                return entry.label(language)
        return entry_id

    def __repr__(self) -> str:
        counts = f"{len(self.themes)} themes, {len(self.kinds)} kinds, {len(self.flags)} flags"
        return f"<Codebook: {self.name} {self.version}, {counts}>"

    def _repr_html_(self) -> str:
        sections = {"Themes": self.themes, "Kinds": self.kinds, "Flags": self.flags}
        tables = [
            make_table(
                ("id", "nl", "en"), [(entry.id, entry.nl, entry.en) for entry in entries], caption=name
            )
            for name, entries in sections.items()
        ]
        return make_card(f"Codebook {self.name} {self.version}", *tables)


def load_codebook(path: str | Path | None = None) -> Codebook:
    """Load a codebook from TOML, JSON or a workbook; without a path the one that ships with the package.

    Parameters
    ----------
    path : str or Path, optional
        A TOML or JSON file with ``name``, ``version``, the tables ``themes``, ``kinds`` and ``flags``, and
        ``changes``; or a workbook as `why_nps.core.exchange.save_codebook` writes it.

    Returns
    -------
    Codebook

    Raises
    ------
    CodebookError
        If the file cannot be read, an entry is malformed or stands twice, two have one name, a parent is no
        theme, or the change log contradicts the themes.

    Examples
    --------
    >>> len(load_codebook().themes)
    19
    """
    if path is None:
        return _shipped()
    if not Path(path).is_file():
        raise CodebookError(f"There is no codebook {str(path)!r}.")
    if Path(path).suffix.lower() in {".xlsx", ".json"}:
        from why_nps.core.exchange import read_exchanged

        return build_codebook(read_exchanged(Path(path)))
    try:
        return parse_codebook(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CodebookError(
            f"Cannot read the codebook {Path(path).name!r} ({type(error).__name__}): it must be TOML, JSON "
            "or xlsx."
        ) from error


def parse_codebook(toml: str) -> Codebook:
    """Read a codebook from TOML text.

    Raises
    ------
    CodebookError
        As in `load_codebook`.
    """
    try:
        data = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise CodebookError(f"The codebook is not valid TOML: {error}.") from error
    return build_codebook(data)


def build_codebook(data: Mapping[str, Any]) -> Codebook:
    """Build a codebook from plain values, as `Codebook.to_dict` gives them, and check it.

    Raises
    ------
    CodebookError
        As in `load_codebook`.
    """
    missing = [key for key in ("name", "version", "themes", "kinds") if not data.get(key)]
    if missing:
        raise CodebookError(f"The codebook lacks {', '.join(missing)}; the shipped one shows the form.")
    book = Codebook(
        name=str(data["name"]),
        version=str(data["version"]),
        themes=_entries(data["themes"], "themes"),
        kinds=_entries(data["kinds"], "kinds"),
        flags=_entries(data.get("flags", {}), "flags"),
        changes=read_changes(data.get("changes", [])),
    )
    _check_parents(book)
    check_changes(book.changes, book.version, {entry.id: entry.parent for entry in book.themes})
    return book


@cache
def _shipped() -> Codebook:
    return parse_codebook(files("why_nps").joinpath("data", "codebook.toml").read_text(encoding="utf-8"))


def _entries(table: dict[str, Any], section: str) -> tuple[Entry, ...]:
    if not isinstance(table, dict):
        raise CodebookError(f"[{section}] must be a table of ids, each with at least a label 'nl'.")
    entries = []
    for entry_id, fields in table.items():
        if not _ID.fullmatch(entry_id):
            raise CodebookError(f"{section}: the id {entry_id!r} must be lower case letters, digits and _.")
        if not isinstance(fields, dict) or not str(fields.get("nl", "")).strip():
            raise CodebookError(f'{section}.{entry_id} needs a Dutch label: nl = "...".')
        nl, phrases = str(fields["nl"]), fields.get("phrases", [])
        if not isinstance(phrases, list) or not all(isinstance(one, str) and one.strip() for one in phrases):
            raise CodebookError(f'{section}.{entry_id}: phrases must be a list of texts: ["...", "..."].')
        en, covers, parent = (str(fields.get(name, "")) for name in ("en", "covers", "parent"))
        entries.append(Entry(entry_id, nl, en or nl, covers, parent, tuple(phrases)))
    _check_names(entries, section)
    return tuple(entries)


def _check_names(entries: list[Entry], section: str) -> None:
    called: dict[str, str] = {}
    for entry in entries:
        for name in (entry.id, entry.nl, entry.en):
            other = called.setdefault(name.strip().lower(), entry.id)
            if other != entry.id:
                raise CodebookError(
                    f"{section}.{other} and {section}.{entry.id} are both called {name!r}: in a coded sheet "
                    "nobody could tell which is meant."
                )


def _nest(entries: tuple[Entry, ...], parent: str = "", depth: int = 0) -> list[tuple[Entry, int]]:
    """List entries, each followed by those nested under it, and how deep they are."""
    return [
        line
        for entry in entries
        if entry.parent == parent
        for line in ((entry, depth), *_nest(entries, entry.id, depth + 1))
    ]


def _check_parents(book: Codebook) -> None:
    parents = {entry.id: entry.parent for entry in book.themes if entry.parent}
    for theme, parent in parents.items():
        if parent not in book.theme_ids:
            raise CodebookError(f"themes.{theme}: its parent {parent!r} is no theme of the codebook.")
        above = [theme]
        while above[-1] in parents:
            above.append(parents[above[-1]])
            if above[-1] in above[:-1]:
                raise CodebookError(
                    f"themes.{theme} is its own parent, through {', '.join(above[1:-1]) or theme}."
                )
