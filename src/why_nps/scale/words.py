"""Words counted where the answers are: counts of parts add up, so only a vocabulary travels."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from why_nps.flow.contrasting import SIDES, count_words, name_words
from why_nps.flow.exporting import mask_raws
from why_nps.scale.counts import explode
from why_nps.text import gather_names
from why_nps.text.privacy.known import find_known

WORD_COUNTS = pa.schema([("word", pa.string()), *((side, pa.int64()) for side in SIDES)])
NEEDED = ["score", "text", "status", "repairs", "flags"]


@dataclass(frozen=True, slots=True)
class Masking:
    """What must not be counted as a word.

    Parameters
    ----------
    employees : tuple of str
        Names to mask and to leave out.
    everywhere : bool
        Whether personal data is looked for in each answer; if not, in those that a flag tells of.
    """

    employees: tuple[str, ...]
    everywhere: bool


def count_part(coded: pa.Table, masking: Masking) -> pd.DataFrame:
    """Count the words of scored answers with content, masked as in `why_nps.explain`.

    Parameters
    ----------
    coded : pyarrow.Table
        With the columns `NEEDED`.
    masking : Masking

    Returns
    -------
    pandas.DataFrame
        The columns `WORD_COUNTS`.
    """
    spoke = coded.filter(pc.and_(pc.is_valid(coded["score"]), pc.equal(coded["status"], "content")))
    texts: list[str] = spoke["text"].to_pylist()
    names = gather_names(masking.employees)
    flags = explode(spoke["flags"], ("flag",))
    private = set(flags.loc[flags["flag"] == "pii", "row"])
    touched = {
        str(row): text
        for row, (text, repairs) in enumerate(zip(texts, spoke["repairs"].to_pylist(), strict=True))
        if masking.everywhere or row in private or repairs or (names and any(find_known(text, names)))
    }
    masked = mask_raws(touched, names)
    shown = pd.Series([masked.get(str(row), text) for row, text in enumerate(texts)], dtype="str")
    return count_words(shown, pd.Series(spoke["score"].to_pandas()), name_words(masking.employees))


def add_counts(counts: pd.DataFrame) -> pd.DataFrame:
    """Add up the counts of equal words."""
    return pd.DataFrame(counts.groupby("word", as_index=False)[list(SIDES)].sum())
