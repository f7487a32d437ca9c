"""Cleaning and splitting as scikit-learn transformers, to stand before a classifier in a pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin

from why_nps.text import normalise_answer, split_clauses
from why_nps.themes.classifier import check_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray
    from sklearn.utils import Tags

    TextColumn = pd.Series | NDArray[np.object_]


class _TextTransformer(TransformerMixin, BaseEstimator, auto_wrap_output_keys=None):  # type: ignore[call-arg]
    """One value out for each text in; nothing is learned, so it need not be fitted."""

    def fit(self, texts: Iterable[str], y: object = None) -> Self:  # noqa: ARG002  scikit-learn's signature
        """Check the texts; there is nothing to learn."""
        check_texts(texts)
        return self

    def transform(self, texts: Iterable[str]) -> TextColumn:
        """Return a Series with the same index for a Series, else an array of objects, shape (n,)."""
        listed = check_texts(texts)
        column = np.empty(len(listed), object)
        column[:] = [self._turn(text) for text in listed]
        return pd.Series(column, texts.index, name=texts.name) if isinstance(texts, pd.Series) else column

    def _turn(self, text: str) -> Any:
        raise NotImplementedError

    def set_output(self, *, transform: str | None = None) -> Self:  # noqa: ARG002  scikit-learn's signature
        """Change nothing: a column of texts stays a column, as what follows wants it."""
        return self

    def get_feature_names_out(self, input_features: Sequence[str] | None = None) -> NDArray[np.object_]:
        """Return the column's name as it was, ``text`` where it had none."""
        return np.array(["text"] if input_features is None else input_features, object)

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.input_tags.string = True
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        return tags


class AnswerCleaner(_TextTransformer):
    """Mends the characters of answers: encoding, invisible characters, typography, runs and length.

    It has no parameters: a model only reads text that was cleaned as it was for its training.

    Examples
    --------
    >>> AnswerCleaner().transform(["cafÃ© was top!!!!!!!"]).tolist()
    ['café was top!!!']
    """

    def _turn(self, text: str) -> str:
        return normalise_answer(text).text


class ClauseSplitter(_TextTransformer):
    """Splits answers into clauses: a list of str for each answer, empty where there is nothing to read.

    `ThemeClassifier` takes such lists in place of texts. Clean the answers first.

    Examples
    --------
    >>> ClauseSplitter().transform(["Snelle levering, maar de app werkt niet"]).tolist()
    [['Snelle levering', 'maar de app werkt niet']]
    """

    def _turn(self, text: str) -> list[str]:
        return [text[start:end] for start, end in split_clauses(text)]
