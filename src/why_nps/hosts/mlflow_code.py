"""What MLflow runs where it loads a saved model; `why_nps.hosts.mlflow.save_model` puts it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel

from why_nps.flow import Coder
from why_nps.hosts.mlflow import code_frame

if TYPE_CHECKING:
    import pandas as pd


class AnswerModel(PythonModel):
    """Texts in, status, mentions and flags out."""

    def load_context(self, context: Any) -> None:
        """Load the bundle."""
        self._coder = Coder.load(context.artifacts["bundle"])

    def predict(self, context: Any, model_input: pd.DataFrame, params: Any = None) -> pd.DataFrame:  # noqa: ARG002
        """Code the column ``text``."""
        return code_frame(self._coder, model_input["text"].tolist())


set_model(AnswerModel())
