import re

import pytest
from tests.report.conftest import PERIODS, driver_rows, row, standout

from why_nps.core.summaries import CodingSummary
from why_nps.report.findings import pick_findings
from why_nps.report.wording import load_wording

NL = load_wording("nl")


def find(explanation, language="nl"):
    return {finding.template: finding for finding in pick_findings(explanation, load_wording(language))}


def plain(text):
    return text.replace("\xa0", " ")


def numbers(text):
    return [
        float(part.replace("−", "-").replace(",", "."))
        for part in re.findall(r"[+−]?\d+(?:,\d+)?", plain(text))
    ]


def estimate(explanation, statistic, **at):
    rows = explanation.estimates
    for key, value in {"by": "", "group": "", "period": "", "theme": "", "kind": "", **at}.items():
        rows = rows[rows[key] == value]
    return rows[rows["statistic"] == statistic].iloc[0]


@pytest.mark.parametrize("kind, theme", [("pain", "reachability"), ("delight", "staff")])
def test_driver_sentences_hold_the_estimate(full, kind, theme):
    finding = find(full)[kind]
    effect, rate = (
        estimate(full, "adjusted_effect", theme=theme, kind=kind),
        estimate(full, "mention_rate", theme=theme, kind=kind),
    )
    assert full.codebook.label(theme) in finding.text
    told = [
        round(100 * rate["estimate"]),
        round(effect["estimate"]),
        round(effect["low"]),
        round(effect["high"]),
    ]
    assert numbers(finding.text) == told
    assert "hangt samen met" in finding.text
    assert finding.evidence == {"pain": "detractors", "delight": "promoters"}[kind]


def test_a_driver_that_cannot_be_told_from_zero_is_no_finding(build):
    rows = [
        row("nps", 10, 5),
        *driver_rows("price", "pain", 0.1, -30, 0.05),
        *driver_rows("staff", "delight", 0.1, 30, 0.5),
    ]
    findings = find(build(rows))
    assert "no_drivers" in findings
    assert not {"pain", "delight"} & findings.keys()


def test_a_bare_verdict_is_no_finding(full):
    assert not any("Algemeen oordeel" in sentence for sentence in full.findings())


def test_a_pain_that_goes_with_high_scores_is_no_finding(build):
    findings = find(build([row("nps", 10, 5), *driver_rows("price", "pain", 0.1, 30, 0.001)]))
    assert not {"pain", "delight"} & findings.keys()


def test_the_standout_sentence(full):
    assert plain(find(full)["standout"].text) == (
        "In filiaal Utrecht gaat het sinds 2025-K3 vaker over ‘Levering & bezorging’ (pijnpunt): "
        "38 % van 120 antwoorden tegenover 9 % elders (in 2025-K4); verschil +23 tot +35 procentpunt."
    )
    assert find(full, "en")["standout"].text == (
        "In branch Utrecht, since 2025-Q3 customers write more often about ‘Delivery’ (pain): "
        "38% of 120 answers against 9% elsewhere (in 2025-Q4); a difference of +23 to +35 percentage points."
    )


def test_a_standout_without_its_rate_tells_the_difference(build):
    rows = standout("Regio", "Zuid", "", "price", "pain", 0.12, 0.3)[:1]
    text = find(build(rows, segments=("Regio",)))["standout"].text
    assert (
        plain(text) == "Bij Zuid (Regio) gaat het vaker over ‘Prijs & waarde’ (pijnpunt): "
        "+12 procentpunt verschil met elders (+6 tot +18; 120 antwoorden)."
    )


@pytest.mark.parametrize(
    "first, last, template", [(10, 22, "rise"), (22, 10, "fall"), (20, 12, "steady"), (12, 20, "steady")]
)
def test_change_is_told_only_where_the_interval_of_the_difference_leaves_out_zero(
    build, first, last, template
):
    rows = [  # 10 +- 7 and 22 +- 7 overlap, and yet they differ by 12 +- 9.9
        row("nps", value, 7, period=period)
        for period, value in zip(PERIODS, (first, 0, 90, last), strict=True)
    ]
    rows += [row("change_since_first", last - first, 9.9, period=PERIODS[-1])]
    finding = find(build(rows))[template]
    told = [int(year) for year in numbers(finding.text)]
    assert all(round(value) in told for value in (first, last, last - first, last - first - 9.9))
    assert ("niet aangetoond" in finding.text) == (template == "steady")
    assert finding.evidence == "time"


def test_suppressed_periods_are_not_compared(build):
    rows = [row("nps", 10, 5, period="2025-K1"), row("nps", period="2025-K2", note="suppressed")]
    assert not {"rise", "fall", "steady"} & find(build(rows)).keys()


def test_the_silent_are_told(full, build):
    assert numbers(find(full)["silent"].text.replace("1.220", "1220")) == [1220, 478, 39]
    silent = CodingSummary(30, 30, 0, 2, 28, 0, 0, 0, 0)
    assert "all_silent" in find(build([row("nps", 10, 5)], coding=silent))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_three_to_five_findings(full, language):
    assert 3 <= len(full.findings(language)) <= 5
