"""From a user's file or frame to the answers table."""

from why_nps.reading.answers import read_answers

__all__ = ["read_answers"]
