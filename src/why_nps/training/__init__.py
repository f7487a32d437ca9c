"""From a coded corpus to a model bundle and its figures."""

from why_nps.training.evaluate import Evaluation
from why_nps.training.run import (
    cross_evaluate,
    evaluate_file,
    evaluate_test_split,
    learn_from_files,
    train_from_files,
)

__all__ = [
    "Evaluation",
    "cross_evaluate",
    "evaluate_file",
    "evaluate_test_split",
    "learn_from_files",
    "train_from_files",
]
