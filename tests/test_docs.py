"""The documentation builds without a warning, names all that is public, and what it shows runs."""

import re
import subprocess
import sys
from html import unescape
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).parents[1]
HOWTO = sorted(path for path in (ROOT / "docs" / "howto").glob("*.md") if path.stem != "index")
PUBLIC = ("why_nps", "why_nps.stats", "why_nps.text", "why_nps.training", "why_nps.scale")
# Where pages may send a reader; a new one is added by hand, after it was opened.
HOSTS = {
    "docs.chattermill.com",
    "docs.medallia.com",
    "help.getthematic.com",
    "help.kapiche.com",
    "maartengr.github.io",
    "pydata-sphinx-theme.readthedocs.io",
    "raw.githubusercontent.com",
    "www.qualtrics.com",
    "www.sphinx-doc.org",
}
LINK = re.compile(r'<a\s[^>]*?href="([^"]*)"')
ID = re.compile(r'\s(?:id|name)="([^"]+)"')


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build the site as ``make docs`` does: a link or an anchor that leads nowhere stops it."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "--keep-going", "--fresh-env"]
    done = subprocess.run(
        [*command, "--doctree-dir", folder / "cache", "--conf-dir", ROOT / "docs", ROOT, folder / "site"],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return folder / "site"


def test_the_first_page_leads_on(site):
    assert 'url=docs/index.html"' in (site / "index.html").read_text(encoding="utf-8")
    first = (site / "docs" / "index.html").read_text(encoding="utf-8")
    assert all(page in first for page in ("tutorial", "howto", "background", "reference"))


def test_pages_ask_nothing_of_the_network(site):
    asked = re.compile(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="(?:https?:)?//[^"]*"')
    assert not [page.name for page in site.rglob("*.html") if asked.search(page.read_text(encoding="utf-8"))]


def test_every_link_leads_to_a_page_and_an_anchor_that_are_there(site):
    pages = {page: page.read_text(encoding="utf-8") for page in site.rglob("*.html")}
    anchors = {page: set(ID.findall(text)) for page, text in pages.items()}
    links = [(page, *urlsplit(unescape(link))) for page, text in pages.items() for link in LINK.findall(text)]
    inside = [(page, unquote(path), anchor) for page, _, host, path, _, anchor in links if not host]
    assert len(inside) > 1000
    lost = set()
    for page, path, anchor in inside:
        target = (page.parent / path).resolve() if path else page
        known = not anchor or target not in anchors or unquote(anchor) in anchors[target]
        if not (target.exists() and known):
            lost.add((page.relative_to(site).as_posix(), path, anchor))
    assert not lost


def test_links_elsewhere_go_to_known_hosts(site):
    pages = (page.read_text(encoding="utf-8") for page in site.rglob("*.html"))
    found = {urlsplit(unescape(link)) for text in pages for link in LINK.findall(text)}
    elsewhere = [link for link in found if link.netloc]
    assert {link.scheme for link in elsewhere} == {"https"}
    assert {link.netloc for link in elsewhere} == HOSTS


@pytest.mark.parametrize("module", PUBLIC)
def test_every_public_name_is_in_the_reference(site, module):
    pages = [page.read_text(encoding="utf-8") for page in (site / "docs" / "reference").glob("*.html")]
    told = {
        anchor.rsplit(".", 1)[1] for page in pages for anchor in re.findall(r'id="(why_nps\.[\w.]+)"', page)
    }
    missing = set(import_module(module).__all__) - told - {"TEXT_VERSION"}
    assert not missing


@pytest.mark.parametrize("page", HOWTO, ids=lambda page: page.stem)
def test_what_a_page_shows_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    examples = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert examples
    exec("\n".join(examples), {})  # noqa: S102  the page's own examples
