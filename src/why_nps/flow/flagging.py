"""What answers say beside their themes: flags by model and by rule, and whether there is anything to code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from why_nps.text import find_remarks
from why_nps.themes.flags import NO_CONTENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from why_nps.themes import Bundle, FlagClassifier


def tabulate_flags(
    texts: Sequence[str], content: NDArray[np.bool_], probability: NDArray[np.float32], bundle: Bundle
) -> pd.DataFrame:
    """Return the flags of answers, by model and by rule, one row a flag.

    Parameters
    ----------
    texts : sequence of str, length n
        Answers, normalised.
    content : ndarray of bool, shape (n,)
        Which of them hold anything to code.
    probability : ndarray of float32, shape (n, flags)
        Of the bundle's flag classifier, 0..1.
    bundle : Bundle

    Returns
    -------
    pandas.DataFrame
        Columns row (0..n-1), flag and probability, in order; what a rule finds has probability 1.
    """
    real = np.array([flag != NO_CONTENT for flag in bundle.flags.flags])
    rows, columns = np.nonzero((probability >= bundle.flags.thresholds) & content[:, None] & real)
    shares = probability[rows, columns].astype(np.float64)
    found = {
        (row, bundle.flags.flags[column]): share
        for row, column, share in zip(rows.tolist(), columns.tolist(), shares.tolist(), strict=True)
    }
    known = set(bundle.codebook.flag_ids)
    for row, remarks in enumerate(find_remarks(texts)):
        if remarks:
            # Of an answer without content only personal data matters: it must not be shown.
            told = remarks & known if content[row] else remarks & known & {"pii"}
            found |= {(row, flag): 1.0 for flag in told}
    table = sorted((row, flag, share) for (row, flag), share in found.items())
    return pd.DataFrame(table, columns=["row", "flag", "probability"]).astype({"row": np.int64})


def find_silent(probability: NDArray[np.float32], flags: FlagClassifier) -> NDArray[np.bool_]:
    """Tell which answers the model takes for ones without content; a mention or a flag proves it wrong."""
    if NO_CONTENT not in flags.flags:
        return np.zeros(len(probability), bool)
    column = flags.flags.index(NO_CONTENT)
    return np.asarray(probability[:, column] >= flags.thresholds[column])
