"""The whole river: code the answers, join them to the scores, explain."""

from why_nps.flow.coding import Coded, code
from why_nps.flow.explaining import explain

__all__ = ["Coded", "code", "explain"]
