"""MLflow: save the model as code with its bundle, load it as a pyfunc and score."""

import mlflow.pyfunc
import pandas as pd

from why_nps.hosts.mlflow import save_model


def main() -> None:
    """Save, load, score."""
    loaded = mlflow.pyfunc.load_model(str(save_model("why_nps_model")))
    print(loaded.metadata.signature)
    print(loaded.predict(pd.DataFrame({"text": ["Veel te duur, bel mij terug", "nvt"]})).to_string())


if __name__ == "__main__":
    main()
