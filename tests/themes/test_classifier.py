"""scikit-learn's conventions for an estimator of strings, and what it must learn."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_validate

from why_nps.errors import InputError
from why_nps.themes import ThemeClassifier


def test_it_learns_themes_and_kinds(classifier, coded_clauses):
    texts, pairs = coded_clauses
    assert classifier.score(texts, pairs) > 0.95
    assert classifier.predict(["pakket te laat geleverd"]) == [[("delivery", "pain")]]
    assert classifier.themes_ == ["delivery", "general", "price", "staff"]


def test_probabilities_have_their_shapes_and_range(classifier, coded_clauses):
    themes, kinds = classifier.predict_both(coded_clauses[0])
    assert themes.shape == (len(coded_clauses[0]), 4)
    assert kinds.shape == (len(coded_clauses[0]), 2)
    assert ((themes > 0) & (themes < 1)).all()
    np.testing.assert_allclose(kinds.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize(
    "column",
    [
        list,
        tuple,
        pd.Series,
        lambda texts: np.array(texts, object),
        np.array,
        lambda texts: pd.Series(texts, index=range(5, 5 + len(texts))),
        pa.array,
        lambda texts: pa.chunked_array([texts[:3], texts[3:]]),
        iter,
    ],
)
def test_any_column_of_strings_gives_the_same(classifier, coded_clauses, column):
    texts = coded_clauses[0]
    np.testing.assert_array_equal(classifier.predict_proba(column(texts)), classifier.predict_proba(texts))


def test_no_texts_give_no_rows(classifier):
    assert classifier.predict([]) == []
    assert classifier.predict_proba([]).shape == (0, 4)


def test_an_empty_text_mentions_nothing_much(classifier):
    assert classifier.predict_proba([""]).shape == (1, 4)


@pytest.mark.parametrize("wrong", ["een losse tekst", b"bytes"])
def test_a_bare_string_is_refused(classifier, wrong):
    with pytest.raises(InputError, match="single str"):
        classifier.predict(wrong)


@pytest.mark.parametrize("wrong", [None, 3, b"x", float("nan")])
def test_an_element_that_is_no_string_is_named_by_row_only(classifier, wrong):
    with pytest.raises(InputError, match="Text 1 is of type") as caught:
        classifier.predict(["geheim antwoord", wrong])
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    "texts, pairs, says",
    [
        ([], [], "at least one"),
        (["a"], [], "as many texts"),
        (["a", "b"], [[], []], "No clause mentions"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(texts, pairs, says):
    with pytest.raises(InputError, match=says):
        ThemeClassifier().fit(texts, pairs)


def test_an_unfitted_classifier_says_so():
    with pytest.raises(NotFittedError):
        ThemeClassifier().predict(["goed"])


def test_clone_and_parameters():
    classifier = ThemeClassifier(threshold=0.4, inverse_penalty=2.0)
    copy = clone(classifier)
    assert copy.get_params() == classifier.get_params()
    assert not hasattr(copy, "labeller_")
    assert classifier.set_params(min_count=3).min_count == 3


def test_fitting_leaves_its_input_alone_and_fits_the_same_again(coded_clauses):
    texts, pairs = list(coded_clauses[0]), [list(p) for p in coded_clauses[1]]
    before = list(texts), [list(p) for p in pairs]
    first = ThemeClassifier().fit(texts, pairs).predict_proba(texts)
    assert (texts, pairs) == before
    np.testing.assert_array_equal(first, ThemeClassifier().fit(texts, pairs).predict_proba(texts))


def test_a_pickled_classifier_predicts_the_same(classifier, coded_clauses):
    copy = pickle.loads(pickle.dumps(classifier))  # noqa: S301
    np.testing.assert_array_equal(
        copy.predict_proba(coded_clauses[0]), classifier.predict_proba(coded_clauses[0])
    )


def test_two_threads_may_share_it(classifier, coded_clauses):
    texts = coded_clauses[0]
    expected = classifier.predict(texts)
    with ThreadPoolExecutor(2) as pool:
        assert all(found == expected for found in pool.map(classifier.predict, [texts] * 8))


def test_it_works_in_cross_validation_and_grid_search(coded_clauses):
    texts, pairs = np.array(coded_clauses[0], object), coded_clauses[1]
    scores = cross_validate(ThemeClassifier(), texts, pairs, cv=3)["test_score"]
    assert len(scores) == 3
    search = GridSearchCV(ThemeClassifier(), {"threshold": [0.2, 0.99]}, cv=3).fit(texts, pairs)
    assert search.best_params_ == {"threshold": 0.2}


def test_weights_are_refused_not_ignored(classifier):
    with pytest.raises(InputError, match="sample_weight"):
        classifier.score(["goed"], [[]], sample_weight=[1])
