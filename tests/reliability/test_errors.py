"""No error tells an answer: not in its message or its cause, in a log, a warning or on the command line."""

import json
import logging
import subprocess
import sys
import traceback

import hostile
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from why_nps import code, code_file, code_one, explain, read_answers
from why_nps.core.codebook import load_codebook
from why_nps.errors import WhyNpsError
from why_nps.flow import draw_sample, read_sample, write_sample
from why_nps.training import evaluate_file
from why_nps.training.corpus import read_coded_answers
from why_nps.training.sheets import read_coded_sheet

CANARY = "kanarie"


def told_by(error):
    """Return all that a traceback prints of an error and of those before it, code lines aside."""
    seen, parts = set(), []
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        parts += [*traceback.format_exception_only(error), *getattr(error, "__notes__", ())]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "".join(parts)


def check(call, caplog, recwarn):
    with pytest.raises(WhyNpsError) as caught:
        call()
    told = told_by(caught.value) + caplog.text + "".join(str(warning.message) for warning in recwarn)
    assert CANARY not in told


def frame(**columns):
    return pd.DataFrame({"score": [9, 8], "reden": [f"{CANARY} was aardig", f"{CANARY} te duur"], **columns})


@pytest.fixture(scope="module")
def coded():
    return code(read_answers(frame()))


CALLS = {
    "a bare text": lambda: code(CANARY),
    "bytes": lambda: code([CANARY.encode()]),
    "a list": lambda: code_one([CANARY]),
    "a text for a path": lambda: read_answers(f"{CANARY} te duur " * 200),
    "texts for a frame": lambda: read_answers([CANARY]),
    "nested cells": lambda: read_answers(frame(reden=[[CANARY], [CANARY]])),
    "a polars list": lambda: read_answers(pl.DataFrame({"score": [9], "reden": [[CANARY]]})),
    "an arrow struct": lambda: read_answers(pa.table({"score": [9], "reden": [{"a": CANARY}]})),
    "answers as scores": lambda: explain(code(read_answers(frame(), score="reden", text="reden"))),
    "answers as weights": lambda: read_answers(frame(), weight="reden"),
    "answers as ids that repeat": lambda: read_answers(
        frame(reden=[CANARY] * 2, uitleg="x"), answer_id="reden", text="uitleg"
    ),
    "no such column": lambda: read_answers(frame(), text="tekst"),
    "no such segment": lambda: read_answers(frame(), segments=["tekst"]),
    "nothing to draw": lambda: draw_sample(code(read_answers(frame(score=["x", "y"])))),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_a_wrong_use_tells_no_answer(name, caplog, recwarn):
    caplog.set_level(logging.DEBUG)
    check(CALLS[name], caplog, recwarn)


REFUSED = [file for file in hostile.list_files(CANARY) if file.error]


@pytest.mark.parametrize("file", REFUSED, ids=lambda file: file.name)
def test_a_refused_file_tells_no_answer(file, tmp_path, caplog, recwarn):
    caplog.set_level(logging.DEBUG)
    path = tmp_path / file.filename
    path.write_bytes(file.content)
    check(lambda: read_answers(path), caplog, recwarn)
    check(lambda: code_file(path, tmp_path / "out"), caplog, recwarn)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    st.lists(
        st.sampled_from([CANARY, ";", '"', "\n", "9", "reden", "score", "id", ",", "\t", "="]), max_size=25
    ),
    st.sampled_from(["id;score;reden\n", "score,reden\n", "", "sep=;\n", '"']),
)  # fmt: skip
def test_no_broken_file_tells_an_answer(tmp_path, pieces, head):
    path = tmp_path / "export.csv"
    path.write_text(head + f"9;{CANARY}\n" * (head == "") + "".join(pieces), encoding="utf-8")
    try:
        read_answers(path)
    except WhyNpsError as error:
        told = told_by(error)
        if CANARY in told:  # then it must be the name of a column, which is no answer
            assert CANARY in path.read_text(encoding="utf-8").splitlines()[head == "sep=;\n"]


def write_sheet(path, coded, change):
    drawn = draw_sample(coded)
    write_sample(drawn, coded.codebook, path)
    table = pd.read_excel(path, engine="calamine", dtype=str)
    table["coded"] = "x"
    change(table)
    with pd.ExcelWriter(path, engine="xlsxwriter") as book:
        table.to_excel(book, index=False)
    return path


CHANGES = {
    "an answer for a theme": lambda table: table.__setitem__("theme_1", f"{CANARY} te duur"),
    "an answer for a probability": lambda table: table.__setitem__("probability", f"{CANARY} te duur"),
    "an answer for an id, twice": lambda table: table.__setitem__("answer_id", f"{CANARY} te duur"),
    "nothing coded": lambda table: table.__setitem__("coded", ""),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_coded_sheet_that_was_spoilt_tells_no_answer(name, coded, tmp_path, caplog, recwarn):
    path = write_sheet(tmp_path / "sheet.xlsx", coded, CHANGES[name])
    check(lambda: read_sample(path, coded.codebook), caplog, recwarn)
    if "probability" not in name:  # which only a drawn sample needs
        check(lambda: read_coded_sheet(path, coded.codebook), caplog, recwarn)


@pytest.mark.parametrize(
    "line",
    [
        f'{{"answer": "{CANARY}',
        json.dumps({"id": "1", "answer": CANARY}),
        json.dumps(
            {"id": "1", "sector": "x", "answer": CANARY, "mentions": [{"span": f"{CANARY}!"}], "flags": []}
        ),
        json.dumps([CANARY]),
        f'"{CANARY}"',
    ],
)
def test_a_broken_corpus_line_tells_no_answer(line, tmp_path, caplog, recwarn):
    path = tmp_path / "coded.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    check(lambda: read_coded_answers(path, load_codebook()), caplog, recwarn)


def test_the_command_tells_no_answer(tmp_path):
    files = [file for file in REFUSED if CANARY.encode() in file.content][:2]
    commands = []
    for number, file in enumerate(files):
        (tmp_path / str(number)).mkdir()
        path = tmp_path / str(number) / file.filename
        path.write_bytes(file.content)
        commands += [
            ["report", str(path)],
            ["classify", str(path)],
            ["sample", str(path)],
            ["evaluate", str(path)],
        ]
    commands += [["report", CANARY + " te duur"]]
    script = (
        "import json, sys\n"
        "from why_nps.cli import main\n"
        "for command in json.loads(sys.argv[1]):\n"
        "    sys.argv[1:] = command\n"
        "    try: main()\n"
        "    except SystemExit as stop: print('code', stop.code, file=sys.stderr)\n"
    )
    run = [sys.executable, "-c", script, json.dumps(commands)]
    done = subprocess.run(run, capture_output=True, encoding="utf-8", check=True, cwd=tmp_path)
    assert done.stderr.count("code 2\n") == len(commands)
    answers = done.stderr.replace(f"There is no file '{CANARY} te duur'", "")  # a path is no answer
    assert CANARY not in answers + done.stdout


def test_evaluate_file_tells_no_answer(tmp_path, caplog, recwarn):
    from why_nps import load_bundle

    path = tmp_path / "sheet.csv"
    path.write_text(f"answer_id,text,coded,theme_1,kind_1\n1,{CANARY},x,{CANARY},pain\n", encoding="utf-8")
    check(lambda: evaluate_file(path, load_bundle()), caplog, recwarn)
