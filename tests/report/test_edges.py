"""Bad luck of every kind: the report stays honest and whole."""

import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from tests.report.conftest import (
    HOSTILE,
    PERIODS,
    driver_rows,
    full_rows,
    full_verbatims,
    group_rows,
    row,
    standout,
    suppressed_rows,
    verbatim,
)

from why_nps.core.summaries import CodingSummary, ModelSummary

NOTHING = re.compile(r"\bnan\b|\bNone\b|<NA>|\binf\b|Traceback|\{\w*\}")


def shares(promoters, passives, detractors):
    values = {"promoters": promoters, "passives": passives, "detractors": detractors}
    return [row(f"share_{group}", value, 0.01) for group, value in values.items()]


def coding(answers, scored, content):
    return CodingSummary(answers, scored, content, 0, answers - content, 0, 0, 0, 0)


def hostile_rows():
    rows = [row("nps", 10, 5), *shares(0.4, 0.3, 0.3), *driver_rows("price", "pain", 0.2, -30, 0.001)]
    for i, name in enumerate(HOSTILE):
        rows += group_rows("branch", name, 10 * i, 100)
        rows += standout("branch", name, "", "staff", "pain", 0.2, 0.3)
        rows += standout("branch", name, "", "begged", "flag", 0.2, 0.3)
    return rows


def many_branches():
    rows = [row("nps", 10, 5), *driver_rows("price", "pain", 0.2, -30, 0.001)]
    for i in range(40):
        rows += (
            group_rows("branch", f"Filiaal {i}", i, 100)
            if i % 3
            else suppressed_rows("branch", f"Filiaal {i}")
        )
    return rows


CASES = {
    "nothing": ([], {"coding": coding(0, 0, 0), "segments": ()}),
    "no scores": ([row("nps", n=0, note="no scores")], {"coding": coding(5, 0, 5)}),
    "suppressed": ([row("nps", n=3, note="suppressed")], {"coding": coding(3, 3, 3)}),
    "one answer": ([row("nps", 100, 79, n=1), *shares(1, 0, 0)], {"coding": coding(1, 1, 1)}),
    "no promoters": ([row("nps", -80), *shares(0, 0.2, 0.8), *driver_rows("price", "pain", 1, -3, 0.6)], {}),
    "all the same": ([row("nps", 0, 5), *shares(0, 1, 0)], {}),
    "no text": ([row("nps", 12, 5), *shares(0.4, 0.3, 0.3)], {"coding": coding(50, 50, 0)}),
    "no dates, no segments": ([r for r in full_rows() if not r["period"] and not r["by"]], {"segments": ()}),
    "one branch": ([row("nps", 12, 5), *group_rows("branch", "Utrecht", 12, 99)], {"segments": ("branch",)}),
    "one period": ([row("nps", 12, 5), row("nps", 12, 5, period="2025-K1")], {"segments": ()}),
    "zero mentions": ([row("nps", 12, 5), row("mention_rate", 0, 0.0, theme="price", kind="pain")], {}),
    "only notes": (
        [row("nps", 12, 5), row("mention_rate", 0.01, 0.01, theme="price", kind="pain"),
         row("adjusted_effect", theme="price", kind="pain", note="too few mentions")], {},
    ),
    "suppressed periods": ([row("nps", period=period, note="suppressed") for period in PERIODS], {}),
    "all branches suppressed": (
        [row("nps", 1, 5), *driver_rows("price", "pain", 0.2, -30, 0.001), *suppressed_rows("branch", "A"),
         *suppressed_rows("branch", "B")], {},
    ),
    "hostile": (hostile_rows(), {"model": ModelSummary(HOSTILE[0], "1", HOSTILE[1])}),
    "many branches": (many_branches(), {}),
}  # fmt: skip


class Text(HTMLParser):
    def __init__(self):
        super().__init__()
        self.words, self.tags, self.inside = [], [], None

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.inside = tag
        assert not [name for name, _ in attrs if name.startswith("on")]
        for name, value in attrs:
            if name in {"href", "src", "xlink:href"}:
                assert value.startswith("#"), value

    def handle_data(self, data):
        if self.inside not in {"style", "script"}:
            self.words.append(data)


def read(page):
    parser = Text()
    parser.feed(page)
    parser.close()
    return parser


@pytest.fixture(params=CASES, ids=str)
def odd(request, build):
    rows, changes = CASES[request.param]
    texts = [verbatim("price", "pain", i, name, 3, name) for i, name in enumerate(HOSTILE)]
    return build(rows, texts if request.param == "hostile" else (), **changes)


def test_the_page_stays_whole(odd, tmp_path):
    page = odd.report(tmp_path / "rapport.html").read_text(encoding="utf-8")
    parsed = read(page)
    assert parsed.tags.count("h2") == 10
    assert parsed.tags.count("script") == page.count("</script") == 2  # the data, and ours
    assert "img" not in parsed.tags
    assert not NOTHING.search(re.sub(re.escape("{0.__class__}"), "", " ".join(parsed.words)))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_terminal_stays_whole(odd, language):
    text = odd.to_text(language=language)
    assert not NOTHING.search(text)
    assert max(len(line) for line in text.splitlines()) <= 80
    assert not NOTHING.search(" ".join(odd.findings(language)))
    assert not NOTHING.search(odd._repr_html_())
    assert "<script" not in odd._repr_html_()
    assert repr(odd).startswith("<Explanation: NPS ")


def test_the_tables_stay_whole(odd, tmp_path):
    for path in odd.tables(tmp_path):
        if path.suffix == ".csv":
            table = pd.read_csv(
                path, sep=";", decimal=",", encoding="utf-8-sig", keep_default_na=False, dtype=str
            )
            assert not NOTHING.search(table.to_csv().replace("{0.__class__}", ""))


def test_figures_stay_whole(odd, tmp_path):
    for path in odd.save_figures(tmp_path):
        assert path.stat().st_size > 500
        if path.suffix == ".svg":
            assert "<script" not in path.read_text(encoding="utf-8")


def test_a_verbatim_whose_span_lies_outside_its_text_is_shown_whole(build, tmp_path):
    lost = verbatim("price", "pain", 1, "Te duur", 3, "Te duur", start=90, end=200)
    page = build(full_rows(), [lost]).report(tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Te duur" in page


def test_signs_no_font_can_draw_do_not_stop_the_report(build, tmp_path):
    name = "\U0001f600\x0b\x1b\u202e\n"
    rows = [row("nps", 1, 5), *driver_rows("price", "pain", 0.2, -30, 0.001)]
    rows += [*group_rows("branch", name, 5, 50), *group_rows("branch", "Zwolle", 15, 50)]
    rows += driver_rows("delivery", "pain", 0.1, -20, 0.001)
    explanation = build(rows, segments=("branch",))
    assert explanation.report(tmp_path / "r.html").exists()
    assert explanation.tables(tmp_path)
    assert any(path.name == "heat-1.png" for path in explanation.save_figures(tmp_path))


def test_the_number_of_tags_does_not_depend_on_names(build, tmp_path):
    def tags(name):
        rows = [
            row("nps", 10, 5),
            *group_rows("branch", name, 5, 50),
            *group_rows("branch", "Zwolle", 15, 50),
        ]
        quoted = [one for one in full_verbatims() if not one["by"]]  # those of a branch stand behind its name
        page = build(rows, quoted).report(tmp_path / "r.html").read_text(encoding="utf-8")
        return [tag for tag in read(page).tags if tag != "tspan"]

    assert len({len(tags(name)) for name in ("Utrecht", *HOSTILE[:5])}) == 1
