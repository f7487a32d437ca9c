import re

from hypothesis import given
from hypothesis import strategies as st

from why_nps.text.joined import JoinedTexts

texts = st.lists(st.text(alphabet="ab@1é\ud800 👍", max_size=9), max_size=6)


@given(texts=texts, pieces=st.lists(st.text(alphabet="ab ", min_size=1, max_size=3), max_size=3))
def test_pieces_and_characters_are_found_where_a_search_text_by_text_finds_them(texts, pieces):
    joined = JoinedTexts(texts)
    assert joined.hold(*pieces).tolist() == [any(piece in text for piece in pieces) for text in texts]
    assert joined.hold_characters("@1").tolist() == [bool(re.search(r"[@1]|[^\0-\x7f]", t)) for t in texts]
    assert joined.hold_four_alike().tolist() == [bool(re.search(r"(.)\1\1\1", t)) for t in texts]


def test_what_stands_between_texts_is_of_none():
    assert JoinedTexts(["a\n\n\n", "", "", "b"]).hold_four_alike().tolist() == [False] * 4
    assert JoinedTexts(["a\n\n\n\n", "b"]).hold_characters("\n").tolist() == [True, False]
