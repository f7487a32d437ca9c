import numpy as np
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose
from statsmodels.miscmodels.ordinal_model import OrderedModel

from why_nps.errors import InputError
from why_nps.stats import estimate_drivers
from why_nps.stats.logits import FIRTH, SEPARATED, _fit_binary, _fit_ordinal
from why_nps.stats.patterns import tally_patterns
from why_nps.stats.sample import take_sample

LABELS = [("a", "pain"), ("b", "pain"), ("c", "pain")]


def column(table, statistic, name="estimate"):
    return table[table["statistic"] == statistic][name].to_numpy()


@pytest.fixture
def table(d60):
    return estimate_drivers(d60.scores, d60.mentions, d60.labels)


def patterns_of(data):
    return tally_patterns(take_sample(data.scores), data.mentions)


def drawn(seed, n=400):
    rng = np.random.default_rng(seed)
    z = (rng.random((n, 3)) < 0.35).astype(int)
    latent = z @ [1.2, -0.8, 0.3] + rng.logistic(size=n)
    return np.select([latent < -0.3, latent < 1], [4, 8], default=9), z, rng.uniform(0.3, 3, n)


@pytest.mark.parametrize(
    "statistic, expected",
    [
        ("ordinal_detractor_ame", [0.595820, -0.243414, 0.159163, -0.213496]),
        ("promoter_ame", [-0.362506, 0.390255, -0.205222, 0.318547]),
    ],
)
def test_reference_effects(table, statistic, expected):
    assert_allclose(column(table, statistic), expected, atol=6e-6)


def test_reference_coefficients_of_the_ordinal_model(d60):
    patterns = patterns_of(d60)
    fit = _fit_ordinal(patterns.x, patterns.weights)
    # R's polr has the opposite sign: higher is better. Its own digits end at its tolerance.
    assert_allclose(-fit.coefficients[2:], [-4.531452, 2.587980, -1.322748, 2.059094], atol=6e-5)


def test_the_ordinal_model_is_that_of_statsmodels(d60):
    classes = np.digitize(d60.scores, [6.5, 8.5])
    fit = OrderedModel(classes, d60.mentions, distr="logit").fit(method="bfgs", disp=0, gtol=1e-8)
    patterns = patterns_of(d60)
    ours = _fit_ordinal(patterns.x, patterns.weights)
    assert_allclose(-ours.coefficients[2:], fit.params[:4], atol=1e-5)
    assert_allclose(ours.coefficients[0], fit.params[4], atol=1e-5)


@pytest.mark.parametrize("statistic, target", [("promoter_ame", 9), ("detractor_ame", 4)])
def test_binary_effects_are_those_of_statsmodels(statistic, target):
    scores, z, _ = drawn(1)
    fit = sm.Logit((scores == target) * 1, sm.add_constant(z)).fit(disp=0, cov_type="HC0")
    theirs = fit.get_margeff(dummy=True)
    table = estimate_drivers(scores, z, LABELS)
    assert_allclose(column(table, statistic), theirs.margeff, rtol=1e-6)
    # Theirs leave the sampling of the answers out; for effects this even it adds little.
    assert_allclose(column(table, statistic, "std_error"), theirs.margeff_se, rtol=0.05)


@pytest.mark.parametrize("statistic", ["promoter_ame", "ordinal_promoter_ame"])
def test_standard_errors_agree_with_the_bootstrap(statistic):
    scores, z, weights = drawn(2, 300)
    rng, found = np.random.default_rng(0), []
    for _ in range(120):
        at = rng.integers(0, 300, 300)
        found.append(column(estimate_drivers(scores[at], z[at], LABELS, weights=weights[at]), statistic))
    table = estimate_drivers(scores, z, LABELS, weights=weights)
    assert_allclose(column(table, statistic, "std_error"), np.std(found, axis=0), rtol=0.2)


def test_separation_is_mended_and_said():
    scores, z, _ = drawn(3)
    scores = np.where((z[:, 0] == 1) & (scores == 9), 8, scores)  # nobody with the first label is a promoter
    table = estimate_drivers(scores, z, LABELS)
    assert column(table, "promoter_ame", "note").tolist() == [FIRTH] * 3
    effect, error = column(table, "promoter_ame"), column(table, "promoter_ame", "std_error")
    raw = (scores[z[:, 0] == 1] == 9).mean() - (scores[z[:, 0] == 0] == 9).mean()
    assert effect[0] == pytest.approx(raw, abs=0.03)
    assert (error > 0).all()
    assert column(table, "detractor_ame", "note").tolist() == [""] * 3


def test_firth_is_the_mode_of_the_penalised_likelihood():
    from scipy.optimize import minimize

    design = np.column_stack([np.ones(4), [0, 0, 1, 1]])
    weights = np.array([[3.0, 0, 2], [1, 0, 4], [5, 0, 0], [2, 0, 0]])

    def loss(b):
        p = 1 / (1 + np.exp(-design @ b))
        n = weights.sum(axis=1)
        information = (design * (n * p * (1 - p))[:, None]).T @ design
        likelihood = weights[:, 2] @ np.log(p) + (n - weights[:, 2]) @ np.log(1 - p)
        return -likelihood - 0.5 * np.linalg.slogdet(information)[1]

    best = minimize(loss, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12})
    fit = _fit_binary(design, weights, 2, penalised=True)
    assert_allclose(fit.coefficients, best.x, atol=1e-5)
    assert _fit_binary(design, weights, 2, penalised=False) is None


@pytest.mark.parametrize("score", [10, 7, 3])
def test_without_both_outcomes_there_is_no_effect_and_that_is_said(score):
    z = (np.arange(60)[:, None] % [2, 3, 5] == 0).astype(int)
    table = estimate_drivers([score] * 60, z, LABELS)
    for statistic in ("promoter_ame", "detractor_ame", "ordinal_promoter_ame"):
        assert np.isnan(column(table, statistic)).all()
        assert (column(table, statistic, "note") == "no variation in the outcome").all()


def test_complete_separation_leaves_no_ordinal_model():
    z = np.repeat([[0], [1]], 30, axis=0)
    table = estimate_drivers([10] * 30 + [3] * 30, z, LABELS[:1])
    assert column(table, "ordinal_promoter_ame", "note").tolist() == [SEPARATED]
    assert column(table, "promoter_ame", "note").tolist() == [FIRTH]


def test_counted_rows_are_the_rows_written_out():
    scores, z, weights = drawn(4, 60)
    weights = np.ceil(weights)
    times = np.random.default_rng(0).integers(1, 6, 60)
    counted = estimate_drivers(scores, z, LABELS, weights=weights, counts=times)
    written = estimate_drivers(
        np.repeat(scores, times), np.repeat(z, times, axis=0), LABELS, weights=np.repeat(weights, times)
    )
    numbers = ["estimate", "std_error", "low", "high", "n", "n_effective", "p_adjusted"]
    assert_allclose(counted[numbers], written[numbers], rtol=1e-7, atol=1e-10)


def test_reward_and_penalty_are_added_up_with_their_error():
    scores, z, _ = drawn(5)
    labels = [("a", "pain"), ("a", "delight"), ("b", "pain")]
    table = estimate_drivers(scores, z, labels)
    x = 100.0 * ((scores >= 9) * 1 - (scores <= 6))
    fit = sm.OLS(x, sm.add_constant(z)).fit(cov_type="HC3", use_t=True)
    wanted = fit.t_test([0, 1, 1, 0])
    row = table[table["statistic"] == "asymmetry"]
    assert row[["theme", "kind"]].to_numpy().tolist() == [["a", ""]]
    assert row["estimate"].item() == pytest.approx(wanted.effect.item())
    assert_allclose(row[["low", "high"]].to_numpy()[0], wanted.conf_int()[0])


@pytest.mark.parametrize("counts", [[0] * 60, [1.5] * 60, [-1] * 60, [None] * 60, [1] * 3])
def test_counts_that_cannot_be_are_refused(counts):
    scores, z, _ = drawn(6, 60)
    with pytest.raises(InputError, match="counts must"):
        estimate_drivers(scores, z, LABELS, counts=counts)


def test_above_a_size_the_logits_are_left_out_and_that_is_said(monkeypatch):
    monkeypatch.setattr("why_nps.stats.logits.MOST_PATTERNS", 3)
    scores, z, _ = drawn(7)
    table = estimate_drivers(scores, z, LABELS)
    for statistic in ("promoter_ame", "ordinal_detractor_ame"):
        assert np.isnan(column(table, statistic)).all()
        assert (column(table, statistic, "note") == "too many answers for this model").all()
    assert np.isfinite(column(table, "adjusted_effect")).all()


def test_more_labels_than_fit_a_word_are_told_apart():
    rng = np.random.default_rng(8)
    z = (rng.random((300, 150)) < 0.02).astype(np.uint8)
    z[150:] = z[:150]
    patterns = tally_patterns(take_sample(rng.integers(0, 11, 300)), z)
    assert len(patterns.x) == len(np.unique(z, axis=0))
    assert patterns.weights.sum() == 300
