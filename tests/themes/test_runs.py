"""Runs found as whole arrays must be those that are cut out of each word one by one."""

import itertools
import zlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from why_nps.themes.features import spell
from why_nps.themes.runs import BUCKETS, KnownRuns, hash_runs

words = st.lists(st.text(alphabet="abe<>0!é日👍", max_size=9), max_size=6)
KNOWN = ["<ab>", "ab", "b>", "<a", "abe", "bea", "<abe>", "abea", "abeab", "é日", "👍>", "<>", "<éa👍b日e>"]


def split(listed, edges):
    return [sorted(listed[low:high].tolist()) for low, high in itertools.pairwise(edges)]


@given(words)
def test_known_runs_are_those_of_each_word_spelled(some):
    rows = {run: row for row, run in enumerate(KNOWN)}
    expected = [sorted(rows[run] for run in spell(word) if run in rows) for word in some]
    assert split(*KnownRuns(rows).find(some)) == expected


@given(words)
def test_hashes_are_those_of_the_standard_library(some):
    expected = [
        sorted(
            zlib.crc32(f"<{word}>"[start : start + size].encode()) % BUCKETS
            for size in (3, 4, 5)
            for start in range(len(word) + 3 - size)
        )
        for word in some
    ]
    assert split(*hash_runs(some)) == expected


def test_a_words_runs_come_in_one_order_whatever_stands_beside_it():
    # Their rows are summed in this order, and sums of other orders differ in the last digit.
    rows = {run: row for row, run in enumerate(dict.fromkeys(spell("bezorger") + spell("app")))}
    for find in (KnownRuns(rows).find, hash_runs):
        alone, _ = find(["bezorger"])
        among, edges = find(["app", "👍", "bezorger", "apps"])
        np.testing.assert_array_equal(among[edges[2] : edges[3]], alone)


def test_runs_of_another_length_or_with_an_unknown_letter_are_not_mistaken():
    known = KnownRuns({"ab": 0, "<ba": 1})
    assert split(*known.find(["xab", "ab", "ba", "xba"])) == [[0], [0], [1], []]
    assert split(*KnownRuns({}).find(["ab", ""])) == [[], []]


def test_more_letters_than_keys_have_room_for():
    letters = [chr(code) for code in range(0x4E00, 0x4E00 + 9000)]
    rows = {"".join(letters[at : at + 5]): at for at in range(0, 9000, 5)}
    found = KnownRuns(rows).find([f"x{run}x" for run in rows])
    assert split(*found) == [[row] for row in rows.values()]


def test_the_buckets_of_a_word_repeat_in_every_process():
    assert hash_runs(["ok"])[0].tolist() == [2654, 15327, 31432]
    one, other = hash_runs(["bezorger"])[0], hash_runs(["bezorgers"])[0]
    assert len({*one} & {*other}) > len(one) / 2
