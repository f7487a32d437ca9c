"""The whole river: code the answers, join them to the scores, explain."""

from why_nps.flow.alerts import Rule, list_alerts, read_rules, write_alerts
from why_nps.flow.coding import Coded, check_golden, code
from why_nps.flow.explaining import explain
from why_nps.flow.exporting import list_mentions, mask_coded
from why_nps.flow.gaps import Gaps, draft_theme, draw_group, find_gaps
from why_nps.flow.reasons import Reasons, mark_verbatims, why
from why_nps.flow.recoding import recode
from why_nps.flow.sampling import HandCoded, draw_sample, read_sample
from why_nps.flow.sheets import write_sample
from why_nps.flow.single import CodedText, Coder, Mention, code_one, mask_text
from why_nps.flow.useful import draw_useful

__all__ = [
    "Coded",
    "CodedText",
    "Coder",
    "Gaps",
    "HandCoded",
    "Mention",
    "Reasons",
    "Rule",
    "check_golden",
    "code",
    "code_one",
    "draft_theme",
    "draw_group",
    "draw_sample",
    "draw_useful",
    "explain",
    "find_gaps",
    "list_alerts",
    "list_mentions",
    "mark_verbatims",
    "mask_coded",
    "mask_text",
    "read_rules",
    "read_sample",
    "recode",
    "why",
    "write_alerts",
    "write_sample",
]
