"""A model saved for MLflow scores as the library does, knows what it takes, and holds no pickle."""

import mlflow.pyfunc
import pandas as pd
import pytest
from mlflow.exceptions import MlflowException

from why_nps import Coder
from why_nps.hosts.mlflow import EXAMPLE, save_model

TEXTS = ["Snelle levering, maar de app werkt niet", "Veel te duur, bel mij terug", "nvt", ""]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_model(tmp_path_factory.mktemp("mlflow") / "model")


def test_it_scores_as_the_library_does(folder):
    loaded = mlflow.pyfunc.load_model(str(folder))
    found = loaded.predict(pd.DataFrame({"text": TEXTS}))
    expected = [one.to_dict() for one in Coder.load().code_each(TEXTS)]
    assert found["status"].tolist() == [one["status"] for one in expected]
    assert found["mentions"].tolist() == [list(one["mentions"]) for one in expected]
    assert found["flags"].tolist() == [list(one["flags"]) for one in expected]
    with pytest.raises(MlflowException):
        loaded.predict(pd.DataFrame({"toelichting": TEXTS}))


def test_it_brings_its_signature_example_and_requirement(folder):
    loaded = mlflow.pyfunc.load_model(str(folder))
    assert loaded.metadata.signature.inputs.input_names() == ["text"]
    assert loaded.metadata.signature.outputs.input_names() == ["status", "mentions", "flags"]
    assert loaded.input_example["text"].tolist() == list(EXAMPLE)
    assert "why_nps[mlflow]==" in (folder / "requirements.txt").read_text()
    assert not [path for path in folder.rglob("*") if path.suffix in (".pkl", ".pickle", ".joblib")]
