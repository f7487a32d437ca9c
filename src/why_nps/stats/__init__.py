"""Arrays in, tidy estimates out; knows no words."""

from why_nps.stats.drivers import estimate_drivers
from why_nps.stats.groups import estimate_groups
from why_nps.stats.intervals import adjusted_wald_interval, tango_interval, wilson_interval
from why_nps.stats.nps import Estimate, compare_nps, estimate_nps
from why_nps.stats.periods import estimate_groups_by_period, estimate_periods
from why_nps.stats.scores import estimate_scores
from why_nps.stats.standouts import find_standouts

__all__ = [
    "Estimate",
    "adjusted_wald_interval",
    "compare_nps",
    "estimate_drivers",
    "estimate_groups",
    "estimate_groups_by_period",
    "estimate_nps",
    "estimate_periods",
    "estimate_scores",
    "find_standouts",
    "tango_interval",
    "wilson_interval",
]
