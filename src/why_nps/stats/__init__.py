"""Arrays in, tidy estimates out; knows no words."""

from why_nps.stats.accounting import divide_r_squared
from why_nps.stats.agreement import measure_alpha, measure_set_alpha
from why_nps.stats.begging import Funnel, find_begged, measure_funnel
from why_nps.stats.change import decompose_change
from why_nps.stats.contrasts import contrast_counts
from why_nps.stats.correction import correct_drivers
from why_nps.stats.crossing import cross_groups
from why_nps.stats.disclosure import find_disclosing
from why_nps.stats.drivers import estimate_drivers
from why_nps.stats.gaming import (
    compare_campaign,
    find_contradictions,
    mark_contradictions,
    measure_principles,
)
from why_nps.stats.groups import estimate_groups
from why_nps.stats.intervals import adjusted_wald_interval, tango_interval, wilson_interval
from why_nps.stats.known_error import CorrectedShare, correct_known_error, estimate_reversed
from why_nps.stats.monitoring import chart_control, find_change_points
from why_nps.stats.nonresponse import (
    Bounds,
    bound_nps,
    estimate_rates_if_alike,
    find_straightliners,
    weight_text_back,
)
from why_nps.stats.nps import Estimate, compare_nps, estimate_nps
from why_nps.stats.periods import estimate_groups_by_period, estimate_periods
from why_nps.stats.planning import plan_change, plan_nps, plan_share
from why_nps.stats.raking import rake_weights
from why_nps.stats.ranking import rank_groups
from why_nps.stats.scores import estimate_scores
from why_nps.stats.standouts import find_standouts

__all__ = [
    "Bounds",
    "CorrectedShare",
    "Estimate",
    "Funnel",
    "adjusted_wald_interval",
    "bound_nps",
    "chart_control",
    "compare_campaign",
    "compare_nps",
    "contrast_counts",
    "correct_drivers",
    "correct_known_error",
    "cross_groups",
    "decompose_change",
    "divide_r_squared",
    "estimate_drivers",
    "estimate_groups",
    "estimate_groups_by_period",
    "estimate_nps",
    "estimate_periods",
    "estimate_rates_if_alike",
    "estimate_reversed",
    "estimate_scores",
    "find_begged",
    "find_change_points",
    "find_contradictions",
    "find_disclosing",
    "find_standouts",
    "find_straightliners",
    "mark_contradictions",
    "measure_alpha",
    "measure_funnel",
    "measure_principles",
    "measure_set_alpha",
    "plan_change",
    "plan_nps",
    "plan_share",
    "rake_weights",
    "rank_groups",
    "tango_interval",
    "weight_text_back",
    "wilson_interval",
]
