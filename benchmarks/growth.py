"""How the time of every pattern, and of every step that reads text, grows with its worst case."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from typing import TYPE_CHECKING, Any

import hostile

from why_nps.reading.dates import parse_dates
from why_nps.reading.names import recognise
from why_nps.reading.scores import parse_score
from why_nps.text import find_remarks, mask_personal_data, normalise_answer, screen_answer, split_clauses
from why_nps.text.flags import Alphabet, lay_out, read_wordings
from why_nps.text.privacy import addresses, cues, shapes
from why_nps.text.screen import is_other_language
from why_nps.themes.features import spell, tokenise
from why_nps.themes.spelling import Speller

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOMS = ("text", "reading", "themes", "flow", "core")
LENGTH = 10_000  # characters: the longest that anything but normalising is given
SHORTEST = 0.004  # seconds; below this a clock says little, and nobody waits
_ROUNDS = 6
MOST = 3.0  # times as long for twice the length: about double, and not four times


def list_patterns() -> dict[str, re.Pattern[str]]:
    """Return every regular expression of the package that reads text, by name; flags are `list_wordings`."""
    found: dict[str, re.Pattern[str]] = {}
    for room in ROOMS:
        package = importlib.import_module(f"why_nps.{room}")
        walked = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        for module in (package.__name__, *(module.name for module in walked)):
            for name, value in vars(importlib.import_module(module)).items():
                found |= {f"{module}.{name}{place}": pattern for place, pattern in _find_patterns(value)}
    rules = cues.read_name_rules()  # made when first used, so in no module
    for word in rules.by_word:
        found |= {f"name {word} {kind}": pattern for pattern, kind in cues.compile_cue(word)}
    cued = shapes._cued_patterns()  # noqa: SLF001
    from why_nps.text import clauses, screen

    return found | {
        "units": cued.units,
        "names in lower case": rules.in_lower,
        "names in doubt": rules.in_doubt,
        "sayings": rules.sayings,
        "cities": addresses._read_patterns().cities,  # noqa: SLF001
        "other streets": addresses._read_patterns().other_streets,  # noqa: SLF001
        "clauses": clauses._rules().boundary,  # noqa: SLF001
        "mash": screen._mash(),  # noqa: SLF001
    }


def _find_patterns(value: Any, place: str = "") -> Iterator[tuple[str, re.Pattern[str]]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield place, value
    elif isinstance(value, tuple) and not hasattr(value, "_fields"):
        for number, one in enumerate(value):
            yield from _find_patterns(one, f"{place}[{number}]")


def list_wordings() -> Iterator[tuple[str, re.Pattern[str], str]]:
    """Yield each wording of a flag, and its own example: repeated without its end it nearly matches."""
    words = read_wordings("words")
    for flag in words["flags"]:
        data = read_wordings(flag)
        kinds = (("wordings", False), ("near_misses", True))
        rules = [(rule, longest) for part, longest in kinds for rule in data[part]]
        alphabet = Alphabet([rule["pattern"] for rule, _ in rules], words["lists"] | data["lists"])
        for rule, longest in rules:
            pattern = re.compile(alphabet.express(rule["pattern"], longest=longest))
            letters = alphabet.write(lay_out(rule["example"].lower())[1:-1])
            yield f"{flag}: {rule['pattern']}", pattern, letters


def list_steps() -> dict[str, Callable[[str], object]]:
    """Return what reads a text, by name."""
    speller = Speller(["levering", "a" * 24, "aaaaa"], ())
    return {
        "normalise": normalise_answer,
        "screen": screen_answer,
        "language": is_other_language,
        "clauses": split_clauses,
        "mask": mask_personal_data,
        "remarks": lambda text: find_remarks([text]),
        "tokenise": lambda text: [speller.respell(word) + str(spell(word)) for word in tokenise(text)],
        "score cell": parse_score,
        "date cell": lambda text: parse_dates([text]),
        "column name": recognise,
    }


def search(pattern: re.Pattern[str]) -> Callable[[str], object]:
    """Return a function that finds every match, as most patterns are used."""
    return lambda text: sum(1 for _ in pattern.finditer(text))


def find_growth(work: Callable[[str], object], unit: str, length: int = LENGTH) -> float:
    """Return how many times as long twice the length takes; 0 where even that takes next to no time."""
    half, whole = (unit * (size // len(unit) + 1) for size in (length, 2 * length))
    if _clock(work, whole) < SHORTEST:
        return 0.0
    # What else runs only adds time, to either: the shortest of both are compared.
    halves, wholes = zip(*[(_clock(work, half), _clock(work, whole)) for _ in range(_ROUNDS)], strict=True)
    return min(wholes) / max(min(halves), 1e-9)


def _clock(work: Callable[[str], object], text: str) -> float:
    begin = time.process_time()
    work(text)
    return time.process_time() - begin


def list_trials() -> list[tuple[str, Callable[[str], object], str]]:
    """Return every pattern and step with each unit that may be its worst case."""
    units = hostile.WORST
    trials = [(name, work, unit) for name, work in list_steps().items() for unit in units]
    trials += [(name, search(pattern), unit) for name, pattern in list_patterns().items() for unit in units]
    return trials + [
        (name, search(pattern), f"{example[:-3]} ") for name, pattern, example in list_wordings()
    ]
