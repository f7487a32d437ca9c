"""Draws an explanation; calculates nothing."""

from why_nps.report.explanation import Explanation

__all__ = ["Explanation"]
