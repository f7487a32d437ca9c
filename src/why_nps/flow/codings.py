"""What coders did in a sheet: a workbook, CSV with its columns, or an export of Label Studio."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from why_nps.errors import InputError
from why_nps.flow.sheets import CHANCE, DONE, DRAWN, FLAG, USEFUL
from why_nps.reading.cells import as_text
from why_nps.reading.files import read_cells
from why_nps.reading.scores import parse_score

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from why_nps.core.codebook import Codebook, Entry
    from why_nps.reading.cells import Cells

_WORKBOOKS = (".xlsx", ".xlsm", ".xls")
SHEETS = (".csv", ".tsv", ".json", *_WORKBOOKS)
_NEEDED = ("answer_id", "text", DONE, "theme_1", "kind_1")
_PLACE = re.compile(r"theme_([0-9]{1,3})")
_BETWEEN = re.compile("[,;]")
_UNREAD = frozenset({"", "0", "0.0", "-", "n", "nee", "no", "false", "onwaar"})  # a box is TRUE or FALSE
_FEW = 6  # entries that a message can list
Row = dict[str, str]  # cell by column, "" where it holds nothing


@dataclass(frozen=True, slots=True)
class Coding:
    """What one coder found in one answer.

    Parameters
    ----------
    answer_id, text, coder, sector : str
        "" where the sheet does not tell.
    score : int or None
        0..10.
    probability : float or None
        Chance with which the answer was drawn; None where the sheet does not tell, or tells no chance.
    mentions : tuple of (str, str, str)
        Span ("" where the sheet does not tell), theme and kind.
    flags : frozenset of str
    flags_coded : bool
        Whether the sheet names any flag.
    """

    answer_id: str
    text: str = field(repr=False)
    coder: str
    sector: str
    score: int | None
    probability: float | None
    mentions: tuple[tuple[str, str, str], ...] = field(repr=False)
    flags: frozenset[str]
    flags_coded: bool


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """A sheet as coders left it.

    Parameters
    ----------
    codings : tuple of Coding
        Of the answers that were read by a coder, in the order of the sheet.
    useful : int
        Answers in the sheet, coded or not, that were drawn because they are useful to learn from.
    """

    codings: tuple[Coding, ...]
    useful: int


def read_filled_sheet(path: str | Path, codebook: Codebook) -> FilledSheet:
    """Read a sheet that coders filled in.

    Parameters
    ----------
    path : str or Path
        A JSON export of Label Studio, a CSV file, or a workbook whose first sheet is read; the columns are
        those of `why_nps.training.sheets.read_coded_sheet`.
    codebook : Codebook
        Themes, kinds and flags, by id or by label.

    Returns
    -------
    FilledSheet

    Raises
    ------
    InputError
        If the file cannot be read, lacks a column, or rows cannot be used; each is named with what is wrong,
        and its text is not told.
    """
    source = Path(path)
    if source.suffix.lower() == ".json":
        return _read_tasks(source, codebook)
    cells = read_cells(source, sheet=0 if source.suffix.lower() in _WORKBOOKS else None)
    rows = list(_list_rows(cells))
    flags_coded = any(row.get("flags") for _, row in rows)
    seen: set[tuple[str, str]] = set()

    def read(where: str, row: Row) -> Coding | None:
        coding = _read_row(row, where, codebook, flags_coded=flags_coded)
        if coding is not None:
            _refuse_again(coding, seen, where)
        return coding

    codings = _read_all(rows, read)
    return FilledSheet(codings, sum(row.get(DRAWN, "").lower() == USEFUL for _, row in rows))


def _read_all(
    rows: Iterable[tuple[str, Any]], read: Callable[[str, Any], Coding | None], shown: int = 10
) -> tuple[Coding, ...]:
    """Read rows, and raise one InputError that tells the first of those that cannot be used."""
    codings, problems = [], []
    for where, row in rows:
        try:
            coding = read(where, row)
        except InputError as error:
            problems.append(str(error))
        else:
            codings += [coding] if coding is not None else []
    if len(problems) == 1:
        raise InputError(problems[0])
    if problems:
        more = [f"... and {len(problems) - shown:,} more"] if len(problems) > shown else []
        lines = "\n  ".join([*problems[:shown], *more])
        raise InputError(f"{len(problems):,} rows cannot be used:\n  {lines}")
    return tuple(codings)


def _list_rows(cells: Cells) -> Iterator[tuple[str, Row]]:
    """Yield where each row stands and its cells."""
    columns = {name.strip().lower(): cells.take(name) for name in cells.columns}
    kinds = [f"kind_{place}" for place in _list_places(columns)]
    missing = [name for name in (*_NEEDED, *kinds) if name not in columns]
    if missing:
        raise InputError(
            f"{cells.source} lacks the column {missing[0]!r}: a coded sheet, the first of a workbook, has "
            f"{', '.join(_NEEDED)}, ... as `why-nps sample` writes them."
        )
    for number, row in enumerate(zip(*columns.values(), strict=True)):
        texts = (as_text(cell) or "" for cell in row)
        yield f"{cells.source}, {cells.at(number)}", dict(zip(columns, map(str.strip, texts), strict=True))


def _list_places(columns: Iterable[str]) -> list[int]:
    return sorted(int(found[1]) for name in columns if (found := _PLACE.fullmatch(name)))


def _refuse_again(coding: Coding, seen: set[tuple[str, str]], where: str) -> None:
    if (coding.answer_id, coding.coder) in seen:
        raise InputError(
            f"{where}: its answer_id stands in a row above; give each answer one row, or one for each coder "
            "with the column 'coder'."
        )
    seen.add((coding.answer_id, coding.coder))


def _read_row(row: Row, where: str, codebook: Codebook, *, flags_coded: bool) -> Coding | None:
    """Read a row; None where nobody coded it."""
    if row[DONE].lower() in _UNREAD:
        if any(row[f"theme_{place}"] for place in _list_places(row)):
            raise InputError(
                f"{where}: has a theme but no x in {DONE!r}; put one there, or take the theme away."
            )
        return None
    if not row["answer_id"]:
        raise InputError(f"{where}: is marked as coded but has no answer_id; give it the one of its answer.")
    told = [flag for flag in map(str.strip, _BETWEEN.split(row.get("flags", ""))) if flag]
    flags = frozenset(find_entry(flag, codebook.flags, "flag", where, "flags") for flag in told)
    mentions = tuple(_read_mentions(row, where, codebook))
    if mentions and not row["text"]:
        raise InputError(f"{where}: has a theme but no text.")
    return Coding(
        row["answer_id"],
        row["text"],
        row.get("coder", ""),
        row.get("sector", ""),
        parse_score(row.get("score")).value,
        _to_chance(row.get(CHANCE)),
        mentions,
        flags,
        flags_coded,
    )


def _read_mentions(row: Row, where: str, codebook: Codebook) -> Iterator[tuple[str, str, str]]:
    for place in _list_places(row):
        cells = {name: row.get(f"{name}_{place}", "") for name in ("theme", "kind", "span")}
        if not any(cells.values()):
            continue
        empty = [name for name in ("theme", "kind") if not cells[name]]
        if empty:
            raise InputError(f"{where}: {empty[0]}_{place} is empty; a mention has a theme and a kind.")
        theme = find_entry(cells["theme"], codebook.themes, "theme", where, f"theme_{place}")
        kind = find_entry(cells["kind"], codebook.kinds, "kind", where, f"kind_{place}")
        if cells["span"] not in row["text"]:
            raise InputError(f"{where}: span_{place} does not occur in the text; copy it letter by letter.")
        yield cells["span"], theme, kind


def find_entry(written: str, entries: tuple[Entry, ...], section: str, where: str, cell: str) -> str:
    """Return the id of the entry that a coder wrote, by id or by label.

    Raises
    ------
    InputError
        If there is none; what was written may be an answer's text, so that is not told.
    """
    spellings = {
        spelling.strip().lower(): (entry.id, spelling)
        for entry in entries
        for spelling in (entry.id, entry.nl, entry.en)
    }
    key = written.strip().lower()
    if key in spellings:
        return spellings[key][0]
    if near := get_close_matches(key, spellings, n=1):
        hint = f" Did you mean {spellings[near[0]][1]!r}?"
    elif len(entries) <= _FEW:
        hint = f" It has {', '.join(entry.nl for entry in entries)}."
    else:
        hint = f" `why-nps codebook` shows its {section}s."
    raise InputError(f"{where}: {cell} holds no {section} of the codebook.{hint}")


def _to_chance(cell: Any) -> float | None:
    """Return a chance of 0 to 1; a Dutch Excel writes it with a comma."""
    try:
        chance = float(str(cell).replace(",", "."))
    except ValueError:
        return None
    return chance if 0 < chance <= 1 else None


def _read_tasks(path: Path, codebook: Codebook) -> FilledSheet:
    """Read an export of Label Studio: tasks that nobody coded, and skipped ones, are left out."""
    try:
        tasks = json.loads(path.read_text(encoding="utf-8"))
        done = [
            (f"{path.name}, task {task['data']['answer_id']}", (task["data"], annotation))
            for task in tasks
            for annotation in task.get("annotations", [])
            if not annotation.get("was_cancelled")
        ]
        flags_coded = any(_is_flag(part) for _, (_, annotation) in done for part in annotation["result"])

        def read(where: str, both: tuple[dict[str, Any], dict[str, Any]]) -> Coding:
            return _read_annotation(*both, where, codebook, flags_coded=flags_coded)

        codings = _read_all(done, read)
        useful = sum(str(task["data"].get(DRAWN, "")).lower() == USEFUL for task in tasks)
    except InputError:
        raise
    except FileNotFoundError:
        raise InputError(f"There is no file {path.name!r} in {str(path.parent)!r}.") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path.name!r} is no JSON export of Label Studio with the tasks of `sample` "
            f"({type(error).__name__}); export it as JSON, not as JSON-MIN."
        ) from error
    return FilledSheet(codings, useful)


def _is_flag(part: dict[str, Any]) -> bool:
    return bool(part.get("from_name") == FLAG)


def _read_annotation(
    data: dict[str, Any], annotation: dict[str, Any], where: str, codebook: Codebook, *, flags_coded: bool
) -> Coding:
    flags = [flag for part in annotation["result"] if _is_flag(part) for flag in part["value"]["choices"]]
    regions: dict[str, dict[str, Any]] = {}
    for part in annotation["result"]:
        if _is_flag(part):
            continue
        regions.setdefault(part["id"], {}).update(part["value"])
    mentions = []
    for region in regions.values():
        span = data["text"][region["start"] : region["end"]]
        if span != region.get("text", span) or not span:
            raise InputError(f"{where}: a span no longer matches its text; code the task as it was written.")
        (kind,) = region.get("choices") or [""]
        kind = find_entry(kind, codebook.kinds, "kind", where, "a span")
        mentions += [
            (span, find_entry(theme, codebook.themes, "theme", where, "a span"), kind)
            for theme in region.get("labels") or [""]
        ]
    coder = annotation.get("completed_by", "")
    return Coding(
        str(data["answer_id"]),
        data["text"],
        str(coder.get("id", "") if isinstance(coder, dict) else coder),
        "",
        None,
        _to_chance(data.get(CHANCE)),
        tuple(mentions),
        frozenset(find_entry(flag, codebook.flags, "flag", where, "the answer") for flag in flags),
        flags_coded,
    )
