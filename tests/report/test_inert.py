"""What is written does nothing: every writer, with hostile text in every place that takes any."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from itertools import product
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from tests.report.conftest import driver_rows, full_rows, group_rows, row, standout

from why_nps.core.answers import Answers, ReadingReport
from why_nps.core.codebook import Entry, load_codebook
from why_nps.core.inert import escape_markdown
from why_nps.core.summaries import ModelSummary

PAYLOADS = {
    "script": "</script><script>alert(1)</script>",
    "image": "\"'><img src=x onerror=alert(1)>",
    "style": "</style></title></svg><iframe src=//x>",
    "template": "{{7*7}}{%raw%}{0.__class__}",
    "formula": '=HYPERLINK("http://x";"x")',
    "plus": "+31 6 | @SUM(A1)",
    "spaced": " \t=cmd|'/c calc'!A1",
    "wide": "\uff1d1+1",
    "rich": "[/] [bold red]x[/bold red] :smile:",
    "ansi": "rood\x1b[31m\x1b]8;;http://x\x07klik",
    "c1": "a\x9b31mb\x85c",
    "bidi": "a\u202eb\u2066c\u200bd\ufeff",
    "surrogate": "a\ud83db",
    "maths": "$\\frac$ _x^2",
    "markdown": "[x](javascript:alert(1)) | `x` <b>",
    "break": "a\r\nb\tc\x00d",
    "cells": "duur;=cmd|'/c calc'!A1;,+SUM(A1),x\n-2+cmd|x\t@SUM(A1)|\t \"=cmd|x\"",
}
ACTIVE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
BRANCH, EMPLOYEE = "branch", "employee"
SHOWN = [text for name, text in PAYLOADS.items() if name != "surrogate"]  # no frame holds one
ALL = " ".join(SHOWN)
THEMES = [theme for theme in load_codebook().theme_ids if theme != "general"]


@pytest.fixture
def hostile(build):
    """Payloads as columns, branches, employees, periods, theme labels, answers, file and model."""
    columns = [BRANCH, EMPLOYEE, SHOWN[0], SHOWN[5]]
    rows = [*full_rows()[:5], *(row("nps", 3, 1, period=payload) for payload in SHOWN)]
    for theme in THEMES:
        rows += driver_rows(theme, "pain", 0.2, -30, 0.001)
    for by, payload in product(columns, SHOWN):
        rows += group_rows(by, payload, 10, 100) + standout(by, payload, "", "price", "pain", 0.2, 0.3)[:1]
        rows += standout(by, payload, "", "begged", "flag", 0.2, 0.3)
        rows += [row("high_scores", 0.2, 0.1, by=by, group=payload, n=88, note="look")]
    said = {"theme": "price", "kind": "pain", "score": 3, "start": 0, "end": 3, "carried": "1-3"}
    texts = [{**said, "by": "", "group": "", "answer_id": text, "text": text} for text in SHOWN]
    texts += [{**said, "by": BRANCH, "group": text, "answer_id": text, "text": text} for text in SHOWN]
    reading = ReadingReport(ALL, dict.fromkeys(SHOWN, ALL), 9, 9, 9, dict.fromkeys(SHOWN, 2), tuple(SHOWN))
    book = load_codebook()
    labels = dict(zip(THEMES, SHOWN, strict=False))
    themes = tuple(Entry(e.id, *3 * (labels.get(e.id, e.nl),)) for e in book.themes)
    return build(
        rows,
        texts,
        segments=columns,
        reading=reading,
        model=ModelSummary(ALL, ALL, ALL, dict.fromkeys(SHOWN, 0.5)),
        codebook=replace(book, name=ALL, version=ALL, themes=themes),
    )


class Reader(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.links = set(), set(), set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name in {"href", "src", "xlink:href"}}


def check_page(html, harmless):
    reader = Reader()
    reader.feed(html)
    assert not ACTIVE.search(html)
    assert reader.tags <= harmless
    assert not {name for name in reader.attributes if name.startswith("on")}
    assert all(link.startswith("#") for link in reader.links)


def test_the_page(hostile, build, tmp_path):
    plain = Reader()
    plain.feed(build(full_rows()).report(tmp_path / "plain.html").read_text(encoding="utf-8"))
    page = hostile.report(tmp_path / "page.html").read_text(encoding="utf-8")
    quoting = {"details", "summary", "blockquote", "mark", "aside", "li", "ul"}
    searching = {"form", "label", "input", "select", "option", "button"}
    check_page(page, plain.tags | quoting | searching)
    assert page.count("<script") == (tmp_path / "plain.html").read_text(encoding="utf-8").count("<script")
    assert "img" not in plain.tags


def test_the_notebook(hostile):
    check_page(
        hostile._repr_html_(),
        {"div", "p", "strong", "span", "br", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"},
    )


def test_the_figures(hostile, tmp_path):
    for path in hostile.save_figures(tmp_path):
        if path.suffix == ".svg":
            text = path.read_text(encoding="utf-8")
            tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(text).iter()}  # noqa: S314
            assert not tags & {"script", "image", "foreignObject", "a", "iframe", "img"}
            assert not ACTIVE.search(text)


def test_the_terminal(hostile):
    assert not ACTIVE.search(hostile.to_text())
    assert not ACTIVE.search(repr(hostile))
    assert not ACTIVE.search(re.sub("\x1b\\[[0-9;]*m", "", hostile.to_text(colour=True)))


def test_the_tables(hostile, tmp_path):
    book, *files = hostile.tables(tmp_path)
    for path in files:
        text = path.read_bytes().decode("utf-8-sig")
        assert not ACTIVE.search(text.replace("\r\n", "\n"))
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=";"):
            words = [cell for cell in cells if not re.fullmatch(r"-?[\d,.e+-]*", cell)]
            assert not [cell for cell in words if FORMULA.match(cell)]
        for sign in ",\t|":  # as a spreadsheet of another country cuts it
            cells = [cell.strip(' "') for line in text.splitlines() for cell in line.split(sign)]
            assert not [cell for cell in cells if FORMULA.match(cell) and re.search(r"[(|!]", cell)]
    with zipfile.ZipFile(book) as archive:
        for name in archive.namelist():
            content = archive.read(name).decode()
            ET.fromstring(content)  # noqa: S314 - our own file
            assert not re.search(r"<f[ >]|hyperlink|externalLink|vbaProject|_x00(?!0[0-9AD]_)", content)


def test_the_json(hostile):
    text = hostile.to_json()
    assert text.isascii()
    assert text.isprintable()
    json.loads(text)


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_what_reading_tells(payload):
    report = ReadingReport(payload, {"score": payload}, 1, 1, 1, {payload: 1}, (payload,))
    assert not ACTIVE.search(str(report))
    assert not ACTIVE.search(repr(Answers(pd.DataFrame({"a": [1]}), (payload,), report)))


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_markdown(payload):
    shown = escape_markdown(payload)
    assert "\n" not in shown
    assert not ACTIVE.search(shown)
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>|]", shown)
