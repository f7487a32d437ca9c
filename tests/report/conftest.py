"""An explanation in memory: plausible numbers, three branches, four quarters, and every kind of bad luck."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from why_nps.core.answers import ReadingReport
from why_nps.core.codebook import load_codebook
from why_nps.core.summaries import CodingSummary, ModelSummary
from why_nps.core.tables import ESTIMATES, VERBATIMS, WORDS
from why_nps.report import Explanation

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "=1+1",
    "[/]",
    "$\\frac$",
    "{{7*7}}",
    "{0.__class__}",
    "een heel lange filiaalnaam die maar doorgaat en doorgaat en nergens een einde vindt",
)
PERIODS = ("2025-K1", "2025-K2", "2025-K3", "2025-K4")
PAINS = {
    "reachability": (0.12, -58, 0.001),
    "delivery": (0.14, -47, 0.001),
    "price": (0.09, -31, 0.002),
    "digital": (0.05, -22, 0.04),
    "billing": (0.04, -12, 0.31),
    "general": (0.03, -70, 0.001),
}
DELIGHTS = {
    "staff": (0.31, 39, 0.001),
    "speed": (0.16, 28, 0.001),
    "ease": (0.08, 17, 0.03),
    "product_quality": (0.11, 9, 0.22),
    "general": (0.14, 55, 0.001),
}
TIPS = {"digital": 0.04, "assortment": 0.025, "price": 0.004}


def row(statistic, estimate=np.nan, half=np.nan, **more):
    base = {"statistic": statistic, "by": "", "group": "", "period": "", "theme": "", "kind": "", "n": 1204}
    values = {"estimate": estimate, "std_error": half / 1.96, "low": estimate - half, "high": estimate + half}
    return {**base, **values, "n_effective": 100.0, "p_adjusted": np.nan, "note": "", **more}


def driver_rows(theme, kind, rate, effect, p):
    at = {"theme": theme, "kind": kind}
    sign = 1 if effect > 0 else -1
    return [
        row("mention_rate", rate, 0.02, **at),
        row("mention_rate_promoters", rate * (1.5 if sign > 0 else 0.4), 0.02, **at),
        row("mention_rate_passives", rate, 0.03, **at),
        row("mention_rate_detractors", rate * (0.3 if sign > 0 else 2.5), 0.03, **at),
        row("nps_with", 22 + effect, 9, **at),
        row("nps_without", 22, 4, **at),
        row("gap", effect, 10, **at),
        row("impact", rate * effect, 1.5, **at),
        row("adjusted_effect", effect, 14 if p > 0.05 else 8, p_adjusted=p, **at),
        row("contribution", rate * effect, 1.2, **at),
        row("promoter_effect", effect / 220, 0.04, **at),
        row("detractor_effect", -effect / 200, 0.04, **at),
    ]


def group_rows(by, group, nps, n, pain=0.1):
    at = {"by": by, "group": group, "n": n}
    rows = [row("nps", nps, 180 / n**0.5, **at)]
    return rows + [
        row("mention_rate", pain + 0.02 * ((i + n) % 5), 0.03, theme=theme, kind="pain", **at)
        for i, theme in enumerate(PAINS)
    ]


def suppressed_rows(by, group):
    at = {"by": by, "group": group, "n": 4, "note": "suppressed"}
    return [
        row("nps", **at),
        *[row("mention_rate", theme=theme, kind="pain", **at) for i, theme in enumerate(PAINS)],
    ]


def standout(  # noqa: PLR0917 - a row as one reads it
    by, group, period, theme, kind, difference, rate, p=0.001
):
    at = {"by": by, "group": group, "period": period, "theme": theme, "kind": kind, "n": 120}
    name = "flag_rate" if kind == "flag" else "mention_rate"
    return [row("standout", difference, 0.06, p_adjusted=p, **at), row(name, rate, 0.08, **at)]


def doubt_rows():
    last = {"period": "2025-K4", "n": 602}
    rows = [
        row("change", -6, 9.4, **last),
        row("change_since_first", -19, 9.9, **last),
        row("answers_needed", 3194, **last),
        row("change_by_baseline", 1, 5, **last),
    ]
    for theme, kind, by_rate, by_effect in (("delivery", "pain", -5, -1), ("staff", "delight", 0.5, -1.5)):
        rows += [row("change_by_rate", by_rate, 2, theme=theme, kind=kind, **last)]
        rows += [row("change_by_effect", by_effect, 2, theme=theme, kind=kind, **last)]
        rows += [row("change_by_label", by_rate + by_effect, 3, theme=theme, kind=kind, **last)]
    rows += [row("change_point", 12, period="2025-K2", note="signal", p_adjusted=0.01)]
    rows += [row("promoter_ame", 0.19, 0.05, theme="staff", kind="delight")]
    rows += [row("detractor_ame", 0.21, 0.05, theme="delivery", kind="pain")]
    rows += [row("rate_if_alike", 0.21, 0.02, theme="delivery", kind="pain")]
    rows += [row("nps_without_flag", 23.1, 4, theme="never_top", kind="flag", n=1190)]
    rows += [row("nps_if_promoters", 23.4, 4, theme="never_top", kind="flag")]
    rows += [row("pain_only_promoters", 0.06, 0.02, n=423), row("nps_bounds", 22.4, 60)]
    rows += [row("shrunk", 27, 6, by="branch", group="Amersfoort", note="not distinguishable", n=3)]
    return rows


def corrected_rows():
    at = {"theme": "delivery", "kind": "pain"}
    rows = [row("corrected_rate", 0.18, 0.03, **at), row("corrected_effect", -52, 12, **at)]
    few = {"theme": "price", "kind": "pain", "note": "too few labels"}
    return [*rows, row("corrected_rate", **few), row("corrected_effect", **few)]


def full_rows():
    rows = [row("nps", 22.4, 4.3), row("share_promoters", 0.47, 0.03), row("share_passives", 0.284, 0.03)]
    rows += [row("share_detractors", 0.246, 0.03), row("contribution", 17.6, 3.0)]
    for theme, (rate, effect, p) in PAINS.items():
        rows += driver_rows(theme, "pain", rate, effect, p)
    for theme, (rate, effect, p) in DELIGHTS.items():
        rows += driver_rows(theme, "delight", rate, effect, p)
    for flag, rate in {"churn": 0.034, "callback": 0.012, "pii": 0.03}.items():
        rows += [row("flag_rate", rate, 0.008, theme=flag, kind="flag")]
    for theme, rate in TIPS.items():
        rows += [row("mention_rate", rate, 0.003, theme=theme, kind="tip")]
        rows += [row("adjusted_effect", theme=theme, kind="tip", note="too few mentions")]
    rows += [
        row("nps", nps, 7, period=period, n=301)
        for period, nps in zip(PERIODS, (31, 27, 18, 12), strict=True)
    ]
    for group, nps, n in (("Utrecht", 4, 402), ("Amersfoort", 29, 398), ("Zwolle", 34, 400)):
        rows += group_rows("branch", group, nps, n)
    rows += suppressed_rows("branch", "Lelystad")
    rows += group_rows("touchpoint", "Bezorging", 6, 500) + group_rows("touchpoint", "Winkel", 33, 700)
    rows += group_rows("employee", "M-14", 61, 88) + group_rows("employee", "M-20", 18, 240)
    rows += standout("branch", "Utrecht", "2025-K2", "delivery", "pain", 0.04, 0.14, p=0.4)
    rows += standout("branch", "Utrecht", "2025-K3", "delivery", "pain", 0.21, 0.31)
    rows += standout("branch", "Utrecht", "2025-K4", "delivery", "pain", 0.29, 0.38)
    rows += standout("branch", "Utrecht", "", "delivery", "pain", 0.13, 0.23)[:1]
    rows += standout("touchpoint", "Winkel", "", "staff", "delight", 0.12, 0.38)
    rows += standout("branch", "Zwolle", "", "price", "pain", -0.06, 0.04)[:1]
    rows += standout("employee", "M-14", "", "begged", "flag", 0.17, 0.19)
    rows += [row("high_scores", 0.2, 0.1, by="employee", group="M-14", n=88, note="look")]
    rows += doubt_rows()
    return rows


def verbatim(  # noqa: PLR0917 - a row as one reads it
    theme, kind, number, text, score, mention, **more
):
    start = text.index(mention)
    ids = {"by": "", "group": "", "theme": theme, "kind": kind, "answer_id": f"{theme}{kind}{number}"}
    return {
        **ids,
        "score": score,
        "text": text,
        "start": start,
        "end": start + len(mention),
        "carried": "",
        **more,
    }


def full_verbatims():
    return [
        verbatim(
            "delivery",
            "pain",
            1,
            "Monteur was top, maar de levering kwam twee weken te laat.",
            5,
            "de levering kwam twee weken te laat",
        ),
        verbatim(
            "delivery",
            "pain",
            2,
            "Bank kapot bezorgd en niemand die terugbelt op [telefoon].",
            2,
            "Bank kapot bezorgd",
        ),
        verbatim("delivery", "pain", 3, HOSTILE[0] + " bezorger reed weg", 3, "bezorger reed weg"),
        verbatim(
            "delivery",
            "pain",
            9,
            "Al drie keer een verkeerde bezorgdatum.",
            1,
            "verkeerde bezorgdatum",
            by="branch",
            group="Utrecht",
        ),
        verbatim(
            "reachability", "pain", 1, "Drie kwartier in de wacht gehangen!", 4, "Drie kwartier in de wacht"
        ),
        verbatim(
            "staff",
            "delight",
            1,
            "Erg vriendelijk geholpen door [naam].",
            10,
            "vriendelijk geholpen",
            carried="4-15",
        ),
        verbatim("staff", "delight", 2, "Fijne mensen, de app mag wel sneller.", 9, "Fijne mensen"),
        verbatim("digital", "tip", 1, "Maak inloggen zonder code mogelijk.", 7, "inloggen zonder code"),
        verbatim("digital", "tip", 2, '=HYPERLINK("x") in de app graag', pd.NA, "in de app graag"),
        verbatim(
            "begged",
            "flag",
            1,
            "Hij vroeg of ik een tien wilde geven.",
            10,
            "een tien wilde geven",
            by="employee",
            group="M-14",
        ),
    ]


def full_words():
    told = (("vriendelijk", 1.6, 62), ("weken", -1.9, 33), ("snel", 1.1, 48), ("kapot", -2.4, 21))
    return [
        {
            "word": word,
            "group": "promoters" if middle > 0 else "detractors",
            "n": n,
            "log_odds": middle,
            "std_error": 0.3,
            "low": middle - 0.59,
            "high": middle + 0.59,
            "p_adjusted": 0.01,
        }
        for word, middle, n in told
    ]


@pytest.fixture(scope="session")
def build():
    """Build an explanation from estimate rows, with any field replaced."""

    def make(rows, verbatims=(), segments=("branch", "touchpoint", "employee"), **changes):
        reading = ReadingReport(
            "antwoorden.csv",
            {"score": "Cijfer", "text": "Waarom?"},
            1220,
            1204,
            790,
            {"out of range": 12, "unreadable": 4},
            ("Read as cp1252.",),
        )
        coding = CodingSummary(1220, 1204, 742, 48, 430, 61, 9, 22, 37)
        figures = {"theme_micro_f1": 0.742, "theme_macro_f1": 0.69}
        model = ModelSummary("default", "1", "Trained on 2,400 answers written for this project.", figures)
        explanation = Explanation(
            ESTIMATES.frame(list(rows)),
            VERBATIMS.frame(list(verbatims)),
            reading,
            coding,
            model,
            load_codebook(),
            tuple(segments),
            10,
        )
        return replace(explanation, **changes)

    return make


@pytest.fixture
def full(build):
    return build(full_rows(), full_verbatims(), words=WORDS.frame(full_words()))
