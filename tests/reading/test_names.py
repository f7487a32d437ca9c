"""What a column name stands for."""

# ruff: noqa: E501 - tables of cases

import time
import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from why_nps.core.tables import ANSWERS
from why_nps.reading.names import clean_name, recognise, squeeze

NAMES = {
    "text": [
        "Toelichting", "WAAROM", "reden", "Opmerking(en)", "motivatie", "antwoord", "Comment", "verbatim", "Reason",
        "Waarom geeft u deze score?", "Waarom geef je ons dit cijfer?", "Kunt u uw antwoord toelichten?",
        "Wat is de belangrijkste reden voor uw score?", "What is the primary reason for your score?",
        "Why did you give us this rating?", "Toelichting (optioneel)", "Q2_toelichting", "3. Toelichting", "V2: Reden",
        "Hoe waarschijnlijk is het dat u ons aanbeveelt? - Toelichting", "Licht uw antwoord toe",
        "Hoe waarschijnlijk is het dat u ons aanbeveelt? Kunt u dit toelichten", "toelichting.1", "_Toe-lichting_",
    ],
    "score": [
        "cijfer", "Score", "aanbeveling", "NPS", "NPS-score", "nps_score", "rating", "Q1_NPS", "Score (0-10)", "NPS 0-10",
        "Hoe waarschijnlijk is het dat u ons aanbeveelt?", "Likelihood to recommend", "Score (2)",
        "Hoe waarschijnlijk is het dat u Energie BV zou aanbevelen aan vrienden of familie?",
        "In hoeverre zou u ons aanraden bij collega's?", "How likely are you to recommend us to a friend?",
        "1. Hoe waarschijnlijk is het dat je ons zult aanraden?",
    ],
    "answer_id": ["id", "ID", "Respondent", "respondent_id", "Klantnummer", "klant-id", "ResponseId", "Enquête ID"],
    "answered_on": ["datum", "Date", "Ingevuld op", "ingevuld_op", "RecordedDate", "Tijdstempel"],
    "weight": ["gewicht", "Weight", "weegfactor"],
    "branch": ["vestiging", "Filiaal", "branch", "winkel", "store"],
    "touchpoint": ["kanaal", "contactmoment", "Touchpoint"],
    "employee": ["medewerker", "Employee"],
    "wave": ["golf", "meting", "wave"],
    "ignore": ["Q1_NPS_GROUP", "Hoe waarschijnlijk is het dat u ons aanbeveelt? - Group", "categorie"],
    None: [
        "", "?", "Tevredenheidsscore", "Regio", "Waarom bent u overgestapt?", "Wat is de reden van uw bezoek?",
        "Hoe waarschijnlijk is het dat u blijft?", "scores", "column 3",
        "Hoe waarschijnlijk is het dat u ons aanbeveelt en kunt u dat toelichten?", "Leeftijd",
    ],
}  # fmt: skip


@pytest.mark.parametrize("ours, name", [(ours, name) for ours, names in NAMES.items() for name in names])
def test_recognise(ours, name):
    assert recognise(name) == ours


def test_each_name_stands_once():
    data = tomllib.loads(files("why_nps").joinpath("data", "columns.toml").read_text(encoding="utf-8"))
    names = [squeeze(name) for table in data.values() for name in table["names"]]
    assert len(names) == len(set(names))
    assert {"text", "score", "answer_id", "answered_on", "weight"} <= set(data)


@given(st.text(max_size=200))
def test_any_name_is_recognised_or_not_and_can_be_cleaned(name):
    assert recognise(name) in NAMES
    cleaned = clean_name(name)
    assert cleaned.isidentifier()
    assert cleaned not in ANSWERS.columns
    assert clean_name(cleaned) == cleaned


def test_growth_is_linear():
    def seconds(length):
        begin = time.perf_counter()
        for piece in ("waarom ", " - ", "(", "q1 ", "1."):
            recognise(piece * length)
        return time.perf_counter() - begin

    seconds(1_000)
    assert min(seconds(40_000) for _ in range(3)) < 6 * min(seconds(20_000) for _ in range(3)) + 0.01
