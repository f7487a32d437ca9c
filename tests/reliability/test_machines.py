"""The same answers give the same bytes on any processor, with any number of threads, anywhere."""

import os
import subprocess
import sys

from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

SCRIPT = """
import hashlib
from importlib.resources import files
import pandas as pd
from why_nps import code, explain, read_answers
export = files("why_nps").joinpath("data", "demo", "demo_export.csv")
coded = code(read_answers(pd.read_csv(export, sep=";", dtype=str, encoding="cp1252").head(600)))
tables = [table.to_csv().encode() for table in (coded.mentions, coded.flags)]
for content in (*tables, explain(coded).to_json().encode()):
    print(hashlib.sha256(content).hexdigest())
"""
OTHERWISE = {
    "OPENBLAS_CORETYPE": "Nehalem",
    "OPENBLAS_NUM_THREADS": "1",
    "NPY_DISABLE_CPU_FEATURES": " ".join(name for name in __cpu_dispatch__ if __cpu_features__[name]),
    "PYTHONHASHSEED": "7",
    "TZ": "Pacific/Kiritimati",
    "LC_ALL": "C",
}


def run(**otherwise):
    kept = {name: value for name, value in os.environ.items() if "NUM_THREADS" not in name}
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, env=kept | otherwise, capture_output=True, encoding="utf-8", check=False)
    assert not done.returncode, done.stderr
    return done.stdout.split()


def test_what_is_coded_and_explained_is_the_same_to_the_byte():
    here = run()
    assert len(here) == 3
    assert run(**OTHERWISE) == here
