import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from why_nps.errors import InputError
from why_nps.stats import measure_alpha, measure_set_alpha

N = None
# Krippendorff's standard example: twelve units, four coders.
STANDARD = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
        [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
    ]
).T
SETS = [
    [None if one == "-" else set("" if one == "_" else one) for one in row.split(",")]
    for row in (
        *("w,wp,w", "v,v,v", "p,p,wp", "s,vs,vs", "_,_,_", "wp,wp,wp"),
        *("v,s,v", "w,w,_", "vs,vs,v", "p,p,p", "s,s,s", "_,v,_"),
    )
]


@pytest.mark.parametrize(
    "level, expected",
    [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107), ("ratio", 0.797403)],
)
def test_reference_of_values(level, expected):
    assert measure_alpha(STANDARD, level=level) == pytest.approx(expected, abs=6e-7)


@pytest.mark.parametrize("distance, expected", [("masi", 0.619322), ("jaccard", 0.653808)])
def test_reference_of_sets(distance, expected):
    assert measure_set_alpha(SETS, distance=distance) == pytest.approx(expected, abs=6e-7)


@settings(max_examples=40)
@given(st.lists(st.lists(st.sampled_from([1, 2, 3, None]), min_size=3, max_size=3), min_size=2, max_size=12))
def test_alpha_knows_neither_order_nor_names(ratings):
    expected = measure_alpha(ratings)
    moved = measure_alpha([row[::-1] for row in ratings[::-1]])
    renamed = measure_alpha([[None if one is None else 7 - one for one in row] for row in ratings])
    assert moved == pytest.approx(expected, nan_ok=True)
    assert renamed == pytest.approx(expected, nan_ok=True)
    as_sets = measure_set_alpha([[None if one is None else {str(one)} for one in row] for row in ratings])
    assert as_sets == pytest.approx(expected, nan_ok=True)


def test_extremes():
    assert measure_alpha([[1, 1], [2, 2]]) == 1
    assert np.isnan(measure_alpha([[1, 1], [1, 1]]))
    assert np.isnan(measure_alpha([[1, None], [None, 2]]))
    assert np.isnan(measure_set_alpha([]))


@pytest.mark.parametrize(
    "call",
    [
        lambda: measure_alpha([["goed", "slecht"]]),
        lambda: measure_alpha([[1, 2]], level="other"),
        lambda: measure_alpha([[-1, 2]], level="ratio"),
        lambda: measure_set_alpha([[{"a"}], [{"a"}, {"b"}]]),
        lambda: measure_set_alpha([[{"a"}, {"b"}]], distance="other"),
    ],
)
def test_what_cannot_be_compared_is_refused(call):
    with pytest.raises(InputError):
        call()
