"""For every test: one BLAS thread, a drawing backend without a screen, and a tiny coded file."""

import contextlib
import json
import os
import random

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
    """Twelve sectors with eight answers each, of two clauses, a few with a flag; no two nearly equal."""
    pairs = list(CLAUSES)
    dice = random.Random(3)
    records = []
    for sector in range(12):
        for number in range(8):
            first, second = pairs[number % 4], pairs[(number + 1 + sector % 3) % 4]
            spans = [CLAUSES[first][sector % 3], CLAUSES[second][(sector + 1) % 3]]
            churn = number == 0
            place = " ".join("".join(dice.choices("bdfgklmnprstv", k=9)) for _ in range(6))
            answer = f"{spans[0]}, {spans[1]}. {place}." + (" ik stap over" if churn else "")
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


@pytest.fixture
def full_disk():
    """Return a context in which no file gets larger than so many bytes, and one error of ours must come."""
    resource = pytest.importorskip("resource")  # Windows has no such limit
    from why_nps.errors import InputError

    @contextlib.contextmanager
    def limit(most):
        room = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, room[1]))
        try:
            with pytest.raises(InputError, match="Make room"):
                yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, room)

    return limit
