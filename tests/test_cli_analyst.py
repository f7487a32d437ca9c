"""The commands of the analyst's loop, run within this process."""

import json
import sys

import pandas as pd
import pytest

from why_nps import cli, code
from why_nps.core.codebook import build_codebook, load_codebook
from why_nps.core.exchange import save_codebook


@pytest.fixture
def call(monkeypatch, capsys):
    def run(*arguments, code=0):
        monkeypatch.setattr(sys, "argv", ["why-nps", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        assert (stopped.value.code or 0) == code
        return capsys.readouterr()

    return run


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def later(tmp_path):
    """The shipped codebook with delivery and speed merged."""
    data = load_codebook().to_dict()
    themes = {theme: told for theme, told in data["themes"].items() if theme not in {"delivery", "speed"}}
    change = {"version": "2", "mapping": {"delivery": "logistics", "speed": "logistics"}}
    data |= {
        "version": "2",
        "themes": themes | {"logistics": {"nl": "Logistiek", "parent": "ease"}},
        "changes": [change],
    }
    return save_codebook(build_codebook(data), tmp_path / "later.toml")


def test_a_codebook_goes_out_to_a_workbook_and_comes_back(call, later, tmp_path):
    call("codebook", later, "-o", tmp_path / "boek.xlsx")
    shown = call("codebook", tmp_path / "boek.xlsx", "--language", "nl").out
    assert shown.startswith("why_nps 2")
    assert "    logistics            Logistiek\n" in shown
    assert shown.endswith("  version 2\n    delivery -> logistics\n    speed -> logistics\n")


def test_codebooks_are_compared(call, later, tmp_path):
    earlier = save_codebook(load_codebook(), tmp_path / "earlier.json")
    rows = json.loads(call("codebook", later, "--compare", earlier, "--json").out)
    assert [(row["id"], row["change"]) for row in rows] == [("speed", "merged"), ("delivery", "merged")]
    assert call("codebook", later, "--compare", later).out == "Nothing changed.\n"
    told = call("codebook", later, "--compare", tmp_path / "weg.xlsx", code=2).err
    assert "There is no codebook" in told
    assert "weg.xlsx" in told


@pytest.mark.parametrize("name", ["nieuw.csv", "nieuw.parquet"])
def test_mentions_of_an_earlier_wave_are_migrated(call, later, tmp_path, name):
    mentions = code(["Snelle levering, maar de app werkt niet"]).mentions
    mentions.to_csv(tmp_path / "oud.csv", index=False)
    told = call("codebook", later, "--migrate", tmp_path / "oud.csv", "--since", "1", "-o", tmp_path / name)
    assert "2 mentions brought along; 0 themes cannot be compared." in told.out
    assert "does not name version '1': taken as the one before all of it" in told.err
    read = pd.read_csv if name.endswith("csv") else pd.read_parquet
    assert read(tmp_path / name)["theme"].tolist() == ["logistics", "digital"]


def test_a_folder_of_classify_is_migrated(call, later, tmp_path):
    (tmp_path / "map" / "mentions").mkdir(parents=True)
    for part in range(2):
        mentions = code(["Snelle levering"]).mentions.assign(answer_id=str(part))
        mentions.to_parquet(tmp_path / "map" / "mentions" / f"{part}.parquet")
    out = tmp_path / "nieuw.csv"
    assert (
        "2 mentions" in call("codebook", later, "--migrate", tmp_path / "map", "--since", "1", "-o", out).out
    )


@pytest.mark.parametrize(
    "arguments, says",
    [
        (["--migrate", "oud.csv"], "needs --since"),
        (["--migrate", "oud.csv", "--since", "1", "-o", "uit.csv"], "lacks the column 'answer_id'"),
        (["--migrate", "weg.csv", "--since", "1", "-o", "uit.csv"], "Cannot read mentions from 'weg.csv'"),
        (["-o", "boek.docx"], "written as .toml"),
        (["--since", "1"], "--since goes with --migrate"),
        (["--compare", "later.toml", "-o", "uit.toml"], "--compare prints what changed, and takes no"),
    ],
)
def test_what_cannot_be_migrated_is_told(call, later, here, arguments, says):
    (here / "oud.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    assert says in call("codebook", later, *arguments, code=2).err


EXPORT = "Cijfer;Toelichting\n" + "".join(
    f"{score};{text} nummer {number}\n"
    for number in range(12)
    for score, text in [(9, "Vriendelijke medewerkers"), (3, "Pakket kwam te laat"), (6, "de kluis klemde")]
)


@pytest.fixture
def export(here):
    (here / "export.csv").write_text(EXPORT, encoding="utf-8")
    return here / "export.csv"


def test_useful_answers_are_drawn_and_correct_nothing(call, export):
    assert "6 answers to code" in call("sample", export, "--useful", "--size", 6, "-o", "vel.csv").out
    assert "drawn because they are useful" in call("report", export, "--coded", "vel.csv", code=2).err
    assert "--useful or --stratified" in call("sample", export, "--useful", "--stratified", code=2).err


def test_a_report_and_a_sample_under_an_edited_codebook(call, later, export):
    call("sample", export, "--size", 36, "--codebook", later, "-o", "vel.csv")
    sheet = pd.read_csv("vel.csv", sep=";", dtype="str").assign(coded="x")
    late = sheet["text"].str.startswith("Pakket")
    sheet.loc[late, ["theme_1", "kind_1"]] = ["Logistiek", "pijnpunt"]
    sheet.to_csv("vel.csv", index=False)
    told = call("report", export, "--codebook", later, "--coded", "vel.csv", "--json")
    assert "mentions brought along; 0 themes cannot be compared" in told.err
    estimates = pd.DataFrame(json.loads(told.out)["estimates"])
    rates = estimates[estimates["statistic"] == "corrected_rate"].set_index(["theme", "kind"])["estimate"]
    assert rates["logistics", "pain"] == pytest.approx(1 / 3)
    assert not {"delivery", "speed"} & set(estimates["theme"])
    assert "holds no theme of the codebook" in call("report", export, "--coded", "vel.csv", code=2).err
    assert "There is no codebook" in call("sample", export, "--codebook", "weg.toml", code=2).err


def test_tasks_for_label_studio_tell_of_their_configuration(call, export):
    assert "its labeling configuration: vel.xml" in call("sample", export, "--size", 6, "-o", "vel.json").out
    assert (export.parent / "vel.xml").exists()


def test_sheets_of_one_name_are_of_two_coders(call, export):
    call("sample", export, "--size", 24, "-o", "vel.csv")
    sheet = pd.read_csv("vel.csv", sep=";", dtype="str").assign(coded="x")
    for coder, theme in (("an", "general"), ("bo", "staff")):
        (export.parent / coder).mkdir()
        sheet.assign(theme_1=theme, kind_1="pain").to_csv(f"{coder}/vel.csv", index=False)
    told = call("learn", "an/vel.csv", "bo/vel.csv", code=1).out
    assert "Agreement of coders (24 answers contested)" in told
    assert "all, as sets" in told
    assert "given twice" in call("learn", "an/vel.csv", "an/../an/vel.csv", code=2).err


def test_a_sheet_is_learned_and_the_old_model_stays_where_the_new_one_is_no_better(call, export):
    call("sample", export, "--size", 30, "-o", "vel.csv")
    sheet = pd.read_csv("vel.csv", sep=";", dtype="str")
    sheet = sheet.assign(coded="x", theme_1="general", kind_1="neutral")
    sheet.to_csv("vel.csv", index=False)
    done = call("learn", "vel.csv", "-o", "model", "--json")
    assert json.loads(done.out)["better"] is True
    assert call("check", "--model", "model").out.startswith("nl-base-tuned")
    shown = call("learn", "vel.csv", "--model", "model", "-o", "weer", code=1)
    assert "stays as it was" in shown.out
    assert not (export.parent / "weer").exists()


@pytest.mark.usefixtures("here")
def test_a_group_becomes_a_draft_and_a_sheet_with_enough_to_learn_from(call):
    told = call("gaps", "--demo", "--draft", 1, "--theme", "lockers", "--label", "Kluisjes", "-o", "draft")
    sheet = pd.read_excel("draft/sheet.xlsx", dtype="str", engine="calamine")
    assert f"with {len(sheet)} answers to code, those of the group first" in told.err
    assert "why-nps learn draft/sheet.xlsx --codebook draft/codebook.toml" in told.err
    assert sheet["text"].is_unique
    assert load_codebook("draft/codebook.toml").label("lockers") == "Kluisjes"
    sheet.assign(coded="x").to_csv("draft/done.csv", index=False)
    told = call("learn", "draft/done.csv", "--codebook", "draft/codebook.toml", code=1).out
    assert told.startswith(f"{len(sheet)} coded answers\n")


def test_gaps_are_listed_and_a_draft_needs_a_group(call, export):
    assert "clauses without a theme" in call("gaps", export).out
    assert "A draft needs both" in call("gaps", export, "--draft", 1, code=2).err
    assert "There is no group 99" in call("gaps", export, "--draft", 99, "--theme", "x", code=2).err
