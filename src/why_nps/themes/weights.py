"""The weights of a fitted scorer as named arrays, as a bundle keeps them, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from why_nps.themes.blend import BlendedLabeller, BlendedScorer
from why_nps.themes.network import FoldedNetwork, Quantised
from why_nps.themes.scorer import FoldedScorer
from why_nps.themes.vectors import pack_words, unpack_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_NETWORK_PARTS = ("edges", "taps", "bias", "head", "bag_head", "intercepts")
_MOST, _PART = np.float32(127), np.float32(4)


def store_scorer(name: str, scorer: BlendedScorer) -> dict[str, NDArray[Any]]:
    """Return a scorer's weights as arrays, their names beginning with ``name``; tables are int8."""
    linear, network = scorer.linear, scorer.network
    arrays: dict[str, NDArray[Any]] = {
        "grams": pack_words(linear.grams),
        "pairs": pack_words(linear.pairs),
        **_round("gram_table", linear.gram_table),
        **_round("pair_table", linear.pair_table),
        "intercepts": linear.intercepts,
        "share": np.array([scorer.share]),
    }
    if network is not None:
        arrays |= {
            "net.words": pack_words(network.words),
            "net.word_codes": network.word_table.codes,
            "net.word_steps": network.word_table.steps,
            "net.run_codes": network.run_table.codes,
            "net.run_steps": network.run_table.steps,
        }
        arrays |= {f"net.{part}": getattr(network, part) for part in _NETWORK_PARTS}
    return {f"{name}.{part}": np.ascontiguousarray(array) for part, array in arrays.items()}


def restore_labeller(name: str, arrays: Mapping[str, NDArray[Any]]) -> BlendedLabeller:
    """Return a labeller with the scorer that `store_scorer` stored under this name.

    Raises
    ------
    KeyError, ValueError
        If an array is missing or of another shape.
    """
    own = {part.removeprefix(f"{name}."): array for part, array in arrays.items()}
    linear = FoldedScorer(
        _index(own["grams"]),
        _index(own["pairs"]),
        _restore("gram_table", own),
        _restore("pair_table", own),
        own["intercepts"],
    )
    share = float(own["share"][0])
    labeller = BlendedLabeller(share=share)
    labeller.scorer_ = BlendedScorer(linear, _to_network(own) if share else None, share)
    return labeller


def _to_network(arrays: Mapping[str, NDArray[Any]]) -> FoldedNetwork:
    return FoldedNetwork(
        words=_index(arrays["net.words"]),
        word_table=Quantised(arrays["net.word_codes"], arrays["net.word_steps"]),
        run_table=Quantised(arrays["net.run_codes"], arrays["net.run_steps"]),
        **{part: arrays[f"net.{part}"] for part in _NETWORK_PARTS},
    )


def _round(name: str, table: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    """Write a table in whole numbers of -127 to 127.

    Of a row's weights 127 is a quarter power of two, so that rare features keep theirs; of the last column,
    which adds to lengths, its largest number.
    """
    weights, lengths = table[:, :-1], table[:, -1]
    powers = np.ceil(_PART * np.log2(np.maximum(np.abs(weights).max(axis=1, initial=0), 1e-9)))
    powers = powers.clip(-128, 127).astype(np.int8)
    longest = np.float32(max(lengths.max(initial=0), 1e-9))
    codes = np.column_stack([weights / _to_largest(powers), lengths / longest]) * _MOST
    return {
        name: np.rint(codes).astype(np.int8),
        f"{name}_powers": powers,
        f"{name}_longest": longest.reshape(1),
    }


def _restore(name: str, arrays: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
    table = arrays[name].astype(np.float32) / _MOST
    table[:, :-1] *= _to_largest(arrays[f"{name}_powers"])
    table[:, -1] *= arrays[f"{name}_longest"][0]
    return table


def _to_largest(powers: NDArray[np.int8]) -> NDArray[np.float32]:
    return np.asarray(np.exp2(powers.astype(np.float32) / _PART)[:, None])


def _index(packed: NDArray[np.uint8]) -> dict[str, int]:
    words = unpack_words(packed)
    return dict(zip(words, range(len(words)), strict=True))
