"""The reference answers: 60 and 50 scores with four themes, W V P S."""

from types import SimpleNamespace

import numpy as np
import pytest


def _bits(*columns):
    return np.array([[int(bit) for bit in column] for column in columns], dtype=np.uint8).T


def _scores(digits):
    return np.array([int(digit, 16) for digit in digits])


LABELS = [("waiting", "pain"), ("friendliness", "delight"), ("price", "pain"), ("speed", "delight")]


@pytest.fixture
def d60():
    return SimpleNamespace(
        scores=_scores("a72a89569266576747a6855857977746982766aa77667397a4a78a8aaa9a"),
        mentions=_bits(
            "011000110101001011000110101000010010100000100101000000000000",
            "010101001001011000100010101000010100001100100001000011011111",
            "000111001101101000100110010101010100000010000101010110000010",
            "100111011001001000100010001100010001001100000011100001110101",
        ),
        labels=LABELS,
    )


@pytest.fixture
def d50():
    return SimpleNamespace(
        scores=_scores("578899a756767776724835a45a697699998677899575696a67"),
        mentions=_bits(
            "01000000000000000111100100000100000110010000100000",
            "01111000010000000000001100010011111110110000010100",
            "11000000100011001100000100101100000001100111001011",
            "11000110010010011000001001010011100011001011100010",
        ),
        labels=LABELS,
    )


@pytest.fixture
def predicted():
    """What a classifier said of the same 60 answers, and which were coded by hand (probability .4)."""
    return SimpleNamespace(
        mentions=_bits(
            "011000110100001011001110101000000000100000110101000100000000",
            "010101001001011000100010101000010110001100000001000110011111",
            "000111011001101000100111001001010100000010000001010110000001",
            "100111011101001000110010001100010011001111000010000011110101",
        ),
        rows=np.flatnonzero(np.isin(np.arange(60) % 5, [0, 2])),
        probability=np.full(24, 0.4),
    )
