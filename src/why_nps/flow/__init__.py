"""The whole river: code the answers, join them to the scores, explain."""

from why_nps.flow.alerts import Rule, list_alerts, read_rules, write_alerts
from why_nps.flow.coding import Coded, check_golden, code
from why_nps.flow.explaining import explain
from why_nps.flow.exporting import list_mentions, mask_coded
from why_nps.flow.sampling import HandCoded, draw_sample, read_sample, write_sample
from why_nps.flow.single import CodedText, Coder, Mention, code_one, mask_text

__all__ = [
    "Coded",
    "CodedText",
    "Coder",
    "HandCoded",
    "Mention",
    "Rule",
    "check_golden",
    "code",
    "code_one",
    "draw_sample",
    "explain",
    "list_alerts",
    "list_mentions",
    "mask_coded",
    "mask_text",
    "read_rules",
    "read_sample",
    "write_alerts",
    "write_sample",
]
