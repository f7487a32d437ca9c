import numpy as np
import pytest

from why_nps import load_bundle
from why_nps.core.codebook import build_codebook
from why_nps.themes.labeller import to_probability
from why_nps.training.ancestry import NEW, inherit_themes, read_as_before, sum_parts, trace_themes
from why_nps.training.phrases import load_bank, spread

BANK = load_bank()
SEEN, OTHERS = spread(BANK, 2_000), spread(BANK[1:], 1_500)


@pytest.fixture(scope="module")
def sources():
    """Price renamed, delivery and speed merged, survey retired, lockers new."""
    data = load_bundle().codebook.to_dict()
    log = {"price": "tariff", "delivery": "logistics", "speed": "logistics", "survey": []}
    themes = {theme: told for theme, told in data["themes"].items() if theme not in log}
    data["themes"] = themes | {
        "tariff": {"nl": "Tarief"},
        "logistics": {"nl": "Logistiek"},
        "lockers": {"nl": "Kluisjes"},
    }
    data |= {"version": "2", "changes": [{"version": "2", "mapping": log, "added": ["lockers"]}]}
    return trace_themes(build_codebook(data), load_bundle())


def test_each_theme_is_traced_to_what_it_was(sources):
    old = load_bundle().themes.themes_
    found = {theme: {old[column] for column in columns} for theme, columns in sources.items()}
    assert found["tariff"] == {"price"}
    assert found["logistics"] == {"delivery", "speed"}
    assert found["lockers"] == set()
    assert found["staff"] == {"staff"}
    assert "survey" not in found


def test_what_stayed_says_the_same_and_what_was_merged_what_its_parts_say(sources):
    bundle = load_bundle()
    inherited = inherit_themes(bundle, sources, SEEN)
    now, then = inherited.scorer.score(OTHERS), bundle.themes.labeller_.scorer_.score(OTHERS)
    themes, old = list(sources), bundle.themes.themes_
    at = themes.index
    np.testing.assert_allclose(now[:, at("tariff")], then[:, old.index("price")], atol=1e-3)
    np.testing.assert_allclose(now[:, at("lockers")], NEW, atol=1e-3)
    np.testing.assert_allclose(now[:, len(themes) :], then[:, len(old) :], atol=1e-3)
    assert inherited.limits[at("tariff")] == bundle.themes.thresholds_[old.index("price")]
    parts = [old.index("delivery"), old.index("speed")]
    either = (to_probability(then[:, parts]) >= bundle.themes.thresholds_[parts]).any(axis=1)
    found = to_probability(now[:, at("logistics")]) >= inherited.limits[at("logistics")]
    assert either.sum() > 100
    assert 2 * (found & either).sum() / (found.sum() + either.sum()) > 0.8


def test_the_model_of_before_finds_a_merged_theme_where_a_part_is_and_a_new_one_nowhere(sources):
    bundle = load_bundle()
    inherited = inherit_themes(bundle, sources, SEEN)
    offsets = inherited.scorer.score(OTHERS).astype(float)
    scores, over = read_as_before(OTHERS, offsets, inherited.limits, sources, bundle)
    found, themes = to_probability(scores[:, : len(sources)]) >= over, list(sources)
    parts = sources["logistics"]
    then = to_probability(bundle.themes.labeller_.scorer_.score(OTHERS)[:, parts])
    expected = (then >= bundle.themes.thresholds_[parts]).any(axis=1)
    np.testing.assert_array_equal(found[:, themes.index("logistics")], expected)
    assert not found[:, themes.index("lockers")].any()


def test_the_sum_of_one_part_is_that_part():
    scores = np.random.default_rng(0).normal(-2, 2, (500, 1))
    weights, constant, threshold = sum_parts(scores, np.array([0.3]))
    assert weights[0] == pytest.approx(1, abs=0.01)
    assert constant == pytest.approx(0, abs=0.01)
    assert threshold == pytest.approx(0.3, abs=0.02)
