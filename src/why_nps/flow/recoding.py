"""Coded answers under an edited codebook: renamed, merged, nested or retired, no model trained anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from why_nps.core.migration import recode_mentions
from why_nps.errors import CodebookError

if TYPE_CHECKING:
    from why_nps.core.codebook import Codebook
    from why_nps.core.migration import Recoded
    from why_nps.flow.coding import Coded


def recode(coded: Coded, codebook: Codebook) -> tuple[Coded, Recoded]:
    """Bring coded answers under a later version of the codebook that they were coded with.

    Parameters
    ----------
    coded : Coded
        From `code` or `read_coded`.
    codebook : Codebook
        With other labels, or with a change log that tells what became of each theme.

    Returns
    -------
    coded : Coded
        With its themes and labels. `explain` marks no words for themes that the model calls otherwise.
    recoded : Recoded
        What could not be brought along: themes that are new or were split.

    Raises
    ------
    CodebookError
        If the log does not go back to the version that the answers were coded with, or kinds are gone.

    Examples
    --------
    >>> from why_nps import code
    >>> from why_nps.core.codebook import build_codebook
    >>> data = code(["Veel te duur"]).codebook.to_dict()
    >>> data["themes"]["price"]["nl"] = "Tarieven"
    >>> coded, recoded = recode(code(["Veel te duur"]), build_codebook(data))
    >>> coded.codebook.label("price"), len(coded.mentions), len(recoded.breaks)
    ('Tarieven', 1, 0)
    """
    gone = sorted(set(coded.mentions["kind"]) - set(codebook.kind_ids))
    if gone:
        raise CodebookError(
            f"The codebook {codebook.name!r} lacks the kind {gone[0]!r} of these answers: only themes may go."
        )
    recoded = recode_mentions(coded.mentions, codebook, since=coded.codebook.version)
    return replace(coded, mentions=recoded.mentions, codebook=codebook), recoded
