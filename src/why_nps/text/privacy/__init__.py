"""Personal data in answers: find it, mask it. Classify what was typed, show only what is masked."""

from why_nps.text.privacy.known import gather_names
from why_nps.text.privacy.masking import MaskedText, mask_personal_data
from why_nps.text.privacy.spans import PersonalData, find_personal_data

__all__ = ["MaskedText", "PersonalData", "find_personal_data", "gather_names", "mask_personal_data"]
