"""Inputs that break readers of answers, each with what is wanted of it.

The tests in tests/reliability and ``python benchmarks/reliability.py`` take their inputs from here, so that
one list tells what was tried. Nothing in it is an answer that anybody gave.
"""

# ruff: noqa: E501 - tables of cases

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import xlsxwriter

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

MILLION, MANY = 1_000_000, 100_000


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, and what must become of it.

    Parameters
    ----------
    name, text : str
    repair : str
        What `why_nps.text.NormalisedText.repairs` must tell; "" where nothing need be.
    status : str
        content, no_content or empty; "" where any will do.
    plain : str
        The same in plain spelling, which must get the same mentions; "" where there is no such thing.
    """

    name: str
    text: str
    repair: str = ""
    status: str = ""
    plain: str = ""


_SAID = "snelle levering, maar personeel was onvriendelijk"

ANSWERS = (
    *(Answer(f"{name} {MANY:,} times", sign * MANY, "repeats") for name, sign in
      (("emoji", "\U0001f600"), ("!", "!"), ("(", "("), ('"', '"'), ("<", "<"), ("space", " "))),
    Answer("// without end", "://" * 50_000, "long_words"),
    Answer("one letter, a million times", "a" * MILLION, "repeats"),
    Answer("a word 220,000 times", "goed " * 220_000, "cut", "content"),
    Answer("a letter with 200,000 marks", "a" + "\u0301\u0302" * MANY, "marks"),
    Answer("a letter that NFKC makes eighteen of", "\ufdfa " * MANY, "cut"),
    Answer("spaces and then a letter", " " * MANY + "x", "repeats"),
    Answer("an address that never comes to its @", "a.b+c-d" * 15_000, "long_words"),
    Answer("an address that never ends", "a@b." * 25_000, "long_words"),
    Answer("lone surrogate", f"{_SAID} \ud83d", "surrogates", "content"),
    Answer("only lone surrogates", "\ud83d\ud83e" * 50_000, "surrogates"),
    Answer("surrogate pairs", "\ud83d\ude00\ud83d\ude01" * 25_000, "surrogates", "content"),
    Answer("controls", f"{_SAID}\0\x0b\x1b\x7f", "invisible", "content", _SAID),
    Answer("nothing but NUL", "\0" * MANY, "invisible", "empty"),
    Answer("returns of three kinds", "\r\n\r\u2028" * 25_000, "breaks", "empty"),
    Answer("tags for line breaks", "<br>" * 25_000, "breaks", "empty"),
    Answer("bidi, zero width, soft hyphen, BOM",
           "\ufeff" + _SAID.replace("e", "e\u200b\u2060").replace("l", "l\xad") + "\u202e", "invisible",
           "content", _SAID),
    Answer("mojibake", "snelle levering in het cafÃ©, maar â‚¬ 5,- te duur", "mojibake", "content",
           "snelle levering in het café, maar € 5,- te duur"),
    Answer("mojibake twice over", "het cafÃƒÂ© was vies", "mojibake", "content", "het café was vies"),
    Answer("mojibake without end", "Ã© " * 30_000, "mojibake"),
    Answer("ligatures", "\ufb01jn personeel, \u0133skoud gebak", "variants", "content",
           "fijn personeel, ijskoud gebak"),
    Answer("dotted capital I", "\u0130edereen is vriendelijk", "variants", "content", "Iedereen is vriendelijk"),
    Answer("accents apart", "e\u0301e\u0301n keer gebeld, niemand nam op", "composition", "content",
           "één keer gebeld, niemand nam op"),
    Answer("entities", "snel &amp; netjes, &euro; 5 te duur", "entities", "content", "snel & netjes, € 5 te duur"),
    Answer("hard spaces and quotes", "zo\u2019n\xa0trage\u2003levering\u2026", "typography", "content",
           "zo'n trage levering..."),
    *(Answer(f"empty: {text!r}", text, "", "empty") for text in ("", " ", "\xa0", "\u200b", "\n\t")),
    *(Answer(f"nothing said: {text}", text, "", "no_content")
      for text in ("-", "nvt", "n.v.t.", "NA", "null", "None", "geen", "?", "asdf", "7")),
    *(Answer(f"markup: {text}", f"{text} te duur", "", "content") for text in (
        "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{7*7}}", "[/]", "$\\frac$",
        "=cmd|'/c calc'!A1", "%s%n{0.__class__}", "'; drop table answers; --", "\x1b[2J\x1b]0;x\x07",
    )),
)  # fmt: skip

MISSING = ("None", "nan", "pandas.NA", "pandas.NaT")
"""Expressions for a missing answer; each must count as empty."""

NO_TEXTS: dict[str, Any] = {"bytes": b"geheim", "int": 3, "list": ["geheim"], "dict": {"geheim": 1}}
"""By the name of their type: each must be an `InputTypeError` that names the row."""

WORST = (
    *"a1 !(<&@.,-+#/'\"\n\t[{$€\U0001f600\u0301\ufdfa\u200b\ud83d",
    *("a ", "1 ", "a.", "1.", "a-", "1-", "a@", "a, ", "A ", "Jan ", "J. ", "de ", "van der ", "mevr. ", "dhr. "),
    *("aaaabbbb", "a\u0301", "Ã©", "Ã© ", "\x91 ", "&amp;", "&amp; ", "<br>", "</p", "\r\n", "://", "a\ud83d "),
    *("06-", "0031 ", "nul een ", "NL91ABNA", "1234 AB ", "12-", "Dorpsstraat ", "Dorpsstraat 1 ", "nummer ", "nr. 1 "),
    *("order 12", "kenteken ", "geboren op ", "jan punt ", " at ", "www.x.com/", "insta @", "goed maar ", "en ", "niet "),
    *("bel mij ", "ik ga ", "zou ik nooit ", "een 10 ", "jan-", "10 - ", "0,", "9/", "feb ", "2025-", "a;", '";', '""'),
)  # fmt: skip
"""Repeated, each is the worst case of some pattern: it nearly matches, again and again."""

SCORES: tuple[tuple[Any, int | str], ...] = (
    *((cell, 10) for cell in (10, "10", "10 - zeer waarschijnlijk", "10/10")),
    *((cell, 9) for cell in (" 9\n", "9\xa0", 9.0)),
    *((cell, 8) for cell in ("8.0", "8,0")),
    ("0 (helemaal niet)", 0),
    *((cell, "not a whole score") for cell in ("8,5", 0.8)),
    *((cell, "out of range") for cell in (11, -1, 99)),
    *((cell, "empty") for cell in (float("nan"), "", None)),
    *((cell, "unreadable") for cell in (float("inf"), "1e1", "1_0", "٣", True, "tien", "8-9", "nan")),
    *((cell, "a date") for cell in ("9-okt", dt.date(2025, 10, 9), dt.datetime(2025, 10, 9), "2025-10-09")),  # noqa: DTZ001
)


@dataclass(frozen=True, slots=True)
class File:
    """A file, and what must become of it.

    Parameters
    ----------
    name : str
        What is wrong with it.
    filename : str
    content : bytes
    error : tuple of str
        What the one error must hold, the file's name aside; empty where the file must be read.
    texts : tuple of str
        The answers that must be read, letter by letter.
    ids : tuple of str
        The ids that must be read, where the file has any.
    note : str
        What the report of reading must tell.
    """

    name: str
    filename: str
    content: bytes
    error: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    note: str = ""


def list_files(canary: str = "kanarie") -> Iterator[File]:
    """Yield every file; ``canary`` stands in the answers of those that must be refused."""
    yield from _list_broken(canary)
    yield from _list_sound()
    yield from _list_other_kinds()


def _make_text(name: str, content: str, *, encoding: str = "utf-8", **wanted: Any) -> File:
    """Return a CSV file."""
    return File(name, "export.csv", content.encode(encoding), **wanted)


def _list_broken(canary: str) -> Iterator[File]:
    """Yield text that must be refused."""
    head = "id;score;reden\n1;9;goed\n"
    yield _make_text(
        "cut inside a quote", f'{head}2;8;"{canary}', error=("line 3", "quote", "export the file again")
    )
    yield _make_text("cut mid-row", f"{head}2;8", error=("line 3", "2 fields", "export the file again"))
    yield _make_text(
        "separators in an answer without quotes", f"{head}1;8;{canary}; snel; top\n",
        error=("line 3", "5 fields", "quotes around"),
    )  # fmt: skip
    yield _make_text(
        "a quote within a quoted field", f'{head}2;8;"{canary}" zei hij\n', error=("line 3", "twice")
    )
    yield _make_text(
        "an id that stands twice", f"{head}1;8;{canary}\n", error=("line 3", "'id'", "answer_id=False")
    )
    yield _make_text(
        "no column for the answers", "id;score;redn\n1;9;a\n", error=("text", "'redn'", "Nearest", 'text="')
    )
    yield _make_text("no header", f"9;{canary}\n8;goed\n", error=("lack column names",))


def _list_sound() -> Iterator[File]:
    """Yield text of all sorts that must be read letter by letter."""
    yield _make_text(
        "cp1252", "score;reden\n9;café € 5\n", encoding="cp1252", texts=("café € 5",), note="cp1252"
    )  # fmt: skip
    yield _make_text("UTF-8 with BOM", "score;reden\n9;café\n", encoding="utf-8-sig", texts=("café",))
    yield _make_text("UTF-16", "score;reden\n9;café\n", encoding="utf-16", texts=("café",), note="UTF-16")
    yield _make_text(
        "ids that are no numbers", "id;score;reden\n12345678901234567890;9;a\n007;8;b\n",
        texts=("a", "b"), ids=("12345678901234567890", "007"),
    )  # fmt: skip
    yield _make_text(
        "words that mean missing elsewhere",
        "score;reden\n9;NA\n8;null\n7;None\n",
        texts=("NA", "null", "None"),
    )
    yield _make_text("a line that names the separator", "sep=;\nscore;reden\n9;a, b\n", texts=("a, b",))
    yield _make_text("CR alone", "score;reden\r9;a\r8;b\r", texts=("a", "b"))
    yield _make_text(
        "Qualtrics", 'RecordedDate,ResponseId,Q1,Q2\nRecorded Date,Response ID,Hoe waarschijnlijk is het dat u ons '
        'aanbeveelt?,Waarom geeft u dit cijfer?\n"{""ImportId"":""a""}","{""ImportId"":""b""}",'
        '"{""ImportId"":""c""}","{""ImportId"":""d""}"\n2025-12-31,R_1,9,Top\n',
        texts=("Top",), ids=("R_1",), note="Three header rows",
    )  # fmt: skip
    yield _make_text(
        "SurveyMonkey", "Respondent ID,End Date,Cijfer,Waarom geeft u dit cijfer?\n,,Response,Open-Ended Response\n"
        "1,12/31/2025,9,Top\n", texts=("Top",), ids=("1",), note="Two header rows",
    )  # fmt: skip


def _list_other_kinds() -> Iterator[File]:
    """Yield workbooks, Parquet, and what is none of them or only called so."""
    yield _make_text("a workbook called CSV", "", error=("0 bytes",))
    yield File("an archive called CSV", "export.csv", b"PK\x03\x04" + bytes(50), error=(".xlsx",))
    yield File("bytes of no text", "export.csv", b"\x81\x8d\xff", error=("neither UTF-8",))
    yield File("a PDF called CSV", "export.csv", b"%PDF\0\1", error=("not a text file",))
    yield File(
        "a workbook that unpacks to 300 MB", "export.xlsx", make_bomb(300), error=("refused", "unpack")
    )
    yield File("a workbook cut in half", "export.xlsx", make_workbook()[:900], error=("damaged",))
    yield File("a workbook", "export.xlsx", make_workbook(), texts=("goed",))
    yield File("Parquet that is none", "export.parquet", b"PAR1 and then nothing PAR1", error=("Parquet",))
    yield File("another kind", "export.docx", b"x", error=("Read are",))


def make_workbook() -> bytes:
    """Return a sound workbook with one answer."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("score", "reden"))
        sheet.write_row(1, 0, (9, "goed"))
    return stream.getvalue()


@cache
def make_bomb(megabytes: int) -> bytes:
    """Return a small workbook that unpacks to so many megabytes."""
    return add_member(make_workbook(), "xl/bomb.xml", b" " * (megabytes * 2**20))


def add_member(workbook: bytes, name: str, content: bytes) -> bytes:
    """Add a file to a workbook, or replace the one of that name."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in (members | {name: content}).items():
            archive.writestr(member, data)
    return stream.getvalue()


def damage(content: bytes, dice: random.Random) -> bytes:
    """Flip a bit, or cut the end off."""
    if dice.random() < 0.5:  # noqa: PLR2004 - one of two
        return content[: dice.randrange(len(content))]
    place = dice.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << dice.randrange(8)]) + content[place + 1 :]


def make_up_answer(dice: random.Random) -> str:
    """Put an answer together from what breaks readers: up to 200,000 characters of a few kinds."""
    pieces = [dice.choice(WORST) * int(10 ** dice.uniform(0, 4)) for _ in range(dice.randint(1, 6))]
    pieces += [dice.choice(ANSWERS).text[: int(10 ** dice.uniform(0, 4))] for _ in range(dice.randint(0, 3))]
    pieces += ["".join(chr(dice.randrange(0x110000)) for _ in range(dice.randint(0, 50)))]
    dice.shuffle(pieces)
    return dice.choice(("", " ")).join(pieces)


def make_up_file(dice: random.Random) -> tuple[str, bytes]:
    """Return a file name and bytes: a file of the list damaged, or rows of what breaks readers of CSV."""
    if dice.random() < 0.5:  # noqa: PLR2004 - one of two
        file = dice.choice(
            [file for file in list_files() if len(file.content) > 1 and "300" not in file.name]
        )
        return file.filename, damage(file.content, dice)
    cells = [
        *(str(cell) for cell, _ in SCORES),
        "goed",
        '"',
        "'",
        ";",
        ",",
        "\t",
        "\n",
        "\r\n",
        "\0",
        "€",
        "sep=|",
        "=",
    ]
    rows = "".join(dice.choice(cells) + dice.choice(("", ";", "\n", ",")) for _ in range(dice.randint(1, 60)))
    return "export.csv", ("score;reden\n" + rows).encode(
        dice.choice(("utf-8", "cp1252", "utf-16")), "replace"
    )
