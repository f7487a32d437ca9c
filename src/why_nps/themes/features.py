"""Words and what a linear model may know of them: the word, the letters inside it, its neighbour.

A clause is the sum of its words' features plus its word pairs, divided by the length that the
parts have on their own. Nothing reaches across words but the pairs, so a linear model over these
features folds into one row of label scores per distinct word (`why_nps.themes.scorer`).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[!?]+|[^\w\s.,;:'\"()/-]")
_DIGIT = re.compile(r"\d")
_LONG_NUMBER = re.compile(r"\d{5,}")
_MAX_WORD = 24
START, END = "<s>", "</s>"
_PLAIN = {ord(letter): unicodedata.normalize("NFD", letter)[0] for letter in "àáâãäåèéêëìíîïòóôõöùúûüýÿñç"}


def tokenise(text: str) -> list[str]:
    """Cut a clause into lower case words without accents; digits become 0, marks and emoji stay.

    Numbers of five digits and more are left out: whose telephone it is says nothing of a theme.

    Examples
    --------
    >>> tokenise("Héél snel, 3x gebeld op 12345678!")
    ['heel', 'snel', '0x', 'gebeld', 'op', '!']
    """
    return [settle(word) for word in _WORD.findall(text.lower()) if not _LONG_NUMBER.fullmatch(word)]


def tokenise_each(texts: Iterable[str], between: str) -> list[str]:
    r"""Cut texts as `tokenise` does, end to end: many short ones in a fraction of the time.

    Parameters
    ----------
    texts : iterable of str
        Lower case, none with the sign that is put between them.
    between : str
        A sign that is a word by itself; it stands behind each text.

    Examples
    --------
    >>> tokenise_each(["snel,", "3x", "12345678"], "\0")
    ['snel', '\x00', '0x', '\x00', '\x00']
    """
    return [
        word if word.isalpha() and word.isascii() and len(word) <= _MAX_WORD else settle(word)
        for word in _WORD.findall(between.join([*texts, ""]))
        if word.isalpha() or not _LONG_NUMBER.fullmatch(word)
    ]


def locate(text: str) -> list[tuple[int, int]]:
    """Tell where the words of `tokenise` stand in a text.

    Examples
    --------
    >>> locate("Héél snel, 3x gebeld op 12345678!")
    [(0, 4), (5, 9), (11, 13), (14, 20), (21, 23), (32, 33)]
    """
    places = [place for place, letter in enumerate(text) for _ in letter.lower()] + [len(text)]
    found = (word for word in _WORD.finditer(text.lower()) if not _LONG_NUMBER.fullmatch(word[0]))
    return [(places[word.start()], places[word.end() - 1] + 1) for word in found]


def settle(word: str) -> str:
    """Give a found word its final form: without accents, digits 0, cut at 24 characters.

    Examples
    --------
    >>> settle("3x")
    '0x'
    """
    if not word.isascii():
        word = word.translate(_PLAIN)
    return word if word.isalpha() and len(word) <= _MAX_WORD else _DIGIT.sub("0", word)[:_MAX_WORD]


def spell(word: str) -> list[str]:
    """List a word's own features: the word between brackets and its runs of 2 to 5 characters.

    Examples
    --------
    >>> spell("ok")
    ['<ok>', '<o', 'ok', 'k>', '<ok', 'ok>']
    """
    edged = f"<{word}>"
    grams = [
        edged[start : start + size]
        for size in range(2, 6)
        if size < len(edged)
        for start in range(len(edged) - size + 1)
    ]
    return [edged, *grams]


def pair(words: Sequence[str]) -> list[str]:
    """List the pairs of neighbouring words, the clause's two ends included.

    Examples
    --------
    >>> pair(["niet", "vriendelijk"])
    ['<s> niet', 'niet vriendelijk', 'vriendelijk </s>']
    """
    return [f"{left} {right}" for left, right in zip((START, *words), (*words, END), strict=True)]


class WordFeatures(TransformerMixin, BaseEstimator):
    """Texts to a sparse matrix of word, character and word-pair features.

    Parameters
    ----------
    min_count : int, default 2
        Texts in which a feature must occur to be kept.

    Attributes
    ----------
    word_index_, pair_index_ : dict of str to int
        Column of each feature of a word (pairs follow, after the last of these).
    word_weights_, pair_weights_ : ndarray of float32
        Inverse document frequencies.
    """

    def __init__(self, min_count: int = 2) -> None:
        self.min_count = min_count

    def fit(self, texts: Iterable[str], y: object = None) -> Self:  # noqa: ARG002  scikit-learn's signature
        """Learn which features occur, and how often.

        Parameters
        ----------
        texts : iterable of str, length n
            Clauses or answers.
        y : ignored
            For scikit-learn.

        Returns
        -------
        WordFeatures
        """
        documents = [tokenise(text) for text in texts]
        of_word = Counter(word for words in documents for word in dict.fromkeys(words))
        in_documents: Counter[str] = Counter()
        for word, documents_with in of_word.items():
            in_documents.update(dict.fromkeys(spell(word), documents_with))
        pairs = Counter(two for words in documents for two in dict.fromkeys(pair(words)))
        self.word_index_, self.word_weights_ = self._keep(in_documents, len(documents))
        self.pair_index_, self.pair_weights_ = self._keep(pairs, len(documents))
        return self

    def _keep(self, counts: Counter[str], n: int) -> tuple[dict[str, int], NDArray[np.float32]]:
        kept = {feature: min(count, n) for feature, count in counts.items() if count >= self.min_count}
        weights = [1 + np.log((1 + n) / (1 + count)) for count in kept.values()]
        return {feature: index for index, feature in enumerate(kept)}, np.array(weights, np.float32)

    def transform(self, texts: Iterable[str]) -> sparse.csr_matrix:
        """Sum the features of each text and divide by the length of its parts.

        Parameters
        ----------
        texts : iterable of str, length n

        Returns
        -------
        csr_matrix of float32, shape (n, number of features)
        """
        check_is_fitted(self, "word_index_")
        documents = [tokenise(text) for text in texts]
        position = {word: i for i, word in enumerate({word: 0 for words in documents for word in words})}
        spelled = _count([indices(spell(word), self.word_index_) for word in position], len(self.word_index_))
        said = _count([[position[word] for word in words] for words in documents], len(position))
        grams = said @ spelled
        pairs = _count([indices(pair(words), self.pair_index_) for words in documents], len(self.pair_index_))
        length = np.sqrt(grams @ self.word_weights_**2 + pairs @ self.pair_weights_**2)
        weights = np.concatenate([self.word_weights_, self.pair_weights_])
        matrix = sparse.hstack([grams, pairs], format="csr") @ sparse.diags_array(weights)
        return sparse.csr_matrix(sparse.diags_array(1 / np.maximum(length, 1)) @ matrix, dtype=np.float32)


def indices(features: list[str], known: dict[str, int]) -> list[int]:
    """Return the columns of those features that are known."""
    return [row for row in map(known.get, features) if row is not None]


def _count(rows: list[list[int]], width: int) -> sparse.csr_matrix:
    lengths = np.array([0, *map(len, rows)])
    columns = np.fromiter((column for row in rows for column in row), np.int64, lengths.sum())
    matrix = sparse.csr_matrix(
        (np.ones(len(columns), np.float32), columns, lengths.cumsum()), shape=(len(rows), width)
    )
    matrix.sum_duplicates()
    return matrix
