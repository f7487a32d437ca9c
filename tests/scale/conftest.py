from importlib.resources import as_file, files

import pytest

TEXTS = [
    "Snelle levering, maar de app werkt niet",
    "Vriendelijke medewerkers en goed geholpen",
    "Bel mij even terug op 06-12345678, pakket kwam te laat",
    "nvt",
    "",
    "=1+1 veel te duur!!!!!!!",
    "Geholpen door Sanne, zeer snel",
    "café was prima\nmaar niemand neemt de telefoon op",
]


def write_export(path, rows):
    """Write an export in which every answer has an id, and no two neighbours are alike."""
    lines = ["Respondentnr;Datum;Cijfer;Toelichting;Vestiging;Medewerker;Regio"]
    for row in range(rows):
        text = f"{TEXTS[row % 8]} {row}" if TEXTS[row % 8] not in ("", "nvt") else TEXTS[row % 8]
        branch, employee = ("Ede", "Tiel")[row % 2], ("Sanne", "Piet", "")[row % 3]
        lines.append(
            f'R{row};{1 + row % 28}-{1 + row % 12}-2025;{row % 11};"{text}";{branch};{employee};noord'
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def export(tmp_path_factory):
    return write_export(tmp_path_factory.mktemp("export") / "export.csv", 400)


def read_tree(folder):
    """Return the bytes of every file in a folder; the lock of a job holds nothing."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="session")
def reference(export, tmp_path_factory):
    """What an uninterrupted run writes."""
    from why_nps.scale import code_file

    folder = tmp_path_factory.mktemp("reference") / "out"
    code_file(export, folder, part_rows=40)
    return read_tree(folder)


@pytest.fixture(scope="session")
def answers():
    """A part of the demo export: silent answers, dates, branches and named employees."""
    from why_nps import Answers, read_answers

    with as_file(files("why_nps").joinpath("data", "demo", "demo_export.csv")) as path:
        read = read_answers(path)
    frame = read.frame.iloc[:500].reset_index(drop=True)
    frame["employee"] = frame["employee"].map({"M17": "Sanne"}).fillna(frame["employee"])
    return Answers(frame, ("branch", "employee"), read.report)


@pytest.fixture(scope="session")
def coded(answers):
    from why_nps import code

    return code(answers)


@pytest.fixture(scope="session")
def explained(coded):
    from why_nps import explain

    return explain(coded, asked=1000)
