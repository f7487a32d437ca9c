import pandas as pd
import pytest

from why_nps import code, read_answers

TEXTS = {
    "Snelle levering, maar de app werkt niet": 7,
    "Vriendelijke medewerkers en goed geholpen": 9,
    "Veel te duur": 4,
    "Pakket kwam te laat en niemand neemt de telefoon op": 2,
    "nvt": 8,
    "": 6,
    "Bel mij even terug op 06-12345678": 3,
    "Prima": 8,
}


@pytest.fixture(scope="session")
def export():
    """A small export: 160 rows, three branches, four quarters, and some without score or text."""
    rows = [
        {
            "Cijfer": None if number % 53 == 0 else score,
            "Toelichting": text,
            "Vestiging": ("Ede", "Tiel", "Ede", "Ede", "Tiel")[number % 5] if number % 40 else "Urk",
            "Medewerker": ("Sanne", "Piet")[number % 2],
            "Datum": f"15-{1 + 3 * (number // 40):02d}-2025",
        }
        for number, (text, score) in enumerate(list(TEXTS.items()) * 20)
    ]
    return pd.DataFrame(rows)


@pytest.fixture(scope="session")
def answers(export):
    return read_answers(export)


@pytest.fixture(scope="session")
def coded(answers):
    return code(answers)
