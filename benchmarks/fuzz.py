"""A fuzzer led by what the code does (atheris): ``make fuzz``, or ``python benchmarks/fuzz.py text``.

Whatever is not one of the package's own errors, or takes too long, is a finding: atheris then stops and keeps
the input. Targets are text, score, csv and xlsx; what follows goes to libFuzzer (``-max_total_time=150``).
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import atheris
import hostile

with atheris.instrument_imports(include=["why_nps"]):
    import why_nps
    from why_nps.errors import InputError
    from why_nps.reading.dates import parse_dates
    from why_nps.reading.scores import parse_score
    from why_nps.text import mask_personal_data, normalise_answer

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(tempfile.mkdtemp())
MOST_CHARACTERS = 20_000


def try_text(data: bytes) -> None:
    """Code and mask an answer, made of pieces of the list and of what the fuzzer likes."""
    provider = atheris.FuzzedDataProvider(data)
    pieces = []
    while provider.remaining_bytes() and sum(map(len, pieces)) < MOST_CHARACTERS:
        unit = (
            provider.ConsumeUnicode(8)
            if provider.ConsumeBool()
            else provider.PickValueInList([*hostile.WORST])
        )
        pieces.append(unit * provider.ConsumeIntInRange(1, 200))
    text = "".join(pieces)
    found = why_nps.code_one(text)
    json.dumps(found.to_dict(), allow_nan=False).encode()
    if any(not 0 <= said.start < said.end <= len(text) for said in found.mentions):
        raise AssertionError("a mention lies outside the answer")
    masked = mask_personal_data(normalise_answer(text).text).text
    if mask_personal_data(masked).text != masked:
        raise AssertionError("masking twice changes the text")


def try_score(data: bytes) -> None:
    """Parse a cell as a score and as a date."""
    cell = atheris.FuzzedDataProvider(data).ConsumeUnicode(100)
    found = parse_score(cell)
    if (found.value is None) != bool(found.reason):
        raise AssertionError("neither a score nor a reason")
    parse_dates([cell])


def try_file(name: str) -> Callable[[bytes], None]:
    """Return what reads a file of any bytes."""

    def read(data: bytes) -> None:
        path = FOLDER / name
        path.write_bytes(data)
        try:
            why_nps.read_answers(path)
        except InputError:
            return

    return read


TARGETS = {"text": try_text, "score": try_score, "csv": try_file("a.csv"), "xlsx": try_file("a.xlsx")}


def main() -> None:
    """Fuzz one target; files begin from those of the list."""
    target, *more = sys.argv[1:]
    seeds = FOLDER / "seeds"
    seeds.mkdir()
    for number, file in enumerate(hostile.list_files()):
        if file.filename.endswith(target) and len(file.content) < MOST_CHARACTERS:
            (seeds / str(number)).write_bytes(file.content)
    why_nps.code_one("xyzzy foo bar baz quux lorem cafÃ©")  # loads what is loaded when used
    atheris.Setup(
        [sys.argv[0], str(seeds), "-timeout=20", "-max_len=20000", "-len_control=0", *more], TARGETS[target]
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
