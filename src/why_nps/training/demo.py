"""The demo export: a synthetic year of a shop chain that does not exist.

Texts and their scores are corpus answers that the shipped model was not trained on; branches,
touchpoints, employees and dates are invented, and so is the mess. Two stories are planted: from
the third quarter the branch Breda delivers badly, and one employee in Zwolle begs for tens.

Write it again with ``python -m why_nps.training.demo PATH``.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from why_nps.core.codebook import load_codebook
from why_nps.training.corpus import load_clause_bank, load_corpus, split_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from why_nps.training.corpus import CodedAnswer

ROWS = 2_000
STORY_BRANCH, STORY_QUARTER = "Breda", 3
BEGGING_EMPLOYEE = "M17"
_BRANCHES = {"Utrecht": 6, "Amersfoort": 5, "Breda": 5, "Zwolle": 5, "Leeuwarden": 3}
_TOUCHPOINTS = {"winkel": 5, "webshop": 3, "bezorging": 3, "klantenservice": 2}
_SILENT, _SHORT = 0.26, 3
_NO_CONTENT = ("nvt", "-", "geen", "n.v.t.", "x", "geen opmerkingen", "weet niet", ".", "niks")
_HEADER = (
    "Respondentnr",
    "Datum",
    "Vestiging",
    "Contactmoment",
    "Medewerker",
    "Bestelbedrag",
    "Cijfer",
    "Toelichting",
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where and when a row was answered."""

    day: dt.date
    branch: str
    touchpoint: str
    employee: str

    @property
    def troubled(self) -> bool:
        """Whether the delivery story plays here."""
        return self.branch == STORY_BRANCH and (self.day.month - 1) // 3 + 1 >= STORY_QUARTER


def build_demo(answers: Sequence[CodedAnswer], *, rows: int = ROWS, seed: int = 2025) -> bytes:
    """Build the demo export.

    Parameters
    ----------
    answers : sequence of CodedAnswer
        Answers outside the training set.
    rows : int
    seed : int

    Returns
    -------
    bytes
        A semicolon-separated file in cp1252 with Dutch headers, decimal commas and some mess.
    """
    dice = random.Random(seed)  # noqa: S311  a seeded demo, no secret
    usable = [answer for answer in answers if _fits(answer.text)]
    late = [a for a in usable if ("delivery", "pain") in a.pairs]
    begged = [a for a in usable if "begged" in a.flags and (a.score or 0) >= 8]
    ordinary = [a for a in usable if "begged" not in a.flags and ("delivery", "pain") not in a.pairs]
    decks = {
        "late": _deal(late, dice),
        "begged": _deal(begged, dice),
        "ordinary": _deal([*ordinary, *late[::3], *_repeat_short(ordinary)], dice),
        "praise": _deal([a for a in ordinary if (a.score or 0) >= 9], dice),
    }
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(_HEADER)
    for number, place in enumerate(sorted(_places(rows, dice), key=lambda p: p.day), start=10_001):
        answer = next(decks[_choose_deck(place, dice)])
        text = _mess_text(answer.text, dice)
        writer.writerow(
            (
                number,
                place.day.strftime("%d-%m-%Y"),
                place.branch + " " * (dice.random() < 0.02),
                place.touchpoint,
                place.employee,
                f"{dice.uniform(8, 900):.2f}".replace(".", ","),
                _mess_score(answer.score, dice),
                text,
            )
        )
    return out.getvalue().encode("cp1252")


def _fits(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return "\n" not in text


def _repeat_short(answers: list[CodedAnswer]) -> list[CodedAnswer]:
    """Short answers come back, as they do in life."""
    return [answer for answer in answers if len(answer.text.split()) <= _SHORT] * 2


def _deal(answers: list[CodedAnswer], dice: random.Random) -> Iterator[CodedAnswer]:
    """Deal shuffled answers for ever; each comes once before any comes again."""
    while True:
        deck = answers.copy()
        dice.shuffle(deck)
        yield from deck


def _places(rows: int, dice: random.Random) -> Iterator[_Place]:
    staff: dict[str, list[str]] = {}
    for number, branch in enumerate((b for b, size in _BRANCHES.items() for _ in range(size)), start=1):
        staff.setdefault(branch, []).append(f"M{number:02d}")
    for _ in range(rows):
        branch = dice.choices(list(_BRANCHES), weights=list(_BRANCHES.values()))[0]
        touchpoint = dice.choices(list(_TOUCHPOINTS), weights=list(_TOUCHPOINTS.values()))[0]
        day = dt.date(2025, 1, 1) + dt.timedelta(days=dice.randrange(365))
        yield _Place(day, branch, touchpoint, dice.choice(staff[branch]))


def _choose_deck(place: _Place, dice: random.Random) -> str:
    luck = dice.random()
    if place.troubled and luck < 0.5:
        return "late"
    if place.employee == BEGGING_EMPLOYEE:
        return "begged" if luck < 0.25 else "praise" if luck < 0.6 else "ordinary"
    return "ordinary"


def _mess_text(text: str, dice: random.Random) -> str:
    luck = dice.random()
    if luck < _SILENT:
        return ""
    if luck < _SILENT + 0.03:
        return dice.choice(_NO_CONTENT)
    if not text.isascii() and luck < _SILENT + 0.2:
        mangled = text.encode().decode("cp1252", errors="ignore")
        return mangled if _fits(mangled) else text
    return text


def _mess_score(score: int | None, dice: random.Random) -> str:
    luck = dice.random()
    if score is None or luck < 0.01:
        return dice.choice(("", "n.v.t.", "8,5", "11"))
    if luck < 0.05:
        return f"{score},0"
    if score == 10 and luck < 0.3:
        return "10 - zeer waarschijnlijk"
    return f" {score}" if luck < 0.07 else str(score)


def main() -> None:
    """Write the demo export to the path given."""
    split = split_corpus(load_corpus(load_codebook()), load_clause_bank())
    Path(sys.argv[1]).write_bytes(build_demo(split.test))
    sectors = Counter(answer.sector for answer in split.test)
    print(f"{ROWS:,} rows from {len(split.test):,} answers of {len(sectors)} sectors")  # noqa: T201


if __name__ == "__main__":
    main()
