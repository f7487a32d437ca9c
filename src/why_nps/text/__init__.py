"""Text in, text or spans out: normalise, screen, find flags and personal data, split into clauses.

Cleaning has no knobs, only a version: a model only reads text cleaned as it was for its
training.
"""

from why_nps.text.clauses import split_clauses
from why_nps.text.normalise import NormalisedText, list_doubtful, normalise_answer
from why_nps.text.privacy import MaskedText, find_personal_data, gather_names, mask_personal_data
from why_nps.text.remarks import find_remarks
from why_nps.text.screen import screen_answer
from why_nps.text.warming import warm_up

TEXT_VERSION = "1"

__all__ = [
    "TEXT_VERSION",
    "MaskedText",
    "NormalisedText",
    "find_personal_data",
    "find_remarks",
    "gather_names",
    "list_doubtful",
    "mask_personal_data",
    "normalise_answer",
    "screen_answer",
    "split_clauses",
    "warm_up",
]
