import pytest

from why_nps.themes import ThemeClassifier

SENTENCES = {
    ("delivery", "delight"): ["snel geleverd", "keurig op tijd bezorgd", "pakketje was er de volgende dag"],
    ("delivery", "pain"): ["te laat geleverd", "pakket kwam kapot aan", "bezorging ging drie keer mis"],
    ("staff", "delight"): ["vriendelijke medewerkers", "aardig personeel", "kundige verkoper"],
    ("staff", "pain"): ["onbeleefde medewerkers", "bot personeel", "verkoper wist niets"],
    ("price", "pain"): ["veel te duur", "de prijs is te hoog", "duur in vergelijking"],
    ("general", "delight"): ["prima", "gewoon goed", "top"],
}


@pytest.fixture(scope="session")
def coded_clauses():
    """Texts and their pairs; two clauses mention nothing."""
    texts = [text for texts in SENTENCES.values() for text in texts] + ["ik woon in Ede", "was gisteren daar"]
    pairs = [[pair] for pair, texts in SENTENCES.items() for _ in texts] + [[], []]
    return texts * 3, pairs * 3


@pytest.fixture(scope="session")
def classifier(coded_clauses):
    return ThemeClassifier(inverse_penalty=50.0).fit(*coded_clauses)
