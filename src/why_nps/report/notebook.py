"""An explanation as a card for a notebook: the score, the findings and the strongest drivers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from why_nps.core.cards import make_bar, make_card, make_list, make_paragraph, make_table
from why_nps.report.canvas import DELIGHT, PAIN, PASSIVE
from why_nps.report.doubts import is_corrected
from why_nps.report.findings import label_kind, pick_findings
from why_nps.report.selection import pick_value, rank_drivers
from why_nps.report.wording import load_wording

if TYPE_CHECKING:
    from why_nps.report.explanation import Explanation
    from why_nps.report.wording import Wording

_EACH = 3  # drivers of each kind
_COLOURS = {"promoters": DELIGHT, "passives": PASSIVE, "detractors": PAIN}


def render_notebook(explanation: Explanation, *, language: str = "nl") -> str:
    """Return the score, the findings and the strongest drivers as a small piece of HTML.

    Raises
    ------
    InputError
        If there is no report in ``language``.
    """
    wording = load_wording(language)
    score, interval = _word_score(explanation, wording)
    corrected = "terminal.corrected" if is_corrected(explanation) else "terminal.uncorrected"
    return make_card(
        f"{wording.say('score.label')}: {score}",
        make_paragraph(interval),
        _draw_shares(explanation, wording),
        make_list(finding.text for finding in pick_findings(explanation, wording)),
        _tabulate_drivers(explanation, wording),
        make_paragraph(wording.say(corrected)),
        language=language,
    )


def _word_score(explanation: Explanation, wording: Wording) -> tuple[str, str]:
    nps = pick_value(explanation.estimates, "nps")
    if nps is None or not math.isfinite(nps["estimate"]):
        hidden = nps is not None and nps["note"] == "suppressed"
        reason = wording.say("score.suppressed" if hidden else "score.none", minimum=explanation.minimum_n)
        return wording.say("format.missing"), reason
    told = {
        "low": wording.points(nps["low"]),
        "high": wording.points(nps["high"]),
        "n": wording.number(nps["n"]),
    }
    interval = wording.say("score.interval_one" if nps["n"] == 1 else "score.interval", **told)
    return wording.points(nps["estimate"]), interval


def _draw_shares(explanation: Explanation, wording: Wording) -> str:
    parts = []
    for group, colour in _COLOURS.items():
        share = pick_value(explanation.estimates, f"share_{group}")
        if share is None or not math.isfinite(share["estimate"]):
            return ""
        label = f"{wording.share(share['estimate'])} {wording.name('groups', group)}"
        parts.append((label, float(share["estimate"]), colour))
    return make_bar(parts)


def _tabulate_drivers(explanation: Explanation, wording: Wording) -> str:
    drivers = explanation.drivers()
    ranked = pd.concat([rank_drivers(drivers, kind).head(_EACH) for kind in ("pain", "delight")])
    rows = [
        (
            explanation.codebook.label(row["theme"], wording.language),
            label_kind(row["kind"], explanation, wording),
            wording.share(row["mention_rate"]),
            wording.points(row["adjusted_effect"]),
            wording.interval(row["adjusted_effect_low"], row["adjusted_effect_high"]),
        )
        for _, row in ranked.iterrows()
    ]
    columns = ("theme", "kind", "mention_rate", "adjusted_effect")
    head = [*(wording.say(f"columns.{column}") for column in columns), wording.say("page.interval")]
    return make_table(head, rows)
