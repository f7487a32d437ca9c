"""From a user's file or frame to the answers table."""

from why_nps.reading.answers import read_answers
from why_nps.reading.columns import SEGMENTS
from why_nps.reading.surveying import AnswerFile, survey_answers

__all__ = ["SEGMENTS", "AnswerFile", "read_answers", "survey_answers"]
