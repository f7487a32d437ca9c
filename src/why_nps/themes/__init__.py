"""Texts in, probabilities out: the theme classifier and its bundle."""

from why_nps.themes.blend import BlendedLabeller
from why_nps.themes.bundle import Bundle, load_bundle, save_bundle
from why_nps.themes.classifier import ThemeClassifier
from why_nps.themes.flags import FlagClassifier

__all__ = ["BlendedLabeller", "Bundle", "FlagClassifier", "ThemeClassifier", "load_bundle", "save_bundle"]
