"""Draws an explanation; calculates nothing."""
