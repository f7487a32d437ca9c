"""Personal data in answers comes out nowhere: every writer, with each kind of it in answers of a file."""

import zipfile

import pandas as pd
import pytest

from why_nps import code, explain, read_answers
from why_nps.flow import draw_sample, list_mentions, write_sample
from why_nps.flow.exporting import write_mentions

PERSONAL = {
    "phone": "06-48210933",
    "email": "karin.bloem@example.nl",
    "iban": "NL91ABNA0417164300",
    "bsn": "111222333",
    "postcode": "3704 AB",
    "address": "Lindelaan 48",
    "plate": "GB-123-K",
    "number": "4829104",
    "name": "Djoeke",
    "account": "@karinbloem78",
    "ip": "10.0.0.12",
    "birthdate": "12-03-1958",
}
SAID = [
    "Snelle levering, bel {phone} of mail {email}",
    "Veel te duur, en bsn {bsn} op de brief gezet",
    "Levering te laat, {address} in {postcode} bestaat gewoon",
    "De app werkt niet, klantnummer {number} kent hij niet",
    "Vriendelijk geholpen door {name}, geboren {birthdate}",
    "Te duur, rekening {iban} is leeg door jullie, ip {ip}",
    "Levering te laat, kenteken {plate}, insta {account}",
]


@pytest.fixture(scope="module")
def coded():
    table = pd.DataFrame({"Toelichting": [said.format(**PERSONAL) for said in SAID] * 24})
    table["Cijfer"] = [(9, 2, 1, 3, 10, 4, 0)[row % 7] for row in range(len(table))]
    table["Vestiging"] = ["Ede", "Tiel"] * (len(table) // 2)
    return code(read_answers(table))


@pytest.fixture(scope="module")
def written(coded, tmp_path_factory):
    """What each writer writes, as text; the parts of a workbook end to end."""
    folder = tmp_path_factory.mktemp("written")
    explained = explain(coded, by="branch", minimum_n=5)
    found = {
        "page": explained.report(folder / "page.html").read_text(encoding="utf-8"),
        "notebook": explained._repr_html_(),
        "terminal": explained.to_text(),
        "JSON": explained.to_json(),
        "repr": f"{coded!r} {explained!r} {coded.answers!r}",
    }
    write_sample(draw_sample(coded, size=20), coded.codebook, folder / "sample.xlsx")
    write_mentions(list_mentions(coded), folder / "mentions.csv")
    explained.tables(folder / "tables")
    explained.save_figures(folder / "figures")
    for path in sorted(folder.rglob("*.*")):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                found[path.name] = "".join(archive.read(name).decode() for name in archive.namelist())
        elif path.suffix in {".csv", ".svg"}:
            found[path.name] = path.read_text(encoding="utf-8-sig")
    return found


@pytest.mark.parametrize("kind", PERSONAL)
def test_it_comes_out_nowhere(written, kind):
    piece = PERSONAL[kind]
    assert [name for name, text in written.items() if piece in text] == []


def test_the_answers_themselves_come_out(written):
    for name in ("page", "JSON", "sample.xlsx", "mentions.csv"):
        assert "[telefoon]" in written[name] or "[naam]" in written[name], name
    assert {"svg", "csv", "xlsx"} <= {name.rpartition(".")[2] for name in written}
