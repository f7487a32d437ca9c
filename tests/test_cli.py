"""The command line as a person meets it: the real program, its output and its exit code."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from why_nps import cli

EXPORT = "Cijfer;Toelichting;Vestiging\r\n" + "".join(
    f"{score};{text};{branch}\r\n"
    for score, text, branch in [
        (9, "Vriendelijke medewerkers", "Ede"),
        (3, "Pakket kwam te laat", "Tiel"),
        (8, "", "Ede"),
        (7, "nvt", "Tiel"),
    ]
    * 10
)


@pytest.fixture
def export(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(EXPORT, encoding="utf-8")
    return path


def run(*arguments, code=0):
    """Run the installed program in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "why_nps.cli", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def call(monkeypatch, capsys, *arguments, code=0):
    """Run a command within this process, which is faster and is counted by coverage."""
    monkeypatch.setattr(sys, "argv", ["why-nps", *map(str, arguments)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert (stopped.value.code or 0) == code
    return capsys.readouterr()


def test_report_writes_page_tables_and_figures_and_prints_the_findings(export, tmp_path):
    done = run("report", export, "--out", tmp_path / "uit", "--slides")
    assert "Net Promoter Score: 0" in done.stdout
    assert "Columns taken: 'Toelichting' as text, 'Cijfer' as score" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    page = (tmp_path / "uit" / "rapport.html").read_text(encoding="utf-8")
    assert "Vriendelijke medewerkers" in re.sub("</?strong>", "", page)
    assert list((tmp_path / "uit" / "tables").glob("*.xlsx"))
    assert list((tmp_path / "uit" / "figures").glob("*.svg"))
    assert (tmp_path / "uit" / "rapport.pptx").read_bytes().startswith(b"PK")


def test_a_sample_is_drawn_coded_and_used(export, tmp_path, monkeypatch, capsys):
    sheet = tmp_path / "sheet.xlsx"
    told = call(monkeypatch, capsys, "sample", export, "--size", 15, "--seed", 4, "--out", sheet).out
    assert "15 answers to code" in told
    table = pd.read_excel(sheet, engine="calamine", dtype={"answer_id": "str"}).astype(object)
    table["coded"] = "x"
    late = table["text"] == "Pakket kwam te laat"
    for names, of in ((("delivery", "pain"), late), (("staff", "delight"), ~late)):
        table.loc[of, ["theme_1", "kind_1"]] = names
    with pd.ExcelWriter(sheet, engine="xlsxwriter") as writer:
        table.to_excel(writer, index=False)
    done = call(
        monkeypatch, capsys, "report", export, "--coded", sheet, "--asked", 90, "--out", tmp_path / "uit"
    )
    assert "Gecorrigeerd voor fouten van het model" in done.out
    page = (tmp_path / "uit" / "rapport.html").read_text(encoding="utf-8")
    assert "niet gecorrigeerd voor fouten" not in page
    assert "ligt de NPS van alle gevraagden" in page


def test_a_coded_sheet_is_evaluated_and_drawn(export, tmp_path, monkeypatch, capsys):
    sheet, picture = tmp_path / "sheet.xlsx", tmp_path / "new" / "quality.svg"
    call(monkeypatch, capsys, "sample", export, "--size", 12, "--out", sheet)
    table = pd.read_excel(sheet, engine="calamine", dtype={"answer_id": "str"}).astype(object)
    table.loc[:9, ["coded", "theme_1", "kind_1"]] = ["x", "staff", "pain"]
    with pd.ExcelWriter(sheet, engine="xlsxwriter") as writer:
        table.to_excel(writer, index=False)
    shown = call(monkeypatch, capsys, "evaluate", sheet, "--figure", picture)
    assert "10 coded answers" in shown.out
    assert f"Written: {picture}" in shown.err
    assert b"Mentions have a mean probability" in picture.read_bytes()
    told = json.loads(call(monkeypatch, capsys, "evaluate", sheet, "--json").out)
    assert {(row["coder"], row["model"]) for row in told["confusion"]} == {
        ("staff", "staff"),
        ("staff", "delivery"),
    }
    wrong = call(monkeypatch, capsys, "evaluate", sheet, "--figure", tmp_path / "a.jpg", code=2)
    assert "10 coded answers" in wrong.out  # figures that took minutes are not lost
    assert "ends in .png, .svg or .pdf" in wrong.err


def test_a_sheet_that_is_no_sample_is_refused(export, tmp_path, monkeypatch, capsys):
    told = call(monkeypatch, capsys, "report", export, "--coded", export, "--out", tmp_path / "uit", code=2)
    assert "export.csv lacks the column 'answer_id': a coded sheet, the first of a workbook, has" in told.err


def test_report_speaks_english_and_json(export, tmp_path, monkeypatch, capsys):
    out = ["--out", tmp_path / "uit", "--language", "en"]
    assert "What makes promoters" in call(monkeypatch, capsys, "report", export, *out).out
    told = json.loads(call(monkeypatch, capsys, "report", export, "--json", *out).out)
    nps = [row for row in told["estimates"] if row["statistic"] == "nps" and row["by"] == ""]
    assert nps[0]["estimate"] == 0


def test_report_compares_by_a_column_of_the_file(export, tmp_path, monkeypatch, capsys):
    out = ["--out", tmp_path / "uit", "--json"]
    for name in ("branch", "Vestiging"):
        told = json.loads(call(monkeypatch, capsys, "report", export, "--by", name, *out).out)
        assert {row["group"] for row in told["estimates"]} >= {"Ede", "Tiel"}


def test_classify_writes_tables(export, tmp_path, monkeypatch, capsys):
    shown = call(monkeypatch, capsys, "classify", export, "--out", tmp_path / "uit")
    assert "20 mentions in 20 answers with content; 10 without, 10 empty" in shown.out
    assert "Written: 1 parts, in" in shown.err
    assert set(pd.read_parquet(tmp_path / "uit" / "mentions")["theme"]) == {"staff", "delivery"}
    again = call(monkeypatch, capsys, "classify", export, "--out", tmp_path / "uit")
    assert (again.out, "1 were finished before" in again.err) == (shown.out, True)


def test_report_takes_the_folder_that_classify_wrote(export, tmp_path, monkeypatch, capsys):
    call(monkeypatch, capsys, "classify", export, "--out", tmp_path / "coded", "--jobs", 2)
    out = ["--out", tmp_path / "uit", "--json", "--by", "Vestiging"]
    from_folder = call(monkeypatch, capsys, "report", tmp_path / "coded", *out).out
    assert json.loads(from_folder) == json.loads(call(monkeypatch, capsys, "report", export, *out).out)
    told = call(monkeypatch, capsys, "report", tmp_path / "coded", "--text", "Toelichting", code=2).err
    assert "coded already" in told
    assert "holds no coded answers" in call(monkeypatch, capsys, "report", tmp_path / "uit", code=2).err


def test_classify_writes_csv_when_asked_and_refuses_to_mix(export, tmp_path, monkeypatch, capsys):
    call(monkeypatch, capsys, "classify", export, "--out", tmp_path / "uit", "--format", "csv")
    assert len(pd.read_csv(tmp_path / "uit" / "mentions" / "part-00000.csv")) == 20
    told = call(monkeypatch, capsys, "classify", export, "--out", tmp_path / "uit", code=2).err
    assert "began with something else: the option kind (csv, now parquet)" in told


def test_classify_prints_json_and_needs_no_score(tmp_path, monkeypatch, capsys):
    path = tmp_path / "teksten.csv"
    path.write_text("Toelichting\nPakket kwam te laat\n", encoding="utf-8")
    told = json.loads(call(monkeypatch, capsys, "classify", path, "--json").out)
    assert [(m["theme"], m["kind"]) for m in told["mentions"]] == [("delivery", "pain")]


def test_check_finds_the_shipped_model_whole(monkeypatch, capsys):
    assert "20 golden answers, 0 differ" in call(monkeypatch, capsys, "check").out
    assert json.loads(call(monkeypatch, capsys, "check", "--json").out)["differ"] == []


def test_check_fails_with_code_one_when_the_model_says_something_else(monkeypatch, capsys):
    monkeypatch.setattr("why_nps.flow.check_golden", lambda _: [3])
    assert "1 differ" in call(monkeypatch, capsys, "check", code=1).out


def test_codebook_shows_and_checks(tmp_path, monkeypatch, capsys):
    assert "Levering & bezorging" in call(monkeypatch, capsys, "codebook").out
    assert "Delivery" in call(monkeypatch, capsys, "codebook", "--language", "en").out
    assert len(json.loads(call(monkeypatch, capsys, "codebook", "--json").out)["themes"]) == 19
    (tmp_path / "b.toml").write_text("name = 3")
    assert "lacks" in call(monkeypatch, capsys, "codebook", tmp_path / "b.toml", code=2).err


def test_train_and_evaluate_a_model_of_your_own(tiny_file, tmp_path, monkeypatch, capsys):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('name = "m"\nversion = "1"\nfolds = 2\nseed = 1\n[themes]\n[flags]\n', encoding="utf-8")
    model = tmp_path / "model"
    shown = call(monkeypatch, capsys, "train", tiny_file, "--recipe", recipe, "--out", model)
    assert "theme_micro_f1" in shown.out
    assert "fold 1 of 2" in shown.err
    text = call(monkeypatch, capsys, "evaluate", tiny_file, "--model", model).out
    assert "96 coded answers" in text
    told = json.loads(call(monkeypatch, capsys, "evaluate", tiny_file, "--model", model, "--json").out)
    assert told["answers"] == 96
    metrics = call(monkeypatch, capsys, "train", tiny_file, "--recipe", recipe, "--out", model, "--json").out
    assert "theme_micro_f1" in json.loads(metrics)


def test_alerts_writes_a_work_list_by_rules(export, tmp_path, monkeypatch, capsys):
    rules = tmp_path / "rules.toml"
    rules.write_text("[[rule]]\nname = 'Laag'\nto = 'chef'\nscore_at_most = 4\nwhere = { branch = 'Tiel' }\n")
    shown = call(monkeypatch, capsys, "alerts", export, "--rules", rules, "--out", tmp_path / "lijst.xlsx")
    assert "10  Laag -> chef" in shown.out
    assert len(pd.read_excel(tmp_path / "lijst.xlsx", engine="calamine")) == 10
    rules.write_text("[[rule]]\nname = 'Laag'\nto = 'chef'\nflags = ['geheim']\n")
    assert "flag 'geheim'" in call(monkeypatch, capsys, "alerts", export, "--rules", rules, code=2).err


BAD = {
    "missing.csv": (None, "missing.csv"),
    "leeg.csv": ("", "leeg.csv"),
    "kop.csv": ("Cijfer;Toelichting\n", "kop.csv"),
    "kolom.csv": ("Cijfer;Kleur\n8;rood\n", "text"),
    "twee.csv": ("Cijfer;Toelichting;Opmerking\n8;geheim;geheim\n", "more than one column"),
    "foto.csv": ("\x89PNG\x00\x00\x01", "foto.csv"),
    "geenscore.csv": ("Cijfer;Toelichting\nelf;geheim\n", "no NPS to explain"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gives_one_clear_line_and_code_two(name, tmp_path, monkeypatch, capsys):
    content, says = BAD[name]
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content.encode("latin-1"))
    shown = call(monkeypatch, capsys, "report", path, "--out", tmp_path / "uit", code=2)
    assert says in shown.err
    assert "geheim" not in shown.err
    assert shown.err.startswith("why-nps: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["report"],
        ["report", "x.csv", "--demo"],
        ["evaluate", "x.jsonl", "--test"],
        ["check", "--model", "nergens"],
        ["report", "--demo", "--by", "provincie"],
    ],
)
def test_wrong_use_is_code_two(arguments, monkeypatch, capsys):
    assert "why-nps: " in call(monkeypatch, capsys, *arguments, code=2).err


def test_an_unknown_option_is_code_two_in_a_real_process():
    assert "No such option" in run("report", "--kleur", code=2).stderr


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), SystemExit(130)])
def test_ctrl_c_ends_quietly(stop, monkeypatch, capsys):
    def interrupt():
        raise stop

    monkeypatch.setattr(cli, "app", interrupt)
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 130
    assert "stopped" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_code_two(export, tmp_path, monkeypatch, capsys):
    blocker = tmp_path / "bezet"
    blocker.write_text("x")
    for command in ("report", "classify"):
        call(monkeypatch, capsys, command, export, "--out", blocker / "uit", code=2)
    assert Path(blocker).read_text() == "x"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
@pytest.mark.parametrize("arguments", [["codebook"], ["codebook", "--json"]], ids=" ".join)
def test_a_result_that_cannot_be_written_is_one_line(arguments):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        command = [sys.executable, "-m", "why_nps.cli", *arguments]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("why-nps: cannot write the result: No space left on device.")
    assert done.stderr.count("\n") == 1


def test_a_terminal_that_cannot_show_a_sign_gets_a_question_mark(tmp_path):
    path = tmp_path / "boek.json"
    book = {"name": "x", "version": "1", "themes": {"a": {"nl": "Łódź"}}, "kinds": {"pain": {"nl": "pijn"}}}
    path.write_text(json.dumps(book), encoding="utf-8")
    command = [sys.executable, "-m", "why_nps.cli", "codebook", str(path)]
    env = os.environ | {"PYTHONIOENCODING": "cp1252"}
    done = subprocess.run(command, capture_output=True, encoding="cp1252", env=env, check=True)
    assert "?ód?" in done.stdout
