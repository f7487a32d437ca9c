"""What the package depends on: bounded from below, from the registry alone."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
NEEDED = [
    *PROJECT["build-system"]["requires"],
    *PROJECT["project"]["dependencies"],
    *(one for extra in EXTRAS.values() for one in extra),
]


@pytest.mark.parametrize("requirement", NEEDED)
def test_each_dependency_has_a_lower_bound_and_no_address(requirement):
    assert "://" not in requirement
    assert " @" not in requirement
    if not requirement.startswith("why_nps["):
        assert re.fullmatch(r"[\w.-]+(\[[\w,]+\])?>=\d[\d.]*", requirement)


def test_each_extra_of_users_is_tried_alone():
    tried = (ROOT / "tools" / "smoke.py").read_text(encoding="utf-8")
    for extra in set(EXTRAS) - {"test", "bench", "docs", "fuzz"}:
        assert f'"{extra}": use_{extra}' in tried


def test_no_code_loads_a_pickle_or_evaluates_text():
    for path in (ROOT / "src").rglob("*.py"):
        code = path.read_text(encoding="utf-8")
        assert not re.search(
            r"import pickle|pickle\.load|joblib\.load|np\.load\(|(?<![.\w])(?:eval|exec)\(", code
        ), path.name
