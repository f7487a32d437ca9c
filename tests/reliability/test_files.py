"""Every row of the tables of files and score cells, and what is made from them by accident."""

import contextlib
import io
import zipfile

import hostile
import pytest
import trials
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from why_nps import read_answers
from why_nps.errors import InputError
from why_nps.reading import survey_answers
from why_nps.reading.scores import parse_score

FILES = list(hostile.list_files("kanarie"))
BOOK = hostile.make_workbook()
with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
    MEMBERS = {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("cell, wanted", hostile.SCORES, ids=repr)
def test_a_score_cell_is_a_score_or_has_a_reason(cell, wanted):
    found = parse_score(cell)
    assert (found.reason or found.value) == wanted
    assert (found.value is None) == bool(found.reason)


@pytest.mark.parametrize("read", [read_answers, survey_answers])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_is_read_as_it_is_or_refused_with_what_to_do(tmp_path, file, read):
    path = tmp_path / file.filename
    path.write_bytes(file.content)
    if file.error:
        with pytest.raises(InputError) as caught:
            read(path)
        told = str(caught.value)
        assert file.filename in told
        assert not [word for word in file.error if word not in told]
        assert "kanarie" not in told
        return
    assert file.note in str(read(path).report)
    frame = read_answers(path).frame
    assert tuple(frame["text"]) == file.texts
    assert not file.ids or tuple(frame["answer_id"]) == file.ids


def test_made_up_files_are_read_or_refused_and_the_trial_notices_what_fails(tmp_path, monkeypatch):
    assert not trials.try_files(tmp_path, 40, seed=6).wrong
    monkeypatch.setattr("hostile.list_files", lambda _: [hostile.File("x", "a.csv", b"score;reden\n9;a\n")])
    assert trials.try_files(tmp_path, 0, seed=6).wrong


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.sampled_from(sorted(MEMBERS)), st.integers(0, 5_000), st.binary(max_size=12), st.integers(0, 40))
def test_a_workbook_with_anything_inside_is_read_or_refused(tmp_path, member, place, new, gone):
    content = MEMBERS[member]
    place %= len(content) + 1
    path = tmp_path / "a.xlsx"
    path.write_bytes(hostile.add_member(BOOK, member, content[:place] + new + content[place + gone :]))
    with contextlib.suppress(InputError):
        assert len(read_answers(path)) >= 1


def test_nothing_is_unpacked_to_refuse_a_bomb(tmp_path, monkeypatch):
    path = tmp_path / "a.xlsx"
    path.write_bytes(hostile.make_bomb(300))
    assert path.stat().st_size < 1_000_000

    def refuse(*_, **__):
        raise AssertionError("it was unpacked")

    monkeypatch.setattr("zipfile.ZipFile.open", refuse)
    with pytest.raises(InputError, match="refused"):
        read_answers(path)
