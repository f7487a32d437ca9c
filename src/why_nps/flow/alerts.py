"""Closing the loop: which coded answers should go to whom, by rules in a file; nothing is sent.

A rule names whom it is for and what an answer must have: a flag, a theme with a kind, a score at or under
a number, a value of a column. An answer must have all that the rule names.
"""

from __future__ import annotations

import io
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from why_nps.core.inert import INERT_WORKBOOK, defuse
from why_nps.core.storage import write_atomically
from why_nps.errors import InputError
from why_nps.flow.exporting import list_mentions, mask_coded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from why_nps.core.codebook import Codebook
    from why_nps.flow.coding import Coded

_TOP = 10
_EMPLOYEE = "employee"
_WIDTHS = {"rule": 30, "to": 18, "text": 80, "because": 40}


@dataclass(frozen=True, slots=True)
class Rule:
    """Which answers go to whom; what is not named does not matter, and of several values one is enough.

    Parameters
    ----------
    name : str
        What the reader of the work list sees.
    to : str
        Whom it is for: a team, a person, a mailbox.
    flags : tuple of str
        Ids of flags.
    themes, kinds : tuple of str
        Ids of one mention: a theme of these with a kind of these.
    probability : float
        Of the flag or the mention, at least, 0..1.
    score_at_most : int or None
        Highest score, 0..10.
    where : dict of str to tuple of str
        Values of columns such as touchpoint or branch.
    """

    name: str
    to: str
    flags: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    probability: float = 0.0
    score_at_most: int | None = None
    where: dict[str, tuple[str, ...]] | None = None

    def list_columns(self) -> tuple[str, ...]:
        """Return the columns that the rule looks at."""
        return tuple(self.where or ())


def read_rules(path: str | Path) -> list[Rule]:
    """Read rules from a TOML file.

    Parameters
    ----------
    path : str or Path
        With a table ``[[rule]]`` for each: ``name``, ``to``, and one or more of the other fields of `Rule`.

    Returns
    -------
    list of Rule

    Raises
    ------
    InputError
        If the file cannot be read, or a rule is malformed or asks for nothing.
    """
    name = Path(path).name
    try:
        tables = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"Cannot read the rules {name!r}: {error}.") from error
    rules = tables.get("rule")
    if set(tables) != {"rule"} or not isinstance(rules, list):
        raise InputError(f"{name!r} must hold [[rule]] tables and nothing else.")
    return [_parse(rule, f"Rule {number} of {name!r}") for number, rule in enumerate(rules, start=1)]


def _parse(table: dict[str, Any], place: str) -> Rule:
    known = [field.name for field in fields(Rule)]
    unknown = [key for key in table if key not in known]
    if unknown:
        raise InputError(f"{place}: {unknown[0]!r} is no field of a rule; there are {', '.join(known)}.")
    for key in ("name", "to"):
        if not isinstance(table.get(key), str) or not table[key].strip():
            raise InputError(f'{place} needs {key} = "...".')
    if not any(table.get(key) not in (None, [], {}) for key in known[2:] if key != "probability"):
        raise InputError(f"{place} asks for nothing; name flags, themes, kinds, score_at_most or where.")
    score = table.get("score_at_most")
    if score is not None and (type(score) is not int or score not in range(_TOP + 1)):
        raise InputError(f"{place}: score_at_most must be a whole number, 0 to 10.")
    share = table.get("probability", 0.0)
    if not isinstance(share, int | float) or not 0 <= share <= 1:
        raise InputError(f"{place}: probability must be a number, 0 to 1.")
    where = table.get("where", {})
    if not isinstance(where, dict):
        raise InputError(f'{place}: where must be a table, such as {{ touchpoint = ["webshop"] }}.')
    named = {key: _values(table.get(key, []), f"{place}: {key}") for key in ("flags", "themes", "kinds")}
    return Rule(
        table["name"],
        table["to"],
        **named,
        probability=float(share),
        score_at_most=score,
        where={column: _values(values, f"{place}: where.{column}") for column, values in where.items()},
    )


def _values(given: object, place: str) -> tuple[str, ...]:
    values = given if isinstance(given, list) else [given]
    if not all(isinstance(value, str) for value in values):
        raise InputError(f"{place} must be a list of texts between quotes.")
    return tuple(values)


def list_alerts(coded: Coded, rules: Sequence[Rule]) -> pd.DataFrame:
    """List the answers that rules ask for.

    Parameters
    ----------
    coded : Coded
        From `code` or `read_coded`.
    rules : sequence of Rule

    Returns
    -------
    pandas.DataFrame
        A row for each rule and answer, rules in their order, lowest score first: ``rule``, ``to``,
        ``answer_id``, ``score``, ``answered_on``, the columns that rules look at (employees left out),
        ``text`` (masked) and ``because`` (its clauses, masked, or flags that the rule is about).

    Raises
    ------
    InputError
        If a rule names a theme, kind, flag or column that is not there.

    Examples
    --------
    >>> from why_nps import code
    >>> coded = code(["Bel mij terug op 06-12345678", "Top"])
    >>> alerts = list_alerts(coded, [Rule("Bellen", "balie", flags=("callback",))])
    >>> alerts[["answer_id", "text"]].to_numpy().tolist()
    [['1', 'Bel mij terug op [telefoon]']]
    """
    _check(rules, coded.codebook, coded.answers.segments)
    masked = mask_coded(coded)
    mentions = list_mentions(coded)
    columns = dict.fromkeys(column for rule in rules for column in rule.list_columns() if column != _EMPLOYEE)
    answers = masked.answers.frame.set_index("answer_id", drop=False)
    told = pd.DataFrame(
        {
            "answer_id": answers["answer_id"],
            "score": answers["score"],
            "answered_on": answers["answered_on"].dt.strftime("%Y-%m-%d"),
            **{column: answers[column] for column in columns},
            "text": answers["text"],
        }
    )
    found = []
    for rule in rules:
        because = _reasons(rule, mentions, coded.flags)
        fits = _fits(rule, answers) & (answers.index.isin(because.index) if because is not None else True)
        chosen = told[fits].sort_values("score", kind="stable")
        chosen.insert(0, "rule", rule.name)
        chosen.insert(1, "to", rule.to)
        chosen["because"] = chosen["answer_id"].map(because) if because is not None else ""
        found.append(chosen)
    head = ["rule", "to", *told.columns, "because"]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=head)


def _fits(rule: Rule, answers: pd.DataFrame) -> pd.Series:
    fits = pd.Series(data=True, index=answers.index)
    if rule.score_at_most is not None:
        fits &= (answers["score"] <= rule.score_at_most).fillna(value=False).astype(bool)
    for column, values in (rule.where or {}).items():
        fits &= answers[column].isin(values)
    return fits


def _reasons(rule: Rule, mentions: pd.DataFrame, flags: pd.DataFrame) -> pd.Series | None:
    """Return the words or flags that answer a rule, by answer; None where it asks for none."""
    reasons = []
    if rule.themes or rule.kinds:
        right = mentions["probability"] >= rule.probability
        right &= mentions["theme"].isin(rule.themes) if rule.themes else True
        right &= mentions["kind"].isin(rule.kinds) if rule.kinds else True
        reasons.append(_join(mentions.loc[right, "answer_id"], mentions.loc[right, "clause_text"]))
    if rule.flags:
        right = flags["flag"].isin(rule.flags) & (flags["probability"] >= rule.probability)
        reasons.append(_join(flags.loc[right, "answer_id"], flags.loc[right, "flag"]))
    if len(reasons) > 1:
        both = reasons[0].index.intersection(reasons[1].index)
        return reasons[0][both] + " | " + reasons[1][both]
    return reasons[0] if reasons else None


def _join(answer_ids: pd.Series, words: pd.Series) -> pd.Series:
    return words.groupby(answer_ids).agg(lambda some: " | ".join(dict.fromkeys(some)))


def _check(rules: Iterable[Rule], codebook: Codebook, columns: Sequence[str]) -> None:
    # Rules of wording find flags that a codebook of one's own may lack.
    for rule in rules:
        for what, named, known in (
            ("flag", rule.flags, (*codebook.flag_ids, "pii", "other_language")),
            ("theme", rule.themes, codebook.theme_ids),
            ("kind", rule.kinds, codebook.kind_ids),
            ("column", rule.list_columns(), columns),
        ):
            missing = [name for name in named if name not in known]
            if missing:
                there = ", ".join(known) or "none"
                raise InputError(f"Rule {rule.name!r} names the {what} {missing[0]!r}; there are {there}.")


def write_alerts(alerts: pd.DataFrame, path: str | Path) -> Path:
    """Write a work list as a workbook (.xlsx) or a CSV file (.csv), safe to open in a spreadsheet.

    Parameters
    ----------
    alerts : pandas.DataFrame
        From `list_alerts`.
    path : str or Path

    Returns
    -------
    Path

    Raises
    ------
    InputError
        For another ending, or if the file cannot be written.
    """
    target = Path(path)
    if target.suffix not in (".xlsx", ".csv"):
        raise InputError(
            f"A work list is written as .xlsx or .csv, not {target.suffix or 'without an ending'!r}."
        )
    cells = [[defuse(str(cell)) if pd.notna(cell) else "" for cell in row] for row in alerts.to_numpy(object)]
    if target.suffix == ".csv":
        table = pd.DataFrame(cells, columns=alerts.columns)
        text = table.to_csv(index=False, sep=";", lineterminator="\r\n")
        return write_atomically(target, text.encode("utf-8-sig"))
    return write_atomically(target, _workbook(alerts.columns.tolist(), cells))


def _workbook(head: list[str], rows: list[list[str]]) -> bytes:
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, INERT_WORKBOOK) as book:
        page = book.add_worksheet("worklist")
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        page.write_row(0, 0, head, book.add_format({"bold": True}))
        for place, name in enumerate(head):
            page.set_column(place, place, _WIDTHS.get(name, 14))
        for number, row in enumerate(rows, start=1):
            for place, (name, cell) in enumerate(zip(head, row, strict=True)):
                if name == "score" and cell:
                    page.write_number(number, place, int(cell), wrapped)
                else:
                    page.write_string(number, place, cell, wrapped)
        page.freeze_panes(1, 0)
        if rows:
            page.autofilter(0, 0, len(rows), len(head) - 1)
    return stream.getvalue()
