"""Install the oldest and the newest libraries that pyproject.toml allows, and use the package with them.

Usage: ``python tools/floors.py [PYTHON ...]``, such as ``3.11 3.12 3.13``; those that are found are tried,
and so is each extra alone on the first. ``python tools/floors.py oldest``, which CI runs, only tries the
oldest libraries of the core on this Python. uv makes the environments in a temporary folder. Only wheels are
installed: where a library has no wheel of its lowest version, the lowest version that has one.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.11", "3.12", "3.13")
EXTRAS = ("accurate", "spss", "dask", "spark", "notebook", "pptx", "spacy", "duckdb", "service", "mlflow")


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command and keep what it says."""
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)  # noqa: S603 - our own


def try_one(wheel: Path, python: str, resolution: str, extra: str) -> bool:
    """Install the wheel with the libraries of one resolution in an environment, and use it."""
    with tempfile.TemporaryDirectory() as home:
        own, project = f"{home}/env/bin/python", str(ROOT / "pyproject.toml")
        wheels = () if extra == "spark" else ("--no-build",)  # pyspark has no wheels
        install = ("uv", "pip", "install", "--quiet", *wheels, "--python", own)
        extras = ("--extra", extra) if extra else ()
        for step in (
            ("uv", "venv", "--quiet", "--no-python-downloads", "--python", python, f"{home}/env"),
            (*install, "--resolution", resolution, "-r", project, *extras),
            (*install, "--no-deps", str(wheel)),
            (own, str(ROOT / "tools/smoke.py"), *filter(None, [extra])),
        ):
            done = run(*step)
            if done.returncode:
                print(f"{python} {resolution} {extra or 'core'}: FAILED\n{done.stdout}{done.stderr}")
                return False
    print(f"{python} {resolution} {extra or 'core'}: ok", flush=True)
    return True


def main(pythons: list[str]) -> int:
    """Try each Python that is found with the oldest and the newest libraries; return an exit code."""
    found = [
        python
        for python in pythons
        if not run("uv", "python", "find", "--no-python-downloads", python).returncode
    ]
    missing = [python for python in pythons if python not in found]
    print(f"Python found: {', '.join(found) or 'none'}; not found: {', '.join(missing) or 'none'}")
    cases = [(python, resolution, "") for python in found for resolution in ("lowest-direct", "highest")]
    if pythons == [sys.executable]:
        cases = cases[:1]
        found = []
    cases += [(python, resolution, extra) for python in found[:1] for extra in EXTRAS
              for resolution in ("lowest-direct", "highest")]  # fmt: skip
    with tempfile.TemporaryDirectory() as home:
        built = run("uv", "build", "--quiet", "--wheel", "--out-dir", home, str(ROOT))
        if built.returncode:
            print(built.stderr)
            return 1
        (wheel,) = Path(home).glob("*.whl")
        passed = [try_one(wheel, *case) for case in cases]
    print(f"{sum(passed)} passed, {len(passed) - sum(passed)} failed")
    return 0 if passed and all(passed) else 1


if __name__ == "__main__":
    sys.exit(main([sys.executable] if sys.argv[1:] == ["oldest"] else sys.argv[1:] or list(PYTHONS)))
