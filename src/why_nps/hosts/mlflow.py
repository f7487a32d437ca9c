"""A model for MLflow: saved as code beside the bundle, so that no pickle is in it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pandas as pd

import why_nps
from why_nps.errors import MissingExtraError
from why_nps.flow import Coder
from why_nps.themes import save_bundle

try:
    import mlflow.pyfunc
    from mlflow.models import infer_signature
except ImportError as error:
    raise MissingExtraError("MLflow is not installed: pip install 'why_nps[mlflow]'.") from error

if TYPE_CHECKING:
    from collections.abc import Iterable

EXAMPLE = ("Snelle levering, maar de app werkt niet", "Bel mij even terug")


def save_model(path: str | Path, coder: Coder | None = None) -> Path:
    """Save a model that `mlflow.pyfunc.load_model` loads, with its signature and an example.

    Parameters
    ----------
    path : str or Path
        A folder that is not there yet.
    coder : Coder, optional
        Else the shipped model's.

    Returns
    -------
    Path
    """
    chosen = coder or Coder.load()
    example = pd.DataFrame({"text": list(EXAMPLE)})
    with TemporaryDirectory() as folder:
        mlflow.pyfunc.save_model(
            path,
            python_model=str(Path(__file__).with_name("mlflow_code.py")),
            artifacts={"bundle": str(save_bundle(chosen.bundle, Path(folder, "bundle")))},
            signature=infer_signature(example, code_frame(chosen, EXAMPLE)),
            input_example=example,
            pip_requirements=[f"why_nps[mlflow]=={why_nps.__version__}"],
        )
    return Path(path)


def code_frame(coder: Coder, texts: Iterable[str]) -> pd.DataFrame:
    """Return a row a text: ``status``, ``mentions`` (theme, kind, probability, start, end) and ``flags``."""
    coded = [one.to_dict() for one in coder.code_each(texts)]
    return pd.DataFrame(
        {
            "status": [one["status"] for one in coded],
            "mentions": [list(one["mentions"]) for one in coded],
            "flags": [list(one["flags"]) for one in coded],
        }
    )
