"""The whole river: code the answers, join them to the scores, explain."""

from why_nps.flow.coding import Coded, check_golden, code
from why_nps.flow.explaining import explain
from why_nps.flow.exporting import list_mentions, write_coded

__all__ = ["Coded", "check_golden", "code", "explain", "list_mentions", "write_coded"]
