"""Errors and warnings: one base each, so that a caller can catch all of ours and nothing else.

A message says what was wrong, what was seen (never an answer's text) and what to do about it.
"""


class WhyNpsError(Exception):
    """Base of every error this package raises on purpose."""


class InputError(WhyNpsError, ValueError):
    """A file, frame, column or value from the user cannot be used as it is."""


class InputTypeError(InputError, TypeError):
    """A text is not a str: also a TypeError, so that it is caught where those are."""


class CodebookError(WhyNpsError, ValueError):
    """A codebook is malformed, or does not fit the model or the data."""


class ModelError(WhyNpsError, RuntimeError):
    """A model bundle is missing, damaged or made for another version."""


class JobError(WhyNpsError, RuntimeError):
    """A batch cannot begin, go on or be read back."""


class MissingExtraError(WhyNpsError, ImportError):
    """An optional dependency is needed and not installed; the message names the extra."""


class WhyNpsWarning(UserWarning):
    """Something was mended, dropped or doubtful, and the user should know."""
