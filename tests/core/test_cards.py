"""Cards let nothing of the notebook in and nothing of their own out."""

import json
import re
import shutil
import subprocess
from html import unescape

import pytest

from why_nps.core.cards import make_bar, make_card, make_list, make_paragraph, make_table

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
CARD = make_card(
    "Title",
    make_paragraph("Some words"),
    make_list(["one", "two"]),
    make_bar([("38 % yes", 0.38, "#0072b2"), ("62 % no", 0.62, "#d55e00")]),
    make_table(("name", "n"), [("a", "1"), ("b", "2")], caption="Caption"),
)
NOTEBOOK_STYLES = """
body * { letter-spacing: 3px } .out { text-transform: uppercase; text-align: right; font-weight: 900 }
.out table td { text-align: left; background: yellow; padding: 20px; border: 9px solid red }
.out tr:nth-child(even) { background: gray } .out th { text-transform: uppercase } .out p { margin: 5em }
.out caption { display: none } .out li { list-style: none } .out span { width: 3px !ie }
"""
COMPARE = """
<script>
addEventListener("load", () => {
  const read = (page) => [...page.querySelectorAll("[lang] *")].map((element) => {
    const style = page.defaultView.getComputedStyle(element);
    return ["display", "textAlign", "backgroundColor", "paddingTop", "borderTopWidth", "marginTop",
            "fontSize", "fontWeight", "letterSpacing", "textTransform", "listStyleType"]
      .map((name) => style[name]).join();
  });
  const clean = read(document.querySelector("iframe").contentDocument), here = read(document);
  document.title = JSON.stringify({ elements: here.length, differ: here.filter((s, i) => s !== clean[i]) });
});
</script>
"""


@pytest.mark.parametrize(
    "card",
    [
        make_card(HOSTILE, language=HOSTILE),
        make_paragraph(HOSTILE),
        make_list([HOSTILE]),
        make_table((HOSTILE, HOSTILE), [(HOSTILE, HOSTILE)], caption=HOSTILE),
        make_bar([(HOSTILE, 1.0, "red")]),
    ],
)
def test_hostile_text_stays_text(card):
    assert "<script" not in card
    assert "<img" not in card
    assert HOSTILE in unescape(card)


def test_every_element_undoes_the_styles_of_the_notebook():
    elements = re.findall(r"<[a-z][^>]*>", CARD)
    assert len(elements) > 20
    assert all('style="all: revert' in element for element in elements)
    assert "class=" not in CARD


def test_what_is_empty_takes_no_room():
    assert make_table(("a",), []) == make_list([]) == make_paragraph("") == ""


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")
def test_a_browser_shows_a_card_the_same_among_styles_of_a_notebook(tmp_path):
    clean = CARD.replace('"', "&quot;")
    page = tmp_path / "notebook.html"
    page.write_text(
        f"<!doctype html><meta charset=utf-8><style>{NOTEBOOK_STYLES}</style><div class=out>{CARD}</div>"
        f'<iframe srcdoc="<!doctype html>{clean}"></iframe>{COMPARE}',
        encoding="utf-8",
    )
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-quic"]
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--dump-dom"]
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    shown = subprocess.run(
        ["chromium", *options, *quiet, profile, page.as_uri()], capture_output=True, timeout=60, check=True
    ).stdout.decode()
    told = json.loads(unescape(re.search(r"<title>(.*?)</title>", shown)[1]))
    assert told["elements"] > 20
    assert not told["differ"]
