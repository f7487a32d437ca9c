"""Scripts in benchmarks/ import their neighbours, as they do when run."""

import sys
from pathlib import Path

# At the end: a script there bears the name of an installed package (coverage).
sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
