"""Texts in, probabilities out: the theme classifier and its bundle."""
