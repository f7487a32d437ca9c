import pytest
from numpy.testing import assert_allclose

from why_nps.errors import InputError
from why_nps.stats import correct_known_error, estimate_reversed


def test_reference_of_known_error():
    known = correct_known_error(0.2, 1000, sensitivity=(160, 200), specificity=(270, 300))
    assert_allclose([known.estimate, known.low, known.high], [0.142857, 0.084205, 0.197222], atol=6e-7)
    with pytest.raises(InputError, match="no more than chance"):
        correct_known_error(0.2, 1000, sensitivity=(50, 100), specificity=(50, 100))
    with pytest.raises(InputError, match="right <= all"):
        correct_known_error(0.2, 1000, sensitivity=(5, 0), specificity=(50, 100))


def test_reference_reversed_scale():
    assert estimate_reversed(0.06, usual=0.02, reversed_=0.85) == pytest.approx(0.048193, abs=6e-7)
    assert estimate_reversed(0.01, usual=0.02, reversed_=0.85) == 0
    with pytest.raises(InputError):
        estimate_reversed(0.5, usual=0.6, reversed_=0.5)
