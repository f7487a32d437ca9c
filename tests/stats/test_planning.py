import numpy as np
import pytest
from scipy.stats import norm

from why_nps.errors import InputError
from why_nps.stats import plan_change, plan_nps, plan_share


def test_reference_sizes():
    assert plan_share(0.1, margin=0.03) == pytest.approx(384.1459, abs=5e-5)
    assert plan_share(0.5, margin=0.05, population=1000) == pytest.approx(277.7335, abs=5e-5)
    assert plan_nps(0.5, 0.15, margin=5) == pytest.approx(810.5478, abs=5e-5)
    assert round(plan_change(0.5, 0.15, points=5)) == 3194


def test_the_planned_power_is_reached():
    n = int(plan_change(0.5, 0.15))
    rng = np.random.default_rng(0)
    before, after = (rng.multinomial(n, p, 4000) / n for p in ([0.15, 0.35, 0.5], [0.125, 0.35, 0.525]))
    z = []
    for side in (before, after):
        nps = side[:, 2] - side[:, 0]
        z.append((nps, (side[:, 2] + side[:, 0] - nps**2) / n))
    seen = np.abs(z[1][0] - z[0][0]) / np.sqrt(z[0][1] + z[1][1]) > norm.ppf(0.975)
    assert seen.mean() == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize(
    "plan",
    [
        lambda: plan_share(0, margin=0.1),
        lambda: plan_nps(0.7, 0.5, margin=5),
        lambda: plan_nps(0.5, 0.1, margin=0),
        lambda: plan_change(0.5, 0.1, points=0),
    ],
)
def test_impossible_plans_are_refused(plan):
    with pytest.raises(InputError, match="Cannot plan"):
        plan()
