"""For every test: one BLAS thread, a drawing backend without a screen, and a tiny coded file."""

import json
import os

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "Agg")

CLAUSES = {
    ("delivery", "delight"): ["pakje snel bezorgd", "keurig op tijd geleverd", "bestelling was er morgen al"],
    ("delivery", "pain"): [
        "pakje te laat bezorgd",
        "bestelling kwam kapot aan",
        "levering ging drie keer mis",
    ],
    ("staff", "delight"): ["vriendelijke medewerkers", "aardige verkoper", "personeel is kundig"],
    ("staff", "pain"): ["onbeschofte medewerkers", "botte verkoper", "personeel wist niets"],
}


def tiny_records():
    """Twelve sectors with eight answers each, of two clauses, a few with a flag."""
    pairs = list(CLAUSES)
    records = []
    for sector in range(12):
        for number in range(8):
            first, second = pairs[number % 4], pairs[(number + 1 + sector % 3) % 4]
            spans = [CLAUSES[first][sector % 3], CLAUSES[second][(sector + 1) % 3]]
            churn = number == 0
            answer = f"{spans[0]}, {spans[1]}" + (f". ik stap over in {sector}" if churn else "")
            records.append(
                {
                    "id": f"s{sector}-{number}",
                    "sector": f"sector{sector}",
                    "score": 2 + number,
                    "answer": answer,
                    "mentions": [
                        {"span": span, "theme": theme, "kind": kind}
                        for span, (theme, kind) in zip(spans, (first, second), strict=True)
                    ],
                    "flags": ["churn"] if churn else [],
                }
            )
    return records


def write_records(path, records):
    path.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def tiny_file(tmp_path_factory):
    return write_records(tmp_path_factory.mktemp("coded") / "gecodeerd.jsonl", tiny_records())


@pytest.fixture(scope="session")
def tiny_answers(tiny_file):
    from why_nps.core.codebook import load_codebook
    from why_nps.training.corpus import read_coded_answers

    return read_coded_answers(tiny_file, load_codebook())
