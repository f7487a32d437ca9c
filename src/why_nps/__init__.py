"""Reads open Dutch answers to "Waarom geeft u deze score?" and explains a Net Promoter Score.

The public API reads as a sentence; names are imported when first used, so that
``import why_nps`` stays fast and has no effects.

>>> import why_nps
>>> why_nps.__version__
'0.1.0'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from why_nps.core.answers import Answers, ReadingReport
    from why_nps.core.codebook import Codebook, load_codebook
    from why_nps.errors import WhyNpsError, WhyNpsWarning
    from why_nps.flow import (
        Coded,
        CodedText,
        Coder,
        code,
        code_one,
        draw_sample,
        explain,
        read_sample,
        why,
        write_sample,
    )
    from why_nps.hosts.pipeline import AnswerCleaner, ClauseSplitter
    from why_nps.reading import read_answers
    from why_nps.report import Explanation
    from why_nps.scale import code_file, read_coded
    from why_nps.themes import ThemeClassifier, load_bundle
    from why_nps.training import Evaluation, evaluate_file, train_from_files

_HOMES = {
    "AnswerCleaner": "why_nps.hosts.pipeline",
    "Answers": "why_nps.core.answers",
    "ClauseSplitter": "why_nps.hosts.pipeline",
    "Codebook": "why_nps.core.codebook",
    "Coded": "why_nps.flow",
    "CodedText": "why_nps.flow",
    "Coder": "why_nps.flow",
    "Evaluation": "why_nps.training",
    "Explanation": "why_nps.report",
    "ReadingReport": "why_nps.core.answers",
    "ThemeClassifier": "why_nps.themes",
    "WhyNpsError": "why_nps.errors",
    "WhyNpsWarning": "why_nps.errors",
    "code": "why_nps.flow",
    "code_file": "why_nps.scale",
    "code_one": "why_nps.flow",
    "draw_sample": "why_nps.flow",
    "evaluate_file": "why_nps.training",
    "explain": "why_nps.flow",
    "load_bundle": "why_nps.themes",
    "load_codebook": "why_nps.core.codebook",
    "read_answers": "why_nps.reading",
    "read_coded": "why_nps.scale",
    "read_sample": "why_nps.flow",
    "train_from_files": "why_nps.training",
    "why": "why_nps.flow",
    "write_sample": "why_nps.flow",
}

__all__ = [
    "AnswerCleaner",
    "Answers",
    "ClauseSplitter",
    "Codebook",
    "Coded",
    "CodedText",
    "Coder",
    "Evaluation",
    "Explanation",
    "ReadingReport",
    "ThemeClassifier",
    "WhyNpsError",
    "WhyNpsWarning",
    "code",
    "code_file",
    "code_one",
    "draw_sample",
    "evaluate_file",
    "explain",
    "load_bundle",
    "load_codebook",
    "read_answers",
    "read_coded",
    "read_sample",
    "train_from_files",
    "why",
    "write_sample",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'why_nps' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
