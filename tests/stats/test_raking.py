import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from why_nps.errors import InputError
from why_nps.stats import estimate_nps, rake_weights


def test_reference_raking():
    a, b = list("xxyyxyxyxyyx"), list("pqpqqqppqpqp")
    weights = rake_weights([(a, {"x": 40, "y": 60}), (b, {"p": 30, "q": 70})])
    expected = [4, 9.333333, 6, 14, 9.333333, 14, 4, 6, 9.333333, 6, 14, 4]
    assert_allclose(weights, expected, atol=6e-7)
    nps = estimate_nps([10, 9, 0, 6, 7, 8, 10, 3, 9, 5, 10, 8], weights=weights)
    assert nps.estimate == pytest.approx(8.666667, abs=6e-7)


@given(st.integers(0, 999))
def test_raked_weights_meet_every_margin(seed):
    rng = np.random.default_rng(seed)
    first, second = np.arange(40) % 3, rng.permutation(np.arange(40) % 2)
    wanted = [dict(zip(map(str, range(k)), rng.dirichlet(np.full(k, 20)) * 100, strict=True)) for k in (3, 2)]
    weights = rake_weights([(first, wanted[0]), (second, wanted[1])])
    for values, targets in zip((first, second), wanted, strict=True):
        sums = pd.Series(weights).groupby(values.astype(str)).sum()
        assert_allclose(sums.to_numpy(), [targets[name] for name in sums.index], rtol=1e-6)


@pytest.mark.parametrize(
    "margins, message",
    [
        ([], "at least one"),
        ([(["a", "b"], {"a": 1})], "1 categories have none"),
        ([(["a", "a"], {"a": 1, "b": 1})], "1 targets have no answer"),
        ([(["a", "b"], {"a": 1, "b": 0})], "positive target"),
        ([(["a", "b"], {"a": 1, "b": 1}), (["c", "d"], {"c": 1, "d": 2})], "same total"),
        ([(["a", "b"], {"a": 1, "b": 1}), (["c", "d"], {"c": 0.5, "d": 1.5})], "No weights fit"),
    ],
)
def test_margins_that_cannot_be_met_are_refused(margins, message):
    with pytest.raises(InputError, match=message):
        rake_weights(margins)
