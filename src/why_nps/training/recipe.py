"""The settings of a training run, in one file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from why_nps.errors import InputError


@dataclass(frozen=True, slots=True)
class Recipe:
    """Settings of a training run, read from one TOML file.

    Parameters
    ----------
    name, version : str
        Of the bundle.
    folds : int
        Parts into which sectors are dealt.
    seed : int
    themes, flags : dict
        Parameters of the labellers of clauses and of whole answers.
    """

    name: str
    version: str
    folds: int
    seed: int
    themes: dict[str, Any]
    flags: dict[str, Any]


def load_recipe(path: str | Path | None = None) -> Recipe:
    """Load a recipe; without a path the one the shipped model was trained with.

    Raises
    ------
    InputError
        If the file cannot be read, or a key is missing or unknown.
    """
    source = files("why_nps").joinpath("data", "recipe.toml") if path is None else Path(path)
    try:
        return Recipe(**tomllib.loads(source.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError) as error:
        raise InputError(f"Cannot use the recipe {source.name!r}: {error}.") from error
