"""The tables of the house, their columns and dtypes declared once.

Everything that flows between two rooms is one of these frames. A column that is absent from
the declaration may be present (segments, for instance); a declared one must be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Table:
    """A declared table: its name, its key and the dtype of each column.

    Parameters
    ----------
    name : str
        What the table is called.
    key : tuple of str
        Columns that together identify a row.
    columns : mapping of str to str
        Column name to pandas dtype.
    """

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, str]

    def frame(self, data: pd.DataFrame | Mapping[str, object] | list[dict[str, object]]) -> pd.DataFrame:
        """Build a frame with the declared columns first, in order and with their dtypes.

        Parameters
        ----------
        data : DataFrame, mapping or list of dict
            Columns or rows. Declared columns that are absent are filled with missing values.

        Returns
        -------
        pandas.DataFrame
            A new frame; undeclared columns follow the declared ones untouched.

        Examples
        --------
        >>> MENTIONS.frame([]).columns.tolist()
        ['answer_id', 'clause', 'theme', 'kind', 'probability', 'start', 'end']
        """
        raw = pd.DataFrame(data)
        more = [column for column in raw.columns if column not in self.columns]
        return raw.reindex(columns=[*self.columns, *more]).astype(dict(self.columns))


ANSWERS = Table(
    "answers",
    ("answer_id",),
    {
        "answer_id": "str",
        "score": "Int64",  # 0..10 or missing
        "text": "str",  # as typed; missing where nothing was typed
        "answered_on": "datetime64[us]",
        "weight": "float64",  # 1.0 unless the file has weights
    },
)

SCREENING = Table(
    "screening",
    ("answer_id",),
    {
        "answer_id": "str",
        "status": "str",  # content, no_content, empty
        "repairs": "str",  # what normalisation mended, comma separated; empty where nothing
    },
)

CLAUSES = Table(
    "clauses",
    ("answer_id", "clause"),
    {
        "answer_id": "str",
        "clause": "int64",  # 0, 1, ... within the answer
        "start": "int64",  # offsets into the text as typed
        "end": "int64",
        "text": "str",
    },
)

MENTIONS = Table(
    "mentions",
    ("answer_id", "clause", "theme", "kind"),
    {
        "answer_id": "str",
        "clause": "int64",
        "theme": "str",
        "kind": "str",
        "probability": "float64",  # 0..1
        "start": "int64",
        "end": "int64",
    },
)

FLAGS = Table(
    "flags",
    ("answer_id", "flag"),
    {"answer_id": "str", "flag": "str", "probability": "float64"},
)

ESTIMATES = Table(
    "estimates",
    ("statistic", "by", "group", "period", "theme", "kind"),
    {
        "statistic": "str",  # nps, mention_rate, impact, adjusted_effect, ...: see docs/statistics.md
        "by": "str",  # the segment column; "" for all answers
        "group": "str",  # its value; "" for all answers
        "period": "str",  # "2025-K3"; "" for all periods
        "theme": "str",  # theme or flag id; "" where the statistic has none
        "kind": "str",  # pain, delight, tip, neutral; "flag" for a flag; "" where it has none
        "estimate": "float64",
        "std_error": "float64",
        "low": "float64",  # 95 % interval
        "high": "float64",
        "n": "int64",  # answers the estimate rests on
        "n_effective": "float64",  # mentions, or the effective n of weights
        "p_adjusted": "float64",  # Benjamini-Hochberg within the statistic
        "note": "str",  # "suppressed", "too few mentions", ...; "" where nothing is to be said
    },
)

CROSSED = Table(
    "crossed",
    ("statistic", "group", "other", "period", "theme", "kind"),
    {
        "statistic": "str",  # nps, share_promoters, share_passives, share_detractors, mention_rate
        "group": "str",  # of the first segment; "" for all
        "other": "str",  # of the second; "" for all
        "period": "str",  # "" for all
        "theme": "str",  # "" where the statistic has none
        "kind": "str",
        "estimate": "float64",
        "low": "float64",  # 95 % interval
        "high": "float64",
        "n": "int64",  # answers it rests on
    },
)

VERBATIMS = Table(
    "verbatims",
    ("by", "group", "theme", "kind", "answer_id"),
    {
        "by": "str",
        "group": "str",
        "theme": "str",
        "kind": "str",
        "answer_id": "str",
        "score": "Int64",
        "text": "str",  # the whole answer, personal data masked
        "start": "int64",  # the mention within the masked text
        "end": "int64",
        "carried": "str",  # words that carried it, as places in the text: "12-20 31-35"
    },
)

WORDS = Table(
    "words",
    ("word",),
    {
        "word": "str",  # lower case, from masked answers
        "group": "str",  # promoters or detractors: who write it more often
        "n": "int64",  # answers of that group that hold it
        "log_odds": "float64",  # natural; above 0 where promoters write it more often
        "std_error": "float64",
        "low": "float64",  # 95 % interval
        "high": "float64",
        "p_adjusted": "float64",  # Benjamini-Hochberg over all words
    },
)
