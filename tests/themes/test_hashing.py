import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from why_nps.themes.hashing import Places

numbers = st.integers(0, 2**62)


@given(keys=st.lists(numbers, unique=True), others=st.lists(st.one_of(numbers, st.just(-1))))
def test_finds_what_a_dict_finds(keys, others):
    expected = {key: place for place, key in enumerate(keys)}
    wanted = keys + others
    found = Places(np.array(keys, np.int64)).find(np.array(wanted, np.int64))
    assert found.tolist() == [expected.get(number, -1) for number in wanted]


def test_neighbours_and_many_keys():
    keys = np.arange(0, 300_000, 3)
    found = Places(keys).find(np.arange(-1, 300_001))
    assert (found[1::3][: len(keys)] == np.arange(len(keys))).all()
    assert (found >= 0).sum() == len(keys)
