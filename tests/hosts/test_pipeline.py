"""scikit-learn's conventions for transformers of texts, and their pipelines with a classifier."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from joblib import parallel_config
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline

from why_nps import AnswerCleaner, ClauseSplitter, ThemeClassifier
from why_nps.errors import InputError

TEXTS = ["cafÃ© was top!!!!!!!", "Snelle levering, maar de app werkt niet", "", "nvt"]
CLEANED = ["café was top!!!", *TEXTS[1:]]
SPLIT = [["café was top"], ["Snelle levering", "maar de app werkt niet"], [], ["nvt"]]
CODED = [
    ("Snel geleverd, maar te duur", [("delivery", "delight"), ("price", "pain")]),
    ("Te laat geleverd", [("delivery", "pain")]),
    ("Aardige mensen", [("staff", "delight")]),
    ("Botte mensen", [("staff", "pain")]),
    ("Veel te duur", [("price", "pain")]),
    ("Op tijd geleverd", [("delivery", "delight")]),
] * 4
ANSWERS, PAIRS = [text for text, _ in CODED], [pairs for _, pairs in CODED]
TRANSFORMERS = pytest.mark.parametrize(
    "transformer", [AnswerCleaner(), ClauseSplitter()], ids=["clean", "split"]
)


def build():
    return make_pipeline(AnswerCleaner(), ClauseSplitter(), ThemeClassifier(share=0, min_count=1))


@pytest.fixture(scope="module")
def pipeline():
    return build().fit(ANSWERS, PAIRS)


def test_they_clean_and_split():
    assert AnswerCleaner().fit_transform(TEXTS).tolist() == CLEANED
    assert ClauseSplitter().fit_transform(CLEANED).tolist() == SPLIT
    assert make_pipeline(AnswerCleaner(), ClauseSplitter()).transform(TEXTS).tolist() == SPLIT


@TRANSFORMERS
@pytest.mark.parametrize(
    "column",
    [tuple, pd.Series, lambda texts: np.array(texts, object), np.array, pa.array, iter],
    ids=["tuple", "Series", "object", "str", "Arrow", "iterator"],
)
def test_any_column_of_strings_gives_the_same(transformer, column):
    assert list(transformer.transform(column(TEXTS))) == transformer.transform(TEXTS).tolist()


@TRANSFORMERS
def test_conventions_of_an_estimator(transformer):
    assert clone(transformer).get_params() == transformer.get_params() == {}
    assert transformer.fit(TEXTS) is transformer
    copy = pickle.loads(pickle.dumps(transformer))  # noqa: S301
    assert copy.transform(TEXTS).tolist() == transformer.transform(TEXTS).tolist()
    assert transformer.transform([]).shape == (0,)
    assert transformer.set_output(transform="pandas") is transformer
    frozen = np.array(TEXTS, object)
    frozen.flags.writeable = False
    transformer.transform(frozen)
    with ThreadPoolExecutor(2) as threads:
        expected = transformer.transform(TEXTS).tolist()
        assert all(found.tolist() == expected for found in threads.map(transformer.transform, [TEXTS] * 8))


@TRANSFORMERS
@pytest.mark.parametrize("wrong", ["geheim", [3], [None], pd.DataFrame({"text": TEXTS})])
def test_what_is_no_column_of_texts_is_refused(transformer, wrong):
    for method in (transformer.fit, transformer.transform):
        with pytest.raises(InputError) as caught:
            method(wrong)
        assert "geheim" not in str(caught.value)


@TRANSFORMERS
def test_a_series_keeps_its_index(transformer):
    found = transformer.transform(pd.Series(TEXTS, index=[9, 7, 5, 3], name="toelichting"))
    assert found.index.tolist() == [9, 7, 5, 3]
    assert found.name == "toelichting"


def test_an_answer_mentions_what_its_clauses_mention(pipeline):
    classifier = pipeline[-1]
    clauses = ["snel geleverd", "veel te duur"]
    one, two = classifier.predict(clauses)
    assert classifier.predict([clauses]) == [one + two] == pipeline.predict(["snel geleverd, veel te duur"])
    np.testing.assert_array_equal(
        classifier.transform([clauses])[0], classifier.transform(clauses).max(axis=0)
    )
    assert classifier.predict([[]]) == [[]]
    assert not classifier.transform([[]]).any()


def test_features_are_theme_times_kind(pipeline):
    classifier = pipeline[-1]
    themes, kinds = classifier.predict_both(ANSWERS[:3])
    expected = np.einsum("it,ik->itk", themes, kinds).reshape(3, -1)
    np.testing.assert_allclose(classifier.transform(ANSWERS[:3]), expected, rtol=1e-6)
    assert classifier.get_feature_names_out()[0] == "delivery_delight"
    with pytest.raises(NotFittedError):
        ThemeClassifier().get_feature_names_out()


def test_cross_validation_grid_search_and_n_jobs(pipeline):
    scores = cross_validate(build(), ANSWERS, PAIRS, cv=3)["test_score"]
    assert (scores > 0.6).all()
    search = GridSearchCV(build(), {"themeclassifier__threshold": [0.2, 0.99]}, cv=3).fit(ANSWERS, PAIRS)
    assert search.best_params_ == {"themeclassifier__threshold": 0.2}
    with parallel_config("threading"):
        jobs = clone(pipeline).set_params(themeclassifier__n_jobs=2).fit(ANSWERS, PAIRS)
    np.testing.assert_array_equal(jobs.transform(ANSWERS), pipeline.transform(ANSWERS))


def test_a_column_of_a_table_becomes_named_columns(pipeline):
    table = pd.DataFrame(
        {"text": ANSWERS, "orders": range(len(ANSWERS))}, index=range(100, 100 + len(ANSWERS))
    )
    columns = ColumnTransformer([("why", clone(pipeline), "text"), ("rest", "passthrough", ["orders"])])
    plain = clone(columns).fit(table, PAIRS).transform(table)
    framed = columns.set_output(transform="pandas").fit(table, PAIRS).transform(table)
    assert framed.index.tolist() == table.index.tolist()
    assert framed.columns[0] == "why__delivery_delight"
    assert framed.columns[-1] == "rest__orders"
    np.testing.assert_array_equal(framed.to_numpy(), plain)
    np.testing.assert_allclose(framed.filter(like="why__").to_numpy(), pipeline.transform(ANSWERS))


def test_a_cleaner_stands_before_scikit_learns_own_vectoriser():
    counted = make_pipeline(AnswerCleaner(), CountVectorizer()).fit(TEXTS)
    assert "café" in counted[-1].vocabulary_


def test_a_whole_table_is_no_column_of_texts(pipeline):
    with pytest.raises(InputError, match="one column"):
        pipeline[-1].predict(pd.DataFrame({"text": ANSWERS}))
    with pytest.raises(InputError, match="Text 1 is of type float"):
        pipeline[-1].predict([["goed"], ["geheim", 0.5]])
