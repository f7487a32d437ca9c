"""The small model: JavaScript says of an answer what Python says, and Python knows what it is."""

import json
import shutil
import subprocess
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice, product
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from tests.report.chromium import Visit, open_browser

from why_nps import ClauseSplitter, load_bundle, read_answers
from why_nps.hosts.browser import LEFT_OUT, export_browser, read_browser

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "examples" / "browser" / "why_nps.js"
MANY = 10_000
STRANGE = [
    "",
    " ",
    "Héél slecht!!",
    "😀👍🏽 top",
    "0612345678",
    "3x ½ ²",
    "'s avonds n'est",
    "İ ẞ ﬁ",
    "a\0b",
    "x" * 400,
]
PREDICT = """
const why = require(process.argv[1]);
const fs = require("fs");
const model = why.loadModel(JSON.parse(fs.readFileSync(process.argv[2], "utf8")));
const texts = JSON.parse(fs.readFileSync(0, "utf8"));
const told = texts.map((text) => [why.predict(model, text), why.findMentions(model, text)]);
console.log(JSON.stringify([told, texts.map((text) => why.askFurther(model, text))]));
"""
needs_node = pytest.mark.skipif(not shutil.which("node"), reason="Node is not installed")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return export_browser(tmp_path_factory.mktemp("browser") / "model.json", load_bundle())


@pytest.fixture(scope="module")
def texts():
    answers = read_answers(ROOT / "src" / "why_nps" / "data" / "demo" / "demo_export.csv").frame["text"]
    known = answers.dropna().drop_duplicates().tolist()
    pairs = (f"{left}, {right}" for left, right in product(known[:200], known[-200:]))
    return [*STRANGE, *known, *islice(pairs, MANY)][:MANY]


def run(model, texts):
    done = subprocess.run(
        ["node", "-e", PREDICT, str(SCRIPT), str(model)],
        input=json.dumps(texts),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return json.loads(done.stdout)


@needs_node
def test_javascript_says_what_python_says_of_ten_thousand_answers(model, texts):
    classifier = read_browser(model)
    themes, kinds = classifier.predict_both(texts)
    told, _ = run(model, texts)
    np.testing.assert_allclose([one["themes"] for one, _ in told], themes, atol=1e-5)
    np.testing.assert_allclose([one["kinds"] for one, _ in told], kinds, atol=1e-5)
    found = [[(m["theme"], m["kind"]) for m in mentions] for _, mentions in told]
    best = np.sort(kinds, axis=1)
    sure = (np.abs(themes - classifier.thresholds_) > 1e-5).all(axis=1) & (best[:, -1] - best[:, -2] > 1e-5)
    assert sure.mean() > 0.99
    predicted = classifier.predict(texts)
    assert [found[row] for row in np.flatnonzero(sure)] == [predicted[row] for row in np.flatnonzero(sure)]


@needs_node
def test_it_asks_further_about_what_was_said(model):
    answers = ["Het pakket kwam veel te laat", "Vriendelijke medewerkers", "hallo", "", "<b>te duur</b>"]
    _, asked = run(model, answers)
    assert asked[0] == "U noemt levering & bezorging: wat ging er mis?"
    assert asked[1] == "U noemt medewerkers: wat beviel u daaraan?"
    assert asked[2:4] == [None, None]
    assert "<" not in (asked[4] or "")


def test_it_is_small_and_tells_what_it_leaves_out(model):
    assert model.stat().st_size < 2_000_000
    assert json.loads(model.read_text(encoding="utf-8"))["left_out"] == LEFT_OUT
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) < 300


def test_it_mostly_agrees_with_the_model_that_it_comes_from(model, texts):
    clauses = [clause for some in ClauseSplitter().transform(texts[:1_000]) for clause in some]
    whole, small = load_bundle().themes, read_browser(model)
    assert small.score(clauses, whole.predict(clauses)) > 0.6


class Silent(SimpleHTTPRequestHandler):
    """Gives files without telling of it on the terminal."""

    def log_message(self, *_):
        pass


@contextmanager
def give_files(folder):
    """Give the files of a folder over HTTP, from this machine; give the address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=folder)) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_the_form_asks_further_while_one_types_and_sends_nothing(model, tmp_path):
    for path in (SCRIPT, SCRIPT.with_name("form.html"), model):
        shutil.copy(path, tmp_path)
    with (
        open_browser() as browser,
        give_files(tmp_path) as home,
        Visit(browser, f"{home}/form.html") as visit,
    ):
        page = visit.page
        page.wait_for_load_state("networkidle")
        loaded = [f"{home}/{name}" for name in ("form.html", "why_nps.js", "model.json")]
        assert [url for url in visit.asked if url != "data:,"] == loaded
        why = page.get_by_label("Waarom geeft u deze score?")
        more, answer = page.locator("#more"), page.get_by_label("U noemt")
        why.press_sequentially("hallo")
        page.wait_for_timeout(800)
        assert more.inner_text() == ""
        assert page.locator("#answer").is_hidden()
        why.fill("")
        why.press_sequentially("de levering duurde te lang")
        answer.wait_for()
        assert more.inner_text() == "U noemt levering & bezorging: wat ging er mis?"
        answer.fill("Drie weken in plaats van drie dagen")
        why.fill("heel vriendelijke en behulpzame medewerkers <b>hoor</b>")
        page.wait_for_timeout(800)
        assert more.inner_text() == "U noemt levering & bezorging: wat ging er mis?"  # it was answered
        answer.fill("")
        why.press_sequentially("!")
        page.get_by_text("U noemt medewerkers: wat beviel u daaraan?").wait_for()
        assert [url for url in visit.asked if url != "data:,"] == loaded
        assert visit.said == []
