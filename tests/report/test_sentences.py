"""Each sentence about an estimate holds it and no other number, and is said only where it is true."""

import re
import string

import numpy as np
import pytest
from tests.report.conftest import driver_rows, row, standout, suppressed_rows

from why_nps.core.summaries import CodingSummary
from why_nps.report.doubts import list_doubts, word_step
from why_nps.report.findings import pick_findings, word_standout
from why_nps.report.gallery import list_pictures
from why_nps.report.page import _driver_texts, _place, _score, _word_base
from why_nps.report.sections import board_drivers, board_groups, board_standouts, list_begged
from why_nps.report.selection import pick_standouts
from why_nps.report.titles import title_change, title_drivers, title_heat, title_periods, title_shares
from why_nps.report.wording import load_wording

SHARES = [
    row("share_promoters", 0.47, 0.03),
    row("share_passives", 0.29, 0.03),
    row("share_detractors", 0.24, 0.03),
]
PERIODS = [row("nps", 31, 7, period="2025-K3", n=301), row("nps", 12, 7, period="2025-K4", n=302)]
TIP = {"theme": "delivery", "kind": "pain"}
FEW = CodingSummary(50, 50, 40, 4, 6, 0, 0, 0, 0)
NONE = CodingSummary(50, 50, 0, 4, 46, 0, 0, 0, 0)


def finding(template):
    def told(explanation, wording):
        return next(found.text for found in pick_findings(explanation, wording) if found.template == template)

    return told


def first_standout(explanation, wording):
    return word_standout(pick_standouts(explanation.estimates).iloc[0], explanation, wording)


def two_periods(then, now):
    ends = [row("nps", then, 4, period="a"), row("nps", now, 4, period="b")]
    return [*ends, row("change_since_first", now - then, 6, period="b")]


def doubt(explanation, wording):
    ((told, *_),) = list_doubts(explanation, wording)
    return told


def step(at):
    return lambda explanation, wording: word_step(explanation, wording)[at]


def change(estimate, half):
    return [*PERIODS, row("change", estimate, half, period="2025-K4", n=603)]


def place(name):
    return lambda explanation, wording: _place(explanation, wording, 1, "branch")[name]


def branches(*groups):
    return [row("nps", nps, 9, by="branch", group=group, n=90) for group, nps in groups]


def flag(name):
    at = {"theme": name, "kind": "flag"}
    without = row("nps_without_flag", 23.1, 4, n=400, **{**at, "n_effective": 17})
    return [row("nps", 22.4, 4), without, row("nps_if_promoters", 23.4, 4, **at)]


def picture_note(name):
    def told(explanation, wording):
        return next(picture.note for picture in list_pictures(explanation, wording) if picture.name == name)

    return told


CHANGED = [*change(-6, 9), row("change_by_rate", -5, 2, theme="delivery", kind="pain", period="2025-K4")]
FOUR = [
    {**line, "n": 204}
    for theme, effect in (("delivery", -47), ("price", -20), ("staff", -9), ("digital", -31))
    for line in driver_rows(theme, "pain", 0.14, effect, 0.001)
]


# Key of the sentence: estimates, how it is had, and the numbers that it may hold.
CASES = {
    "score.interval": (
        [row("nps", 22.4, 4.3, n=204)], lambda e, w: _score(e, w)["interval"], [95, 18, 27, 204]),
    "score.interval_one": (
        [row("nps", 100, 80, n=1)], lambda e, w: _score(e, w)["interval"], [95, 20, 180, 1]),
    "score.suppressed": ([row("nps", note="suppressed")], lambda e, w: _score(e, w)["interval"], [10]),
    "findings.pain": (
        driver_rows("delivery", "pain", 0.14, -47, 0.001), finding("pain"), [14, -47, -55, -39]),
    "findings.delight": (
        driver_rows("staff", "delight", 0.31, 39, 0.001), finding("delight"), [31, 39, 31, 47]),
    "findings.standout_more": (
        standout("branch", "Ede", "", "delivery", "pain", 0.29, 0.38), finding("standout"),
        [38, 120, 9, 23, 35]),
    "findings.standout_more_only": (
        standout("branch", "Ede", "", "delivery", "pain", 0.29, 0.38)[:1], finding("standout"),
        [29, 23, 35, 120]),
    "findings.standout_less": (
        standout("branch", "Ede", "", "delivery", "pain", -0.29, 0.09), first_standout,
        [9, 120, 38, -35, -23]),
    "findings.standout_less_only": (
        standout("branch", "Ede", "", "delivery", "pain", -0.29, 0.09)[:1], first_standout,
        [-29, -35, -23, 120]),
    "findings.rise": (two_periods(10, 30), finding("rise"), [30, 10, 20, 14, 26]),
    "findings.fall": (two_periods(30, 10), finding("fall"), [10, 30, -20, -26, -14]),
    "findings.steady": (two_periods(11, 15), finding("steady"), [11, 15, 4, -2, 10]),
    "findings.silent": ([row("nps", 1, 5)], finding("silent"), [50, 10, 20]),
    "findings.all_silent": ([row("nps", 1, 5)], finding("all_silent"), [50]),
    "time.step": (change(-19, 9), step(0), [-19, -28, -10]),
    "time.no_step": (change(-6, 9), step(0), [-6, -15, 3]),
    "time.needed": (
        [*change(-6, 9), row("answers_needed", 894, period="2025-K4", n=302)], step(1), [5, 80, 894, 302]),
    "time.change_point": (
        [*change(-6, 9), row("change_point", 1, period="2025-K3", note="signal")], step(1), []),
    "doubts.nps_bounds": ([row("nps_bounds", 10, 60)], doubt, [-50, 70]),
    "doubts.nps_bounds_likely": ([row("nps_bounds_likely", 10, 6)], doubt, [20, 4, 16]),
    "doubts.silent": (
        [row("mention_rate", 0.14, 0.02, **TIP), row("rate_if_alike", 0.21, 0.02, **TIP)], doubt,
        [21, 19, 23, 14]),
    "doubts.never_top": (flag("never_top"), doubt, [17, 22.4, 23.1, 19.1, 27.1, 23.4, 19.4, 27.4]),
    "doubts.flag": (flag("incentive"), doubt, [17, 22.4, 23.1, 19.1, 27.1]),
    "doubts.pain_only_promoters": (
        [row("pain_only_promoters", 0.06, 0.02, n=423)], doubt, [9, 10, 6, 4, 8, 423]),
    "doubts.delight_only_detractors": (
        [row("delight_only_detractors", 0.06, 0.02, n=423)], doubt, [0, 3, 6, 4, 8, 423]),
    "drivers.promoters_share": (SHARES, lambda e, w: _driver_texts(e, w)["promoters"], [47, 9, 10]),
    "drivers.detractors_share": (SHARES, lambda e, w: _driver_texts(e, w)["detractors"], [24, 0, 6]),
    "drivers.base": (
        [row("mention_rate_promoters", 0.2, n=24, **TIP), row("mention_rate_detractors", 0.2, n=12, **TIP)],
        _word_base, [50, 24, 12, 95]),
    "drivers.explain": (
        [row("contribution", 17.6, 3)], lambda e, w: _driver_texts(e, w)["explain"], [95, 17.6]),
    "where.one_group": (branches(("Ede", 4)), place("alone"), []),
    "where.suppressed_one": (
        [*branches(("Ede", 4)), *suppressed_rows("branch", "Urk")], place("suppressed"), [1, 10]),
    "where.suppressed": (
        [*suppressed_rows("branch", "Urk"), *suppressed_rows("branch", "Ens")], place("suppressed"), [2, 10]),
    "where.begged_line": (
        [*standout("branch", "Ede", "", "begged", "flag", 0.17, 0.19),
         row("high_scores", 0.2, 0.1, by="branch", group="Ede", note="look")],
        lambda e, w: list_begged(e, w)[0][0], [19, 120, 2, 11, 23]),
    "where.begged_line_only": (
        [*standout("branch", "Ede", "", "begged", "flag", 0.17, 0.19)[:1],
         row("high_scores", 0.2, 0.1, by="branch", group="Ede", note="look")],
        lambda e, w: list_begged(e, w)[0][0], [17, 11, 23, 120]),
    "figures.shares_title": ([row("nps", 22.6, 4), *SHARES], title_shares, [47, 24, 23]),
    "figures.drivers_title_pain": (
        driver_rows("delivery", "pain", 0.14, -47, 0.001), title_drivers, [-47, -55, -39]),
    "figures.drivers_title_delight": (
        driver_rows("staff", "delight", 0.31, 39, 0.001), title_drivers, [39, 31, 47]),
    "figures.change_title": (change(-19, 9), title_change, [-19, -28, -10]),
    "figures.change_title_none": (change(-6, 9), title_change, [-6, -15, 3]),
    "figures.change_note": (CHANGED, picture_note("change"), [95, 603]),
    "figures.n": (FOUR, picture_note("drivers"), [95, 204]),
    "figures.quadrants_note": (FOUR, picture_note("quadrants"), [204]),
    "figures.heat_title": (
        [row("nps", 4, 9, by="branch", group="Ede", n=90), row("mention_rate", 0.3, 0.02, **TIP),
         row("mention_rate", 0.33, 0.02, by="branch", group="Ede", **TIP),
         *standout("branch", "Ede", "", "delivery", "pain", 0.29, 0.38)[:1]],
        lambda e, w: title_heat(e, w, "branch"), []),
}  # fmt: skip
CODINGS = {"drivers.base": FEW, "findings.silent": FEW, "findings.all_silent": NONE}


def numbers(text):
    """The numbers of a sentence in either language; labels in quotation marks and periods set aside."""
    plain = re.sub(r"‘[^’]*’|\d{4}-[KQ]\d", "", text).replace("\xa0", " ").replace("−", "-")
    return [float(found.replace(",", ".")) for found in re.findall(r"(?<!\w)[+-]?\d+(?:[.,]\d+)?", plain)]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("key", CASES)
def test_a_sentence_holds_its_estimate_and_nothing_more(build, key, language):
    rows, tell, expected = CASES[key]
    wording = load_wording(language)
    coding = {"coding": CODINGS[key]} if key in CODINGS else {}
    told = tell(build(rows, segments=("branch",), **coding), wording)
    fixed = [part for part, *_ in string.Formatter().parse(wording.texts[key]) if len(part.split()) > 2]
    assert all(part.strip(" :;,.(") in told or part in told for part in fixed), "the template that was meant"
    found = [
        abs(number) if key.startswith("time.") and abs(number) < 5 else number for number in numbers(told)
    ]
    wanted = [abs(number) if key.startswith("time.") and abs(number) < 5 else number for number in expected]
    assert sorted(found) == sorted(wanted), told


def test_every_sentence_with_a_number_is_held():
    numbered = {
        "rate",
        "effect",
        "interval",
        "n",
        "now",
        "share",
        "nps",
        "low",
        "elsewhere",
        "difference",
        "change",
    }
    for key, text in load_wording("nl").texts.items():
        placed = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        if (
            key.split(".")[0] in {"score", "findings", "time", "doubts", "where", "drivers", "figures"}
            and placed & numbered
        ):
            assert key in CASES, f"{key}: say in CASES which estimate it words"


@pytest.mark.parametrize(
    "nps, verdict", [(4.4, "wide"), (4.6, "more_promoters"), (-4.6, "more_detractors"), (-4.4, "wide")]
)
def test_more_promoters_is_said_only_where_the_interval_says_so(build, nps, verdict):
    wording = load_wording("nl")
    assert _score(build([row("nps", nps, 4.5)]), wording)["verdict"] == wording.say(f"score.{verdict}")


@pytest.mark.parametrize("p", [0.049, 0.05, 0.4, np.nan])
def test_what_cannot_be_told_from_chance_is_never_told_as_found(build, p):
    wording, clear = load_wording("nl"), p < 0.05
    explanation = build(
        [
            *driver_rows("delivery", "pain", 0.14, -47, p),
            *standout("branch", "Ede", "", "delivery", "pain", 0.29, 0.38, p=p),
        ]
    )
    templates = {found.template for found in pick_findings(explanation, wording)}
    assert ({"pain", "standout"} <= templates) == clear
    assert ("no_drivers" in templates) == (not clear)
    (line,) = board_drivers(explanation, wording, "pain").lines
    assert ("niet te onderscheiden van nul" in line.interval) == (not clear)
    assert line.bar.sure == clear
    assert bool(board_standouts(explanation, wording).lines) == clear
    assert (title_drivers(explanation, wording) == wording.say("figures.drivers_title_none")) == (not clear)


@pytest.mark.parametrize(
    "low, high, clear", [(-9, -0.1, True), (0.1, 9, True), (-9, 0.1, False), (0, 9, False)]
)
def test_a_step_is_said_only_where_its_interval_leaves_out_zero(build, low, high, clear):
    rows = change((low + high) / 2, (high - low) / 2)
    told = word_step(build(rows), load_wording("nl"))[0]
    assert ("niet aangetoond" not in told) == clear


@pytest.mark.parametrize("gap, clear", [(9.8, False), (10, True)])
def test_the_title_over_time_says_what_the_sentence_says(build, gap, clear):
    ends = [row("nps", 10, 7, period="a"), row("nps", 10 + gap, 7, period="b")]
    explanation = build([*ends, row("change_since_first", gap, 9.9, period="b")])
    wording = load_wording("nl")
    (found,) = [one.template for one in pick_findings(explanation, wording) if one.evidence == "time"]
    assert found == ("rise" if clear else "steady")
    titled = wording.say(f"figures.time_title_{found}", first="a", last="b")
    assert title_periods(explanation, wording) == titled


@pytest.mark.parametrize("moved", [0.004, 0.006])
def test_silence_is_doubted_only_where_it_moves_a_rate(build, moved):
    rows = [row("mention_rate", 0.14, 0.02, **TIP), row("rate_if_alike", 0.14 + moved, 0.02, **TIP)]
    assert bool(list_doubts(build(rows), load_wording("nl"))) == (moved > 0.005)


def test_a_withheld_number_is_told_as_too_few_answers_and_nothing_else(build):
    rows = [*branches(("Ede", 4), ("Tiel", 9)), *suppressed_rows("branch", "Urk")]
    lines = {line.label: line for line in board_groups(build(rows), load_wording("nl"), "branch").lines}
    assert lines["Urk"].cells == ("–", "–")
    assert lines["Urk"].interval == "te weinig antwoorden"
    assert lines["Urk"].bar is None
