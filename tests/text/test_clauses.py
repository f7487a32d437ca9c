import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from why_nps.text.clauses import split_clauses

_PIECES = [
    *(
        "goed",
        "duur",
        "personeel",
        "en",
        "maar",
        "alleen",
        "de",
        "wel",
        "is",
        "traag",
        "helaas",
        "a.u.b.",
        "dhr.",
        "4,10",
        "snel",
    ),
    *(
        ", ",
        ". ",
        " ",
        " ",
        " ",
        "! ",
        "\n",
        "; ",
        " - ",
        " + ",
        "/",
        " / ",
        "(",
        ")",
        ":",
        ": ",
        "...",
        "👍",
        "'",
        '"',
        "_",
        "é",
    ),
]
texts = st.one_of(st.text(), st.lists(st.sampled_from(_PIECES)).map("".join))


def clauses(text):
    return [text[start:end] for start, end in split_clauses(text)]


@pytest.mark.parametrize(
    "text,expected",
    [
        ("Snel geleverd. Goede prijs!", ["Snel geleverd", "Goede prijs"]),
        ("Monteur was top!!maar factuur klopt niet", ["Monteur was top", "maar factuur klopt niet"]),
        ("goed.Maar duur", ["goed", "Maar duur"]),
        ("goed\nduur", ["goed", "duur"]),
        ("levering snel; factuur fout", ["levering snel", "factuur fout"]),
        ("- snel geholpen\n- lekker dichtbij", ["snel geholpen", "lekker dichtbij"]),
        ("* snel\n* duur", ["snel", "duur"]),
        ("1. aardige mensen", ["1. aardige mensen"]),
        ("personeel aardig - parkeren slecht", ["personeel aardig", "parkeren slecht"]),
        ("goede service / snelle levering", ["goede service", "snelle levering"]),
        ("+ personeel - parkeren", ["+ personeel", "- parkeren"]),
        ("goede service + lage prijs", ["goede service", "+ lage prijs"]),
        ("Discozwemmen 🕺 brandschoon", ["Discozwemmen 🕺", "brandschoon"]),
        (
            "Prima winkel (wel wat duur voor wat je krijgt) en snel",
            ["Prima winkel", "wel wat duur voor wat je krijgt", "en snel"],
        ),
    ],
)
def test_marks_part(text, expected):
    assert clauses(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "€ 4,10 per maand",
        "5,- per stuk",
        "om 10.30 open",
        "bijv. bellen a.u.b. sneller i.p.v. mailen",
        "dhr. Jansen van de winkel in Goes",
        "op 12-3-2024 besteld",
        "'s avonds open :-) fijn",
        "www.winkel.nl/contact.html werkt",
        "prijs/kwaliteit goed",
        "24/7 bereikbaar",
        "onze zoon (havo 3) leert veel",
        "brood en banket zijn vers",
        "track en trace klopt altijd",
        "als ik bel, krijg ik niemand",
        "geen dubbele rekening, geen gezeik",
        "het bezorgen was twee dagen, dat is gangbaar",
        "blad is schitterend, van één boom",
        "er rijdt maar 1 bus per uur",
        "je moet alleen nog pinnen",
        "personeel is niet vriendelijk",
        "ze doen het wel goed",
        "ruilen kon niet want actieartikel",
    ],
)
def test_one_point_stays_whole(text):
    assert clauses(text) == [text]


@pytest.mark.parametrize(
    "text,expected",
    [
        (
            "leuke kleding maar de maten vallen anders uit",
            ["leuke kleding", "maar de maten vallen anders uit"],
        ),
        ("Mooi maar duur", ["Mooi", "maar duur"]),
        ("DUUR MAAR GOED PERSONEEL", ["DUUR", "MAAR GOED PERSONEEL"]),
        ("woning is prima alleen de lift is vaak kapot", ["woning is prima", "alleen de lift is vaak kapot"]),
        ("duur wel goed", ["duur", "wel goed"]),
        ("Ruim assortiment, wel aan de prijs", ["Ruim assortiment", "wel aan de prijs"]),
        ("Alles oké jammer dat de wachttijd lang is", ["Alles oké", "jammer dat de wachttijd lang is"]),
        ("ik zit lekker en zie de trein ook nog rijden", ["ik zit lekker", "en zie de trein ook nog rijden"]),
        ("vriendelijk, snel en goedkoop", ["vriendelijk", "snel", "en goedkoop"]),
        ("snel goed goedkoop", ["snel", "goed", "goedkoop"]),
        ("mooie winkel leuk personeel", ["mooie winkel", "leuk personeel"]),
        (
            "ge hebt ne goeie uptime ma die facturen zijn traag",
            ["ge hebt ne goeie uptime", "ma die facturen zijn traag"],
        ),
    ],
)
def test_words_part(text, expected):
    assert clauses(text) == expected


@pytest.mark.parametrize(
    "text,expected",
    [
        ("", []),
        (" ", []),
        ("...", []),
        ("-", []),
        ("👍", ["👍"]),
        ("Top! 👍", ["Top! 👍"]),
        ("👍 top", ["👍 top"]),
    ],
)
def test_an_emoji_stays_with_its_words(text, expected):
    assert clauses(text) == expected


@settings(deadline=None)  # the first example loads the word lists
@given(texts)
def test_clauses_are_ordered_and_trimmed_and_cover_every_letter_and_digit(text):
    spans = split_clauses(text)
    end = 0
    covered = set()
    for start, stop in spans:
        assert end <= start < stop <= len(text)
        assert not text[start].isspace()
        assert not text[stop - 1].isspace()
        assert text[stop - 1] not in ".,;:!?"
        covered.update(range(start, stop))
        end = stop
    assert all(i in covered for i, c in enumerate(text) if c.isalnum())


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "a ",
        "wel ",
        "goed wel ",
        "en ",
        "goed en ",
        "maar ",
        ", ",
        ",",
        "!",
        "(",
        "(aaaaaaaaaaaaaaaaaaaa",
        ". ",
        "goed ",
        "a-",
        "👍 ",
        "+ a ",
        "x, ",
    ],
)
def test_double_the_length_takes_about_double_the_time(unit):
    def seconds(text):
        best = float("inf")
        for _ in range(4):
            start = time.process_time()
            split_clauses(text)
            best = min(best, time.process_time() - start)
        return best

    assert seconds(unit * 12_000) < 3.5 * seconds(unit * 6_000) + 0.02
