"""Text files: separators, encodings, line ends, and every way a file can be torn."""

import csv
import gc
import time

import pytest

from why_nps.errors import InputError
from why_nps.reading.delimited import read_delimited


@pytest.fixture
def read(tmp_path):
    def _read(content, name="export.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_delimited(path)

    return _read


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_separators_line_ends_and_bom(read, separator, end, bom):
    lines = [separator.join(row) for row in (["score", "text"], ["9", '"a; b, c\td"'], ["8", "goed"])]
    found = read(bom + end.join(lines) + end)
    assert found.rows == [["score", "text"], ["9", "a; b, c\td"], ["8", "goed"]]
    assert found.lines == [1, 2, 3]
    assert found.notes == ()


def test_sep_line(read):
    found = read("sep=|\r\nscore|text\r\n9|a;b\r\n")
    assert found.rows == [["score", "text"], ["9", "a;b"]]
    assert found.lines == [2, 3]
    assert read('"sep=;"\nscore;text, kort\n9;a\n').rows[1] == ["9", "a"]


def test_the_separator_follows_the_header_and_the_counts_not_the_content(read):
    assert read('score;"waarom, denkt u"\n9;a\n8;b\n').rows[0] == ["score", "waarom, denkt u"]
    assert read("score;text\n9;a, b, c, d\n8;e, f, g\n").rows[1] == ["9", "a, b, c, d"]
    assert read("score;waarom, dan\n9;a, b\n").rows[1] == ["9", "a, b"]  # both fit: ; before the comma
    assert read("toelichting\ngoed; snel, top\n").rows == [["toelichting"], ["goed; snel, top"]]


def test_quoted_newlines_and_decimal_commas(read):
    found = read('score;text;gewicht\r\n9;"een\r\ntwee";1,5\r\n8;c;0,5\r\n')
    assert found.rows[1] == ["9", "een\r\ntwee", "1,5"]
    assert found.lines == [1, 2, 4]


def test_windows_text_is_read_and_told(read):
    found = read("score;text\n9;café € 5\n".encode("cp1252"))
    assert found.rows[1][1] == "café € 5"
    assert "cp1252" in found.notes[0]


def test_utf_16_with_bom(read):
    assert read("score\ttext\n9\tcafé\n".encode("utf-16")).rows[1] == ["9", "café"]


def test_blank_lines_are_told_but_not_at_the_end(read):
    found = read("score;text\n9;a\n\n8;b\n\n\n")
    assert (len(found.rows), found.lines) == (3, [1, 2, 4])
    assert found.blank == 1


def test_a_very_long_answer_is_read_and_the_limit_of_csv_put_back(read):
    before = csv.field_size_limit()
    assert len(read(f'score;text\n9;"{"a" * 1_000_000}"\n').rows[1][1]) == 1_000_000
    assert csv.field_size_limit() == before


@pytest.mark.parametrize(
    "content, line, mend",
    [
        ('score;text\n9;a\n8;"geheim', 3, "not closed"),
        ('score;text\n9;"geheim\n8;"b"\n', 2, "not closed"),
        ('score;text;winkel\n9;a;b\n8;"ge"heim;c\n', 3, "twice"),
        ("score;text;winkel\n9;a;b\n8;geheim", 3, "cut off"),
        ("score;text\n9;a\n1;geheim; snel; top\n", 3, "quotes around"),
        ("score;text\n9;een\ngeheim\n", 3, "line break"),
        ("sep=;\nscore;text\n9\n", 3, "cut off"),
    ],
)
def test_a_torn_file_names_line_and_remedy_and_not_the_answer(read, content, line, mend):
    with pytest.raises(InputError, match=mend) as caught:
        read(content)
    assert f"line {line}" in str(caught.value)
    assert "export.csv" in str(caught.value)
    assert "heim" not in str(caught.value)


@pytest.mark.parametrize(
    "content, message",
    [
        (b"PK\x03\x04zip", "workbook"),
        (b"\x81\x8d\xff", "neither UTF-8"),
        (b"%PDF\x00\x01", "not a text file"),
    ],
)
def test_what_is_no_text_is_refused(read, content, message):
    with pytest.raises(InputError, match=message):
        read(content)


def test_growth_is_linear(read, request):
    def seconds(rows):
        content = "score;text\n" + '9;"goed; ""snel"" en\nnetjes"\n' * rows
        begin = time.perf_counter()
        read(content)
        return time.perf_counter() - begin

    seconds(1_000)
    gc.freeze()  # else the collector looks through whatever other tests left, now and then
    request.addfinalizer(gc.unfreeze)
    assert min(seconds(80_000) for _ in range(3)) < 6 * min(seconds(40_000) for _ in range(3))
