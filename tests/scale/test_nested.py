"""An answer gets the same alone, in any part and in any order, as engines deal answers out."""

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from why_nps import code, load_bundle
from why_nps.scale import nested
from why_nps.scale.nested import code_texts

from .comparing import check_rows

SAID = st.sampled_from(
    [
        "Monteur was top!! maar na 3x bellen (06-12345678) nog geen factuur",
        "goed",
        "nvt",
        "Een 10 geef ik nooit, verder prima",
        "Geholpen door Sanne: snel, vriendelijk en goedkoop",
        "never again, the delivery was late",
        "cafÃ© was heeeeel gezellig\nmaar duur",
    ]
)
TEXTS = st.lists(SAID | st.text(max_size=40), min_size=1, max_size=8)


def list_rows(texts):
    return code_texts(pa.array(texts, pa.string()), model=None, sha256=load_bundle().sha256).to_pylist()


@settings(max_examples=12, deadline=None)
@given(TEXTS, st.data())
def test_shuffled_and_in_parts_as_together(texts, data):
    texts = [text.encode("utf-8", "replace").decode() for text in texts]  # Arrow holds no half characters
    order = data.draw(st.permutations(range(len(texts))))
    cut = data.draw(st.integers(0, len(texts)))
    whole = list_rows(texts)
    with pytest.MonkeyPatch.context() as few:
        few.setattr(nested, "_SLICE", data.draw(st.integers(1, 8)))
        parts = [list_rows([texts[place] for place in part]) for part in (order[:cut], order[cut:])]
    assert [row for part in parts for row in part] == [whole[place] for place in order]


def test_the_rows_are_those_of_code():
    texts = ["Snelle levering, maar de app werkt niet", "nvt", "bel mij even terug op 06-12345678", ""]
    frame = pd.DataFrame(list_rows(texts)).assign(answer_id=["1", "2", "3", "4"])
    check_rows(frame, code(texts))
