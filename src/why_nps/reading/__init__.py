"""From a user's file or frame to the answers table."""

from why_nps.reading.answers import read_answers
from why_nps.reading.columns import SEGMENTS

__all__ = ["SEGMENTS", "read_answers"]
