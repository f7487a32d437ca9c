import pandas as pd
import pytest

from why_nps import code
from why_nps.errors import InputError
from why_nps.flow import list_mentions, write_coded


@pytest.fixture(scope="module")
def small():
    return code(["Bel 06-12345678: pakket kwam te laat", "=1+1 levering was te laat", "nvt"])


def test_mentions_are_listed_with_their_masked_clause(small):
    listed = list_mentions(small)
    assert len(listed) == len(small.mentions)
    assert not listed["clause_text"].str.contains("12345678").any()


def test_written_tables_read_back(small, tmp_path):
    paths = write_coded(small, tmp_path / "new" / "folder")
    assert [path.name for path in paths] == ["mentions.csv", "flags.csv", "screening.csv"]
    mentions = pd.read_csv(paths[0], dtype={"answer_id": str})
    assert mentions["theme"].tolist() == small.mentions["theme"].tolist()
    assert not mentions["clause_text"].str.startswith("=").any()
    assert not list(tmp_path.rglob("*.part"))


def test_a_target_that_cannot_be_written_is_an_error_of_ours(small, tmp_path):
    blocker = tmp_path / "file"
    blocker.write_text("x")
    with pytest.raises(InputError, match="Cannot write"):
        write_coded(small, blocker / "below")
    assert list(tmp_path.iterdir()) == [blocker]
