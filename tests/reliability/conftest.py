"""Hostile inputs and faults live in benchmarks/, beside the command that tries many more of them."""

import sys
from pathlib import Path

# At the end: a script there bears the name of an installed package (coverage).
sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
