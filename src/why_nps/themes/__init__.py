"""Texts in, probabilities out: the theme classifier and its bundle."""

from why_nps.themes.bundle import Bundle, FlagClassifier, load_bundle, save_bundle
from why_nps.themes.classifier import ThemeClassifier
from why_nps.themes.labeller import LinearLabeller

__all__ = ["Bundle", "FlagClassifier", "LinearLabeller", "ThemeClassifier", "load_bundle", "save_bundle"]
