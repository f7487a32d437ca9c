"""The codebook: which themes, kinds and flags exist, and what they are called.

A codebook is data (TOML). An id never changes meaning; a new meaning is a new id.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from why_nps.core.cards import make_card, make_table
from why_nps.errors import CodebookError

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
    """

    id: str
    nl: str
    en: str
    covers: str = ""

    def label(self, language: str) -> str:
        """Return the label in ``language`` ("nl" or "en").

        Examples
        --------
        >>> Entry("price", "Prijs & waarde", "Price & value").label("nl")
        'Prijs & waarde'
        """
        return self.nl if language == "nl" else self.en


@dataclass(frozen=True, slots=True)
class Codebook:
    """Themes, kinds and flags, in the order in which they are shown.

    Parameters
    ----------
    name, version : str
        Which codebook this is; estimates under different versions are not comparable.
    themes, kinds, flags : tuple of Entry
        Their ids are unique within each tuple.
    """

    name: str
    version: str
    themes: tuple[Entry, ...]
    kinds: tuple[Entry, ...]
    flags: tuple[Entry, ...]

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
        return {
            "name": self.name,
            "version": self.version,
            **{
                section: {
                    entry.id: {"nl": entry.nl, "en": entry.en, "covers": entry.covers} for entry in entries
                }
                for section, entries in sections.items()
            },
        }

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
    """Load a codebook from TOML; without a path the one that ships with the package.

    Parameters
    ----------
    path : str or Path, optional
        A TOML file with ``name``, ``version`` and the tables ``themes``, ``kinds`` and ``flags``.

    Returns
    -------
    Codebook

    Raises
    ------
    CodebookError
        If the file is not TOML, or an entry is malformed or stands twice.

    Examples
    --------
    >>> len(load_codebook().themes)
    19
    """
    if path is None:
        return _shipped()
    try:
        return parse_codebook(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CodebookError(f"Cannot read the codebook {Path(path).name!r}: {error}.") from error


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
    missing = [key for key in ("name", "version", "themes", "kinds") if not data.get(key)]
    if missing:
        raise CodebookError(f"The codebook lacks {', '.join(missing)}; the shipped one shows the form.")
    return Codebook(
        name=str(data["name"]),
        version=str(data["version"]),
        themes=_entries(data["themes"], "themes"),
        kinds=_entries(data["kinds"], "kinds"),
        flags=_entries(data.get("flags", {}), "flags"),
    )


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
        nl = str(fields["nl"])
        entries.append(Entry(entry_id, nl, str(fields.get("en", nl)), str(fields.get("covers", ""))))
    return tuple(entries)
